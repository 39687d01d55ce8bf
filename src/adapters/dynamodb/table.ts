// The table of the cache: made where that is wanted, and checked before anything is kept in it.

import { setTimeout } from 'node:timers/promises';
import { VedetteError } from '../../core/errors.ts';
import { type DynamoTable, keyName } from './connection.ts';

/** What DynamoDB deletes items by, some days late; what has expired is absent long before. */
export const deleteAtName = 'deleteAtSeconds';

/** How long making a table may take. */
const creationMs = 60_000;
const lookAgainMs = 250;

/** Makes the table where it is missing, and has it delete what has expired. Errors: `cache-refused`, `cache-unavailable`. */
export async function prepareTable(table: DynamoTable): Promise<void> {
  if ((await table.describe()) === null) await table.create(keyName);
  const patience = AbortSignal.timeout(creationMs);
  while ((await table.describe())?.TableStatus !== 'ACTIVE') {
    if (patience.aborted)
      throw new VedetteError('cache-unavailable', 'DynamoDB does not finish making the table.');
    await setTimeout(lookAgainMs);
  }
  if ((await table.timeToLive()).attribute !== null) return;
  await table.expireBy(deleteAtName).catch(async (error: unknown) => {
    // Another process was told the same in the same moment.
    if ((await table.timeToLive()).attribute !== deleteAtName) throw error;
  });
}

/** Errors: `cache-refused`, where the table is missing or not as the cache needs it; `cache-unavailable`. */
export async function requireTable(table: DynamoTable): Promise<void> {
  const found = await table.describe();
  if (found === null) {
    throw refused(
      'The table is missing. Make it, or add create=true to the address and let Vedette make it.',
    );
  }
  if (found.TableStatus !== 'ACTIVE' && found.TableStatus !== 'UPDATING') {
    throw refused(`The table cannot be used now: it is ${found.TableStatus}.`);
  }
  const keys = (found.KeySchema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);
  const type = found.AttributeDefinitions?.find(
    ({ AttributeName }) => AttributeName === keyName,
  )?.AttributeType;
  if (keys.length !== 1 || keys[0] !== `${keyName} HASH` || type !== 'S') {
    throw refused(
      `The table has another key than the cache needs: a partition key ${keyName} of type String, and no sort key.`,
    );
  }
  const { status, attribute } = await table.timeToLive();
  if (attribute !== deleteAtName || (status !== 'ENABLED' && status !== 'ENABLING')) {
    throw refused(
      `The table does not delete what has expired and would grow for ever. Turn on its time to live, by ${deleteAtName}.`,
    );
  }
}

function refused(sentence: string): VedetteError {
  return new VedetteError('cache-refused', sentence);
}
