// The house: every store of one installation, opened in order and closed in reverse.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
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
import { errorCode, VedetteError } from '../../core/errors.ts';
import { recordingKeyContext } from '../../core/footage/recording.ts';
import type { Ballast } from '../../core/ports/ballast.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Media } from '../../core/ports/media.ts';
import type { Queue } from '../../core/ports/queue.ts';
import type { Records } from '../../core/ports/records.ts';
import type { Settings } from '../settings.ts';

/** The records of an installation, in its data folder. */
export const databaseFile = 'vedette.sqlite';
const keysFile = 'keys.json';

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
  /** Given up when the disk is full, so that the records can be written; none where nothing is kept. */
  readonly ballast?: Ballast;
}

/** Opens the data folder. Errors: `data-in-use`, `data-read-only`, `data-newer`, `data-damaged`, `key-unavailable`. */
export async function openHouse(settings: Settings, log: Log): Promise<House> {
  await using opening = new AsyncDisposableStack();
  const folder = resolve(settings.VEDETTE_DATA);
  const lock = await lockFolder(folder);
  opening.defer(() => lock.release());
  // Before the database: on a full disk it gives the room without which the database cannot open.
  const ballast = await openBallast({ folder });
  // A new key file beside old footage would look well and lose it: nothing recorded so far could be read again.
  if (existsSync(join(folder, databaseFile)) && !existsSync(join(folder, keysFile))) {
    throw new VedetteError(
      'key-unavailable',
      `${keysFile} is missing in the data folder, and without it its footage cannot be read. Put it back from your backup.`,
    );
  }
  const passphrase = settings.VEDETTE_KEY_PASSPHRASE;
  const keys = await keyFile({
    path: join(folder, keysFile),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  const blobs = await fsBlobs({ folder: join(folder, 'blobs') });
  const house = await furnish(opening, { log, keys, blobs, databasePath: join(folder, databaseFile) });
  await mustUnwrap(house);
  return keep(opening.move(), { ...house, folder, ballast });
}

/** Refuses a key file that is not the one the footage was recorded with. */
async function mustUnwrap({ records, keys }: { records: Records; keys: Keys }): Promise<void> {
  const [recording] = await records.recordings.page(null, 1);
  if (recording === undefined) return;
  try {
    await keys.unwrap(recording.wrappedKey, recordingKeyContext(recording));
  } catch (cause) {
    // A key that was destroyed on purpose is no sign of a wrong file.
    if (errorCode(cause) === 'key-destroyed') return;
    throw new VedetteError(
      'key-unavailable',
      `${keysFile} is not the one that the footage of this folder was recorded with. Put the right one back.`,
      { cause },
    );
  }
}

/** A house that keeps nothing: records and keys in memory, its footage in `folder` until it is closed. */
export async function openThrowawayHouse(folder: string, log: Log): Promise<House> {
  await using opening = new AsyncDisposableStack();
  await mkdir(folder, { recursive: true });
  const blobs = await fsBlobs({ folder: join(folder, 'blobs') });
  const house = await furnish(opening, { log, keys: memoryKeys(), blobs, databasePath: ':memory:' });
  return keep(opening.move(), { ...house, folder });
}

async function furnish(
  opening: AsyncDisposableStack,
  base: { log: Log; keys: Keys; blobs: Blobs; databasePath: string },
): Promise<Omit<House, 'folder' | 'ballast' | typeof Symbol.asyncDispose>> {
  const { log, keys, blobs } = base;
  const clock = systemClock();
  const database = await openDatabase({ path: base.databasePath, log });
  opening.defer(() => database.close());
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
    queue,
    blobs,
    cache,
    events: inprocessEvents({ log }),
    keys,
    media: avMedia({ log }),
  };
}

function keep(stack: AsyncDisposableStack, house: Omit<House, typeof Symbol.asyncDispose>): House {
  return { ...house, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
