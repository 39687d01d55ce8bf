// A check of stores that several processes share, while none of them writes.

import { join, resolve } from 'node:path';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { runningSha256 } from '../../adapters/system/hash.ts';
import { VedetteError } from '../../core/errors.ts';
import { checkFootage } from '../../core/footage/invariants.ts';
import { expiredBefore } from '../../core/footage/retention.ts';
import type { Log } from '../../core/ports/log.ts';
import { spooledBlobKeys } from '../../recorder/spool/inspect.ts';
import { retentionOf } from '../retention.ts';
import type { Settings } from '../settings.ts';
import type { HouseCheck } from './check.ts';
import { openBlobStore, openRecords } from './engines.ts';
import { folderNames } from './folder.ts';
import { openKeys } from './keys.ts';

/**
 * Reads every stored byte. What recorders on other machines have in their spool is not seen: their objects look as if
 * nobody owned them until they were started again and stopped in order. Errors: those of opening the stores.
 */
export async function checkSharedHouse(settings: Settings, log: Log): Promise<HouseCheck> {
  await using opening = new AsyncDisposableStack();
  const clock = systemClock();
  const database = await openRecords(settings, { log, clock });
  opening.defer(() => database.close());
  if (await database.isUnused()) {
    throw new VedetteError('not-found', 'The database knows no installation: there is nothing to check.');
  }
  const keys = await openKeys(opening, settings, { database, log, clock });
  const blobs = await openBlobStore(opening, settings, { log, clock, mayMake: false });
  const check = checkFootage(
    { records: sqlRecords({ database, keys, clock }), blobs, keys, hash: runningSha256 },
    {
      openBlobKeys: await spooledBlobKeys(join(resolve(settings.VEDETTE_DATA), folderNames.spool)),
      expiredBefore: expiredBefore(retentionOf(settings), 'idle', clock.now()),
    },
  );
  const findings = await Array.fromAsync(check);
  return { findings, looked: check.looked, notes: [] };
}
