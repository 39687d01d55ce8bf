// A check of a data folder whose server is stopped, or of a backup of one. It changes nothing.

import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fsBlobs } from '../../adapters/fs/blobs.ts';
import { isFolderLocked, lockFolder } from '../../adapters/fs/lock.ts';
import { keyFile } from '../../adapters/keyfile/keys.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { type Database, openDatabase } from '../../adapters/sql/database.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { runningSha256 } from '../../adapters/system/hash.ts';
import { errorCode, VedetteError } from '../../core/errors.ts';
import type { Finding } from '../../core/footage/finding.ts';
import { checkFootage, type Looked } from '../../core/footage/invariants.ts';
import { expiredBefore } from '../../core/footage/retention.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Log } from '../../core/ports/log.ts';
import { spooledBlobKeys } from '../../recorder/spool/inspect.ts';
import { retentionOf } from '../retention.ts';
import type { Settings } from '../settings.ts';
import { checkSharedHouse } from './check-shared.ts';
import { isShared } from './shared-house.ts';
import {
  databaseDamaged,
  databaseMissing,
  databaseOfOthers,
  folderNames,
  hasDatabase,
  hasFootage,
  hasKeys,
} from './folder.ts';

/** What is wrong with the files that the invariants are read from. */
export interface FileFinding {
  readonly invariant: 'database' | 'keys';
  readonly subject: string;
  readonly problem: string;
}

export interface HouseCheck {
  readonly findings: readonly (Finding | FileFinding)[];
  readonly looked: Looked;
  /** What a person should know of how the check was done. */
  readonly notes: readonly string[];
}

interface Checking {
  readonly folder: string;
  readonly settings: Settings;
  readonly log: Log;
  readonly opening: AsyncDisposableStack;
  readonly findings: (Finding | FileFinding)[];
  readonly notes: string[];
}

/** Reads every stored byte. Errors: `not-found` (no data folder), `data-in-use`, `data-newer`, `data-read-only`. */
export async function checkHouse(settings: Settings, log: Log): Promise<HouseCheck> {
  if (isShared(settings)) return checkSharedHouse(settings, log);
  await using opening = new AsyncDisposableStack();
  const folder = resolve(settings.VEDETTE_DATA);
  await requireData(folder);
  const checking: Checking = { folder, settings, log, opening, findings: [], notes: [] };
  const { findings, notes } = checking;
  const isLocked = await lock(checking);
  const keys = await openKeys(checking);
  const blobs = await fsBlobs({ folder: join(folder, folderNames.blobs), readOnly: true });
  const database = await openRecords(checking, isLocked);
  const looked =
    database === null ? await countObjects(blobs) : await checkRecords(checking, { database, keys, blobs });
  return { findings, looked, notes };
}

/** A check of nothing would look like a good one. */
async function requireData(folder: string): Promise<void> {
  if ((await hasDatabase(folder)) || (await hasKeys(folder)) || (await hasFootage(folder))) return;
  throw new VedetteError('not-found', `There is no data of Vedette in ${folder}. Set VEDETTE_DATA.`);
}

/** True where nobody else writes from now on; false where nobody can be kept from it, and nobody does now. */
async function lock({ folder, opening, notes }: Checking): Promise<boolean> {
  try {
    const held = await lockFolder(folder);
    opening.defer(() => held.release());
    return true;
  } catch (error) {
    if (errorCode(error) !== 'data-read-only') throw error;
    if (isFolderLocked(folder)) throw new VedetteError('data-in-use');
    notes.push(
      'The folder cannot be written, so it was checked without a lock: what another program changes meanwhile looks broken.',
    );
    return false;
  }
}

