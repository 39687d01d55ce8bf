// An embedded installation that moves up: from a data folder to the services that the settings name.

import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fsBlobs } from '../../adapters/fs/blobs.ts';
import { lockFolder } from '../../adapters/fs/lock.ts';
import { keyFile } from '../../adapters/keyfile/keys.ts';
import type { Database } from '../../adapters/sql/database.ts';
import {
  type ComparedTable,
  compareTable,
  type Copying,
  copyTable,
  goneFrom,
  removeGone,
} from '../../adapters/sql/move/copy.ts';
import {
  beginMove,
  endMove,
  expectedHashes,
  missingObjects,
  movedObjects,
  readMark,
} from '../../adapters/sql/move/mark.ts';
import { openMoveSource, type Row } from '../../adapters/sql/move/source.ts';
import { advanceNumbers, type TargetTable, targetTables } from '../../adapters/sql/move/target.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { errorCode, VedetteError } from '../../core/errors.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Log } from '../../core/ports/log.ts';
import { spooledBlobKeys } from '../../recorder/spool/inspect.ts';
import { moveObjects, type ObjectReport } from '../migrate/objects.ts';
import type { MoveProgress } from '../migrate/progress.ts';
import type { Settings } from '../settings.ts';
import { given, openBlobStore, openRecords, pathOf } from './engines.ts';
import { folderNames, hasDatabase, hasKeys } from './folder.ts';
import { inboxTopic } from './intake.ts';
import { type MoveKeys, moveKeys } from './move-keys.ts';
import { isShared } from './shared-house.ts';

/** Objects that rows name and nobody has: so many are told by name. */
const maxNamed = 20;

export interface MoveOptions {
  /** The data folder of the embedded installation. */
  readonly from: string;
  /** Where to: the addresses. */
  readonly settings: Settings;
  /** Reads objects that came before once more, on both sides. */
  readonly isThorough: boolean;
  readonly log: Log;
  readonly progress: MoveProgress;
}

export interface Move {
  /** `first`: a server ran on the folder, and what it does from now on is still to come. `last`: all of it came. */
  readonly pass: 'first' | 'last';
  /** Source and target are the same in everything that was compared. */
  readonly isSame: boolean;
  readonly written: number;
  readonly tables: readonly ComparedTable[];
  /** Null where the objects stay where they are. */
  readonly objects: ObjectReport | null;
  /** Objects that rows name and the source does not have. */
  readonly missing: readonly string[];
  readonly notes: readonly string[];
}

interface Moving extends MoveOptions {
  readonly folder: string;
  readonly isLast: boolean;
  readonly source: ReturnType<typeof openMoveSource>;
  readonly target: Database;
  readonly from: string;
}

/**
 * Moves what can be moved now: all of it where nobody runs on the folder, else what is there at this moment. What came
 * before is not written again. Errors: `not-found`, `settings-invalid`, `data-in-use` (the target is somebody else's, or
 * the move is done), `not-ready` (the source has to be stopped in order first), those of the stores.
 */
export async function migrateHouse(options: MoveOptions): Promise<Move> {
  await using opening = new AsyncDisposableStack();
  const folder = resolve(options.from);
  await requireSource(folder, options.settings);
  const isLast = await lock(opening, folder);
  const sourceKeys = await sourceKeysOf(options.settings, folder);
  if (isLast) await requireEmptySpool(folder);
  const source = openMoveSource(join(folder, folderNames.database));
  opening.defer(() => source.close());
  if (isLast) requireEmptyInbox(source);
  const clock = systemClock();
  const target = await openRecords(options.settings, { log: options.log, clock });
  opening.defer(() => target.close());
  const moving: Moving = { ...options, folder, isLast, source, target };
  const blobs = await targetBlobs(opening, moving);
  await claimTarget(moving, sourceKeys, blobs);
  const path = join(folder, folderNames.keys);
  const keys = await moveKeys(opening, { ...options, source: sourceKeys, path, target });
  return await moveAll(moving, keys, blobs);
}

