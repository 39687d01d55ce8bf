// A house on services that several processes share, each with the roles it was given.

import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { avMasker } from '../../adapters/av/masker.ts';
import { avMedia } from '../../adapters/av/media.ts';
import { lockFolder } from '../../adapters/fs/lock.ts';
import { inprocessEvents } from '../../adapters/inprocess/events.ts';
import { refuseUnfinishedMove } from '../../adapters/sql/move/mark.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { VedetteError } from '../../core/errors.ts';
import { openMasking } from '../../core/evidence/masking.ts';
import { measuredKeys, measuredQueue } from '../../core/metrics/measured.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import type { Log } from '../../core/ports/log.ts';
import { cameraPolicyOf } from '../camera-policy.ts';
import type { Role } from '../roles.ts';
import type { Settings } from '../settings.ts';
import { openBlobStore, openCache, openQueue, openRecords } from './engines.ts';
import type { House } from './house.ts';
import { openKeys } from './keys.ts';
import { mustUnwrap } from './must-unwrap.ts';
import { recordsWithEvents } from './outgoing.ts';
import { tellForeignStore } from './tell-foreign-store.ts';

/** What makes several processes one installation: what one of them alone had would be missing to the others. */
const together = [
  ...(['VEDETTE_RECORDS_URL', 'VEDETTE_QUEUE_URL', 'VEDETTE_CACHE_URL'] as const),
  ...(['VEDETTE_BLOBS_URL', 'VEDETTE_KEYS_URL'] as const),
];

/** Whether the stores are services. Errors: `settings-invalid`, where only some of those that belong together are. */
export function isShared(settings: Settings): boolean {
  const missing = together.filter((name) => settings[name] === undefined);
  if (missing.length === together.length) return false;
  if (missing.length === 0) return true;
  const given = together.filter((name) => settings[name] !== undefined);
  throw new VedetteError(
    'settings-invalid',
    `${given.join(' and ')} ${given.length === 1 ? 'needs' : 'need'} ${missing.join(' and ')} beside ${given.length === 1 ? 'it' : 'them'}: what several processes share, all of them have to.`,
    { fields: Object.fromEntries(missing.map((name) => [name, `${name} is missing.`])) },
  );
}

/**
 * Errors: `settings-invalid`, `records-unavailable`, `cache-unavailable`, `queue-unavailable`, those of the stores;
 * `data-in-use`, while an installation is being moved there.
 */
export async function openSharedHouse(settings: Settings, log: Log, roles: readonly Role[]): Promise<House> {
  await using opening = new AsyncDisposableStack();
  const clock = systemClock();
  const metrics = createMetrics({ clock, log, roles });
  const folder = resolve(settings.VEDETTE_DATA);
  // Only a recorder keeps something here: processes without one may have a folder that nobody can write.
  if (roles.includes('record')) {
    const lock = await lockFolder(folder);
    opening.defer(() => lock.release());
  }
  const processId = crypto.randomUUID();
  const shared = { processId, recorderId: roles.includes('record') ? await recorderIdIn(folder) : processId };
  const database = await openRecords(settings, { log, clock });
  opening.defer(() => database.close());
  await refuseUnfinishedMove(database);
  const { cache, events } = await openCache(opening, settings, {
    log,
    clock,
    processId,
    local: inprocessEvents({ log }),
  });
  const queue = await openQueue(settings, { log, clock, cache });
  opening.defer(() => queue.close());
  const keys = measuredKeys(await openKeys(opening, settings, { database, log, clock }), metrics);
  const mayMake = await database.isUnused();
  const blobs = await openBlobStore(opening, settings, { log, clock, mayMake });
  const records = recordsWithEvents(sqlRecords({ database, keys, clock }), { clock }, settings);
  await mustUnwrap({ records, keys, name: 'What VEDETTE_KEYS_URL names' });
  await tellForeignStore({ records, blobs, log });
  const running = opening.move();
  return {
    ...{ folder, clock, log, database, blobs, cache, events, keys, metrics, shared, records },
    queue: measuredQueue(queue, metrics),
    media: avMedia({ log, policy: cameraPolicyOf(settings) }),
    masking: openMasking(avMasker({ log })),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The name of the recorder whose folder this is: made once, for what lies in its spool. */
async function recorderIdIn(folder: string): Promise<string> {
  const path = join(folder, 'recorder-id');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (/^[0-9a-f-]{36}$/.test(known)) return known;
  const made = crypto.randomUUID();
  await writeFile(path, made, { mode: 0o600 });
  return made;
}