/** Null where the keys of recordings cannot be tried; then a finding says why. */
async function openKeys({ folder, settings, findings }: Checking): Promise<Keys | null> {
  const passphrase = settings.VEDETTE_KEY_PASSPHRASE;
  try {
    return await keyFile({
      path: join(folder, folderNames.keys),
      readOnly: true,
      ...(passphrase === undefined ? {} : { passphrase }),
    });
  } catch (error) {
    if (!(error instanceof VedetteError)) throw error;
    const problem = `${error.detail} Until then no recording can be played; their keys were not tried.`;
    findings.push({ invariant: 'keys', subject: folderNames.keys, problem });
    return null;
  }
}

/** Null where there is no database that could be read; then a finding says why. */
async function openRecords(checking: Checking, isLocked: boolean): Promise<Database | null> {
  const { folder, log, opening, findings } = checking;
  const found = (error: VedetteError) => {
    findings.push({ invariant: 'database', subject: folderNames.database, problem: error.detail });
    return null;
  };
  if (!(await hasDatabase(folder))) return found(databaseMissing(folder));
  try {
    const database = await openDatabase({ ...(await readablePath(checking, isLocked)), log });
    opening.defer(() => database.close());
    const { problems, damagedTables } = await database.faults();
    for (const problem of problems)
      findings.push({ invariant: 'database', subject: folderNames.database, problem });
    if (problems.length > 0) found(extentOf(folder, damagedTables));
    else if ((await database.isUnused()) && (await hasFootage(folder))) found(databaseOfOthers(folder));
    return database;
  } catch (error) {
    if (!(error instanceof VedetteError) || error.code !== 'data-damaged') throw error;
    return found(databaseDamaged(folder, error));
  }
}

/** How far the damage goes, and what helps. */
function extentOf(folder: string, damagedTables: readonly string[]): VedetteError {
  if (damagedTables.length > 0) {
    const why = `not every row can be read of: ${damagedTables.join(', ')}`;
    return databaseDamaged(folder, new VedetteError('data-damaged', why));
  }
  return new VedetteError(
    'data-damaged',
    `Only indexes of ${join(folder, folderNames.database)} are damaged; every row can be read. Restore it from a backup, or rebuild it from its rows as docs/guide/check.md says.`,
  );
}

/** Where the database can be read without changing anything, the newest commits in its write-ahead log included. */
async function readablePath({ folder, opening, notes }: Checking, isLocked: boolean) {
  const path = join(folder, folderNames.database);
  const journal = await stat(`${path}-wal`).catch(() => null);
  if (journal === null || journal.size === 0) return { path, access: 'read-unchanging' } as const;
  if (isLocked) return { path, access: 'read' } as const;
  const copy = await mkdtemp(join(tmpdir(), 'vedette-check-'));
  opening.defer(() => rm(copy, { recursive: true, force: true }));
  for (const ending of ['', '-wal']) await copyFile(path + ending, join(copy, folderNames.database + ending));
  notes.push('The database was not closed in order; a copy of it was checked, with its newest changes.');
  return { path: join(copy, folderNames.database), access: 'read' } as const;
}

async function checkRecords(
  { folder, settings, findings }: Checking,
  { database, keys, blobs }: { database: Database; keys: Keys | null; blobs: Blobs },
): Promise<Looked> {
  const clock = systemClock();
  // Without the key file the rows can be read all the same; what is sealed in them stays so.
  const records = sqlRecords({ database, keys: keys ?? memoryKeys(), clock });
  const openBlobKeys = await spooledBlobKeys(join(folder, folderNames.spool));
  const check = checkFootage(
    { records, blobs, hash: runningSha256, ...(keys === null ? {} : { keys }) },
    { openBlobKeys, expiredBefore: expiredBefore(retentionOf(settings), 'idle', clock.now()) },
  );
  for await (const finding of check) findings.push(finding);
  return check.looked;
}

/** What can be said of footage that no database knows. */
async function countObjects(blobs: Blobs): Promise<Looked> {
  let objects = 0;
  for await (const _object of blobs.list('')) objects += 1;
  return { cameras: 0, recordings: 0, images: 0, objects, bytes: 0 };
}