async function moveAll(moving: Moving, keys: MoveKeys, blobs: Blobs | null): Promise<Move> {
  const { source, target, isLast } = moving;
  const tables = await targetTables(target, source.tables);
  const written = await copyRows(moving, keys, tables);
  const compared = await compareRows(moving, keys, tables);
  const objects = blobs === null ? null : await copyObjects(moving, blobs);
  const missing = objects === null || !isLast ? [] : await missingObjects(target, maxNamed);
  const isSame =
    compared.every(
      ({ differing, source: here, target: there }) => differing.length === 0 && here.hash === there.hash,
    ) &&
    (objects === null || objects.differing.length === 0);
  await advanceNumbers(target, tables);
  if (isLast && isSame) await endMove(target);
  const dead = source.deadLetters();
  return {
    ...{ pass: isLast ? 'last' : 'first', isSame, written, tables: compared, objects, missing },
    notes: [
      ...keys.notes(),
      'Sessions were not moved: people sign in again.',
      ...(objects === null ? ['The footage stays where it is: VEDETTE_BLOBS_URL names its folder.'] : []),
      ...(dead === 0
        ? []
        : [
            `${dead} messages that were given up stay behind; the old folder keeps them for whoever wants to look.`,
          ]),
    ],
  };
}

async function requireSource(folder: string, settings: Settings): Promise<void> {
  if (!isShared(settings)) {
    throw new VedetteError(
      'settings-invalid',
      'Where to? Set VEDETTE_RECORDS_URL, VEDETTE_QUEUE_URL, VEDETTE_CACHE_URL, VEDETTE_BLOBS_URL and VEDETTE_KEYS_URL to the services of the new installation.',
    );
  }
  if (!(await hasDatabase(folder)) || !(await hasKeys(folder))) {
    throw new VedetteError(
      'not-found',
      `There is no installation of Vedette in ${folder}: it has a database (${folderNames.database}) and a key file (${folderNames.keys}). Name its data folder with --from.`,
    );
  }
}

/** True where nobody else writes from now on; false where a server does. */
async function lock(opening: AsyncDisposableStack, folder: string): Promise<boolean> {
  try {
    const held = await lockFolder(folder);
    opening.defer(() => held.release());
    return true;
  } catch (error) {
    if (errorCode(error) === 'data-in-use') return false;
    throw error;
  }
}

function sourceKeysOf({ VEDETTE_KEY_PASSPHRASE: passphrase }: Settings, folder: string): Promise<Keys> {
  const path = join(folder, folderNames.keys);
  return keyFile({ path, readOnly: true, ...(passphrase === undefined ? {} : { passphrase }) });
}

async function requireEmptySpool(folder: string): Promise<void> {
  const open = await spooledBlobKeys(join(folder, folderNames.spool));
  if (open.length === 0) return;
  throw new VedetteError(
    'not-ready',
    `${open.length} recordings are still open in the spool of ${folder}, because the server was not stopped in order. Start it once more, stop it with SIGTERM, and run this again.`,
  );
}

function requireEmptyInbox(source: Moving['source']): void {
  const waiting = source.waiting(inboxTopic);
  if (waiting === 0) return;
  throw new VedetteError(
    'not-ready',
    `${waiting} pushed images wait to be looked at, and only the old server can. Start it once more, let it finish them, stop it, and run this again.`,
  );
}

/** Null where the target's store is the very folder of the source. */
async function targetBlobs(opening: AsyncDisposableStack, moving: Moving): Promise<Blobs | null> {
  const { settings, folder, log } = moving;
  const url = given(settings, 'VEDETTE_BLOBS_URL');
  if (url.reveal().startsWith('file:')) {
    const [here, there] = [join(folder, folderNames.blobs), pathOf(url, 'VEDETTE_BLOBS_URL')];
    const real = (path: string) => realpath(path).catch(() => resolve(path));
    if ((await real(here)) === (await real(there))) return null;
  }
  return openBlobStore(opening, settings, { log, clock: systemClock(), mayMake: true });
}

