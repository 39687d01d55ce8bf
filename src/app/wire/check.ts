// A check of a data folder whose server is stopped.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runningSha256 } from '../../adapters/system/hash.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Finding } from '../../core/footage/finding.ts';
import { checkFootage, type Looked } from '../../core/footage/invariants.ts';
import { expiredBefore } from '../../core/footage/retention.ts';
import type { Log } from '../../core/ports/log.ts';
import { spooledBlobKeys } from '../../recorder/recover.ts';
import { retentionOf } from '../retention.ts';
import type { Settings } from '../settings.ts';
import { databaseFile, openHouse } from './house.ts';

export interface HouseCheck {
  readonly findings: readonly (Finding | { invariant: 'database'; subject: string; problem: string })[];
  readonly looked: Looked;
}

/** Reads every stored byte. Errors: those of opening the folder, `data-in-use` while a server runs among them. */
export async function checkHouse(settings: Settings, log: Log): Promise<HouseCheck> {
  // Opening a folder makes what is missing, and a check of nothing would look like a good one.
  if (!existsSync(join(settings.VEDETTE_DATA, databaseFile))) {
    throw new VedetteError(
      'not-found',
      `There is no data of Vedette in ${settings.VEDETTE_DATA}. Set VEDETTE_DATA.`,
    );
  }
  await using house = await openHouse(settings, log);
  const openBlobKeys = await spooledBlobKeys(join(house.folder, 'spool'));
  const findings: HouseCheck['findings'][number][] = [];
  for (const problem of await house.database.faults()) {
    findings.push({ invariant: 'database', subject: 'vedette.sqlite', problem });
  }
  const expired = expiredBefore(retentionOf(settings), 'idle', house.clock.now());
  const check = checkFootage({ ...house, hash: runningSha256 }, { openBlobKeys, expiredBefore: expired });
  for await (const finding of check) findings.push(finding);
  return { findings, looked: check.looked };
}
