// The house: every store of one installation, opened in order and closed in reverse.

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { avMasker } from '../../adapters/av/masker.ts';
import { avMedia } from '../../adapters/av/media.ts';
import { openBallast } from '../../adapters/fs/ballast.ts';
import { fsBlobs } from '../../adapters/fs/blobs.ts';
import { lockFolder } from '../../adapters/fs/lock.ts';
import { inprocessEvents } from '../../adapters/inprocess/events.ts';
import { keyFile } from '../../adapters/keyfile/keys.ts';
import { memoryCache } from '../../adapters/memory/cache.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { type Database, openDatabase } from '../../adapters/sql/database.ts';
import { sqlQueue } from '../../adapters/sql/queue.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Ballast } from '../../core/ports/ballast.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Log } from '../../core/ports/log.ts';
import { type Masking, openMasking } from '../../core/evidence/masking.ts';
import { measuredKeys, measuredQueue } from '../../core/metrics/measured.ts';
import { createMetrics, type Metrics } from '../../core/metrics/metrics.ts';
import type { Media } from '../../core/ports/media.ts';
import type { Queue } from '../../core/ports/queue.ts';
import type { Records } from '../../core/ports/records.ts';
import { type CameraPolicy, homePolicy } from '../../core/site/camera-policy.ts';
import { cameraPolicyOf } from '../camera-policy.ts';
import { allRoles, type Role } from '../roles.ts';
import type { Settings } from '../settings.ts';
import { mustUnwrap } from './must-unwrap.ts';
import { mustHaveKafka } from './outgoing.ts';
import { isShared, openSharedHouse } from './shared-house.ts';
import { tellForeignStore } from './tell-foreign-store.ts';
import {
  databaseDamaged,
  databaseMissing,
  databaseOfOthers,
  folderNames,
  hasDatabase,
  hasFootage,
  hasKeys,
} from './folder.ts';

export interface House extends AsyncDisposable {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly records: Records;
  readonly queue: Queue;
  readonly blobs: Blobs;
  readonly cache: Cache;
  readonly events: Events;
  readonly keys: Keys;
  readonly media: Media;
  /** Where masked clips are made: one place for all who ask. */
  readonly masking: Masking;
  /** What this process counts, and tells whoever may ask. */
  readonly metrics: Metrics;
  /** Given up when the disk is full, so that the records can be written; none where nothing is kept. */
  readonly ballast?: Ballast;
  /** Where several processes share these stores: who this one is among them. Null where it is the only one. */
  readonly shared: Shared | null;
}

export interface Shared {
  /** Another with every start. */
  readonly processId: string;
  /** The same as long as the data folder is, for what lies in its spool. */
  readonly recorderId: string;
}

/**
 * Opens the data folder for these roles. Errors: `data-in-use`, `data-read-only`, `data-newer`, `data-damaged`, `key-unavailable`.
 */
export async function openHouse(
  settings: Settings,
  log: Log,
  roles: readonly Role[] = allRoles,
): Promise<House> {
  if (isShared(settings)) return openSharedHouse(settings, log, roles);
  mustBeAlone(roles);
  mustHaveKafka(settings);
  await using opening = new AsyncDisposableStack();
  const folder = resolve(settings.VEDETTE_DATA);
  const lock = await lockFolder(folder);
  opening.defer(() => lock.release());
  // Before the database: on a full disk it gives the room without which the database cannot open.
  const ballast = await openBallast({ folder });
  const database = await openFolderDatabase(opening, folder, log);
  const keys = await openFolderKeys(settings, folder, database);
  const blobs = await fsBlobs({ folder: join(folder, folderNames.blobs) });
  const house = furnish(opening, { log, keys, blobs, database, cameraPolicy: cameraPolicyOf(settings) });
  await namingDatabase(folder, () => mustUnwrap(house));
  await tellForeignStore(house);
  return keep(opening.move(), { ...house, folder, ballast, shared: null });
}