/** Refuses a target that is somebody else's, and says whose it becomes. Errors: `data-in-use`. */
async function claimTarget({ target }: Moving, keys: Keys, blobs: Blobs | null): Promise<void> {
  const source = (await keys.publicKey()).toHex();
  const mark = await readMark(target);
  if (mark === null) {
    if (!(await target.isUnused())) {
      throw new VedetteError(
        'data-in-use',
        'The database of VEDETTE_RECORDS_URL is used by another installation. Name an empty one.',
      );
    }
    if (blobs !== null && !(await isEmpty(blobs))) {
      throw new VedetteError(
        'data-in-use',
        'The store of VEDETTE_BLOBS_URL has objects of another installation. Name an empty one, or another prefix or folder.',
      );
    }
    return beginMove(target, source);
  }
  if (mark.source !== source) {
    throw new VedetteError(
      'data-in-use',
      'Another installation was moved to the database of VEDETTE_RECORDS_URL. Name an empty one.',
    );
  }
  if (mark.stage === 'moved') {
    throw new VedetteError(
      'data-in-use',
      'This installation was moved there before, whole. Start the new one; what it wrote since is not to be written over.',
    );
  }
  return beginMove(target, source);
}

async function isEmpty(blobs: Blobs): Promise<boolean> {
  for await (const _object of blobs.list('')) return false;
  return true;
}

function rowsIn({ source }: Moving): number {
  return source.tables.reduce((sum, table) => sum + source.count(table), 0);
}

function copyingOf(moving: Moving, keys: MoveKeys): Copying {
  const { source, target, progress } = moving;
  return {
    ...{ source, target, conversion: keys.conversion },
    walked: (table, rows) => progress.advance(rows, table),
  };
}

/** Returns how many rows were written. */
async function copyRows(moving: Moving, keys: MoveKeys, tables: readonly TargetTable[]): Promise<number> {
  const { progress } = moving;
  const copying = copyingOf(moving, keys);
  progress.begin('Copying rows', rowsIn(moving));
  let written = 0;
  try {
    written = await copyTables(copying, tables);
  } catch (error) {
    if (errorCode(error) !== 'conflict') throw error;
    // A row that is gone has what a newer one is to have, such as a name that only one may have: it goes first.
    for (const table of tables.toReversed()) await removeGone(copying, table, await goneFrom(copying, table));
    written = await copyTables(copying, tables);
  }
  progress.end(`Rows: ${written} written in ${tables.length} tables.`);
  return written;
}

async function copyTables(copying: Copying, tables: readonly TargetTable[]): Promise<number> {
  const gone: { readonly table: TargetTable; readonly rows: readonly Row[] }[] = [];
  let written = 0;
  for (const table of tables) {
    const copied = await copyTable(copying, table);
    written += copied.written;
    gone.unshift({ table, rows: copied.gone });
  }
  // Children first. The comparison that follows says where something could not be removed.
  for (const { table, rows } of gone) await removeGone(copying, table, rows);
  return written;
}

async function compareRows(
  moving: Moving,
  keys: MoveKeys,
  tables: readonly TargetTable[],
): Promise<readonly ComparedTable[]> {
  const { progress } = moving;
  const copying = copyingOf(moving, keys);
  progress.begin('Comparing rows', rowsIn(moving));
  const compared: ComparedTable[] = [];
  for (const table of tables) compared.push(await compareTable(copying, table));
  const rows = compared.reduce((sum, { target }) => sum + target.rows, 0);
  progress.end(`Rows: ${rows} compared by count and hash.`);
  return compared;
}

async function copyObjects(moving: Moving, to: Blobs): Promise<ObjectReport> {
  const { folder, target, progress, isThorough } = moving;
  const from = await fsBlobs({ folder: join(folder, folderNames.blobs), readOnly: true });
  let bytes = 0;
  for await (const { sizeBytes } of from.list('')) bytes += sizeBytes;
  progress.begin('Copying objects', bytes);
  let objects = 0;
  const report = await moveObjects({
    ...{ from, to, ledger: movedObjects(target), isThorough },
    expected: (keys) => expectedHashes(target, keys),
    walked: (more, size) => {
      objects += more;
      progress.advance(size, `${objects} objects`);
    },
  });
  progress.end(
    `Objects: ${report.copied} copied and read back; ${report.objects} with ${report.bytes} bytes are there.`,
  );
  return report;
}
