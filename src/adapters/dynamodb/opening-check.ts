// Is a table of DynamoDB fit to be the cache: reached, as the cache needs it, with the rights for what we ask of it.

import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Secret } from '../../core/secret.ts';
import { type OpeningCheck, right } from '../../core/setting-finding.ts';
import { dynamoAddress } from './address.ts';
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
  } finally {
    await table.close();
  }
}