/**
 * Opens or makes the database. One that is missing, or knows nobody, beside what an installation left would look
 * like a fresh installation: it would offer its setup to whoever opens the page.
 */
async function openFolderDatabase(
  opening: AsyncDisposableStack,
  folder: string,
  log: Log,
): Promise<Database> {
  const hadFootage = await hasFootage(folder);
  if (!(await hasDatabase(folder)) && (hadFootage || (await hasKeys(folder)))) throw databaseMissing(folder);
  const database = await namingDatabase(folder, () =>
    openDatabase({ path: join(folder, folderNames.database), log }),
  );
  opening.defer(() => database.close());
  if (hadFootage && (await namingDatabase(folder, () => database.isUnused()))) throw databaseOfOthers(folder);
  return database;
}

/** Runs `work`; where it finds the database damaged, says which file that is and what to do. */
async function namingDatabase<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VedetteError && error.code === 'data-damaged') throw databaseDamaged(folder, error);
    throw error;
  }
}

/** Opens or makes the key file: after the database, so that a crash between the two leaves what can be told apart. */
async function openFolderKeys(settings: Settings, folder: string, database: Database): Promise<Keys> {
  // A new key file beside old footage would look well and lose it: nothing recorded so far could be read again.
  if (!(await hasKeys(folder)) && !(await database.isUnused())) {
    throw new VedetteError(
      'key-unavailable',
      `${join(folder, folderNames.keys)} is missing, and without it the footage of this folder cannot be read. Put it back from your backup.`,
    );
  }
  const passphrase = settings.VEDETTE_KEY_PASSPHRASE;
  return keyFile({
    path: join(folder, folderNames.keys),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}

/** A house that keeps nothing: records and keys in memory, its footage in `folder` until it is closed. */
export async function openThrowawayHouse(folder: string, log: Log): Promise<House> {
  await using opening = new AsyncDisposableStack();
  await mkdir(folder, { recursive: true });
  const blobs = await fsBlobs({ folder: join(folder, 'blobs') });
  const database = await openDatabase({ path: ':memory:', log });
  opening.defer(() => database.close());
  const house = furnish(opening, { log, keys: memoryKeys(), blobs, database, cameraPolicy: homePolicy });
  return keep(opening.move(), { ...house, folder, shared: null });
}

/** Errors: `settings-invalid`. */
function mustBeAlone(roles: readonly Role[]): void {
  if (roles.length === allRoles.length) return;
  throw new VedetteError(
    'settings-invalid',
    'Roles run apart only on stores that several processes share. Set VEDETTE_RECORDS_URL, VEDETTE_QUEUE_URL and VEDETTE_CACHE_URL, or run all roles in one process.',
  );
}

function furnish(
  opening: AsyncDisposableStack,
  base: { log: Log; keys: Keys; blobs: Blobs; database: Database; cameraPolicy: CameraPolicy },
): Omit<House, 'folder' | 'ballast' | 'shared' | typeof Symbol.asyncDispose> {
  const { log, blobs, database } = base;
  const clock = systemClock();
  const metrics = createMetrics({ clock, log, roles: allRoles });
  const keys = measuredKeys(base.keys, metrics);
  const records = sqlRecords({ database, keys, clock });
  const queue = sqlQueue({ database, clock, log });
  opening.defer(() => queue.close());
  const cache = memoryCache({ clock });
  opening.defer(() => cache.close());
  return {
    clock,
    log,
    database,
    records,
    queue: measuredQueue(queue, metrics),
    blobs,
    cache,
    events: inprocessEvents({ log }),
    keys,
    metrics,
    masking: openMasking(avMasker({ log })),
    media: avMedia({ log, policy: base.cameraPolicy }),
  };
}

function keep(stack: AsyncDisposableStack, house: Omit<House, typeof Symbol.asyncDispose>): House {
  return { ...house, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
