// Is a table of DynamoDB fit to be the cache: reached, as the cache needs it, with the rights for what we ask of it.

import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Secret } from '../../core/secret.ts';
import { type OpeningCheck, right } from '../../core/setting-finding.ts';
import { VedetteError } from '../../core/errors.ts';
import { type DynamoAddress, dynamoAddress } from './address.ts';
import { dynamoCache } from './cache.ts';
import { openDynamoTable } from './connection.ts';
import { requireTable } from './table.ts';

export interface DynamoCheckDeps {
  readonly clock: Clock;
  /** Uses every verb of the cache. */
  tryCache(cache: Cache): OpeningCheck;
}

/** Makes no table. Errors: `settings-invalid`, `cache-unavailable`, `cache-refused`. */
export async function* checkDynamo(url: Secret, { clock, tryCache }: DynamoCheckDeps): OpeningCheck {
  const address = dynamoAddress(url);
  const table = await openDynamoTable(address);
  try {
    if (address.create && (await table.describe()) === null) {
      yield right(
        'There is no table yet; the first start makes it. It takes dynamodb:CreateTable and dynamodb:UpdateTimeToLive, which cannot be tried before.',
      );
      return;
    }
    await requireTable(table);
    yield right('The table is there, and fit to be the cache.');
    yield* tryCache(dynamoCache(table, address.prefix, clock));
  } catch (error) {
    throw placed(error, address);
  } finally {
    await table.close();
  }
}

/** Where nothing more is known than that there is no answer: where it was asked for. */
function placed(error: unknown, { endpoint, region }: DynamoAddress): unknown {
  const isBare =
    error instanceof VedetteError && error.detail === new VedetteError('cache-unavailable').detail;
  if (!isBare) return error;
  const where = endpoint ?? (region === null ? 'the endpoint of the region' : `the endpoint of ${region}`);
  const sentence = `DynamoDB does not answer at ${where}. Check the endpoint and region in VEDETTE_CACHE_URL, and that this machine reaches it.`;
  return new VedetteError('cache-unavailable', sentence, { cause: error });
}
