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
import { branded, type ZoneId } from '../../core/brand.ts';
import type { WatchPlan } from '../../core/detection/watch-plan.ts';
import type { Zone } from '../../core/detection/zone.ts';
import { VedetteError } from '../../core/errors.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { Camera } from '../../core/site/camera.ts';
import { everyCamera } from './claims.ts';
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
    claims: everyCamera,
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

test('a zone that is drawn reaches the watch, and the capture goes on', async (t) => {
  const spoolFolder = await mkdtemp(join(tmpdir(), 'vedette-follow-'));
  const clock = manualClock();
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const keys = memoryKeys();
  const camera = testCamera(clock, { kind: 'file', path: 'yard.mp4', loop: true });
  const stored = sqlRecords({ database, keys, clock });
  const records = { ...stored, cameras: { ...stored.cameras, all: async () => [camera] } };
  const plans: WatchPlan[] = [];
  const media = scriptedMedia(clock);
  const log = silentLog;
  const cameras = followCameras(
    {
      ...{ blobs: memoryBlobs(), keys, clock, log, media, cache: memoryCache({ clock }), records },
      events: inprocessEvents({ log }),
      openDemo: () => Promise.reject(new VedetteError('source-unreachable')),
      watch: {
        camera: (...args) => ({ ...blindWatch().camera(...args), follow: (plan) => plans.push(plan) }),
      },
    },
    {
      ...{ spoolFolder, pace: 'real', missing: 'recorder-stopped', waiting: [], random: () => 0.5 },
      claims: everyCamera,
      makeRoom: async () => false,
      onGrown: () => {},
    },
  );
  t.after(async () => {
    const stopped = cameras.stop();
    await clock.advance(60_000);
    await stopped;
    await database.close();
    await rm(spoolFolder, { recursive: true });
  });
  await cameras.reconcile();
  await until(() => media.script('yard.mp4').opened === 1, 'the camera is captured');
  assert.deepEqual(plans.at(-1)?.zones, []);
  const { id: cameraId, organizationId, siteId } = camera;
  const zones = [{ ...door, id: branded<ZoneId>('door') }];
  await records.zones.replace({
    cameraId,
    organizationId,
    siteId,
    version: 1,
    changedAt: clock.now(),
    zones,
  });
  await cameras.reconcile();
  await until(() => plans.at(-1)?.zones.length === 1, 'the watch is told');
  assert.equal(media.script('yard.mp4').opened, 1);
});

const door: Omit<Zone, 'id'> = {
  ...{ name: 'Door', kind: 'watch', objectKinds: ['person'], armings: ['armed-away'] },
  points: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ],
  ...{ minHeight: 0, dwellSeconds: 0, direction: 'either' },
};
