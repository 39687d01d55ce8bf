import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { blindWatch, scriptedMedia, testCamera, until } from '../../../test/houses/recorder.ts';
import { inprocessEvents } from '../../adapters/inprocess/events.ts';
import { memoryBlobs } from '../../adapters/memory/blobs.ts';
import { memoryCache } from '../../adapters/memory/cache.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { openDatabase } from '../../adapters/sql/database.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { VedetteError } from '../../core/errors.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { Camera } from '../../core/site/camera.ts';
import { followCameras } from './followed-cameras.ts';

test('a camera whose removal takes its time delays no other, and never has two recorders', async (t) => {
  const spoolFolder = await mkdtemp(join(tmpdir(), 'vedette-follow-'));
  const clock = manualClock();
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  t.after(async () => {
    await database.close();
    await rm(spoolFolder, { recursive: true });
  });
  const keys = memoryKeys();
  const records = sqlRecords({ database, keys, clock });
  const [slow, quick] = [1, 2].map((number) => testCamera(clock, { kind: 'demo' }, number));
  assert.ok(slow !== undefined && quick !== undefined);
  let wanted: readonly Camera[] = [slow];
  const removed = Promise.withResolvers<void>();
  const watched: string[] = [];
  let stops = 0;
  const log = silentLog;
  const deps = {
    ...{ blobs: memoryBlobs(), keys, clock, log, media: scriptedMedia(clock), cache: memoryCache({ clock }) },
    events: inprocessEvents({ log }),
    records: { ...records, cameras: { ...records.cameras, all: async () => wanted } },
    openDemo: () => Promise.reject(new VedetteError('source-unreachable')),
    watch: {
      camera(...args: Parameters<ReturnType<typeof blindWatch>['camera']>) {
        watched.push(args[0]);
        const stop = async () => {
          stops += 1;
          await removed.promise;
          if (stops === 1) throw new Error('the first time fails');
        };
        return { ...blindWatch().camera(...args), stop };
      },
    },
  };
  const cameras = followCameras(deps, {
    ...{ spoolFolder, pace: 'real', missing: 'recorder-stopped', waiting: [], random: () => 0.5 },
    makeRoom: async () => false,
    onGrown: () => {},
  });
  await cameras.reconcile();
  wanted = [quick];
  await cameras.reconcile();
  // The removal is under way: the other camera is followed, and the one that comes back has to wait.
  assert.deepEqual(watched, [slow.id, quick.id]);
  wanted = [slow, quick];
  await cameras.reconcile();
  await cameras.reconcile();
  assert.deepEqual(watched, [slow.id, quick.id]);
  removed.resolve();
  wanted = [quick];
  await until(async () => {
    await cameras.reconcile();
    return !cameras.all.has(slow.id);
  }, 'the removal that failed is tried again');
  wanted = [slow, quick];
  await cameras.reconcile();
  assert.deepEqual(watched, [slow.id, quick.id, slow.id]);
  const stopped = cameras.stop();
  await clock.advance(60_000);
  await stopped;
});
