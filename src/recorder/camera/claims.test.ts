import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryCache } from '../../adapters/memory/cache.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { branded, type CameraId, type EpochMs } from '../../core/brand.ts';
import type { Cache } from '../../core/ports/cache.ts';
import { silentLog } from '../../core/ports/log.ts';
import { sharedClaims } from './claims.ts';

const ttlMs = 15_000;

function scene({ recorders, cameras }: { recorders: number; cameras: number }) {
  const clock = manualClock(1_800_000_000_000);
  const cache = memoryCache({ clock });
  const old = branded<EpochMs>(clock.now() - 86_400_000);
  const all = Array.from({ length: cameras }, (_, index) => ({
    id: branded<CameraId>(`camera ${index}`),
    createdAt: old,
  }));
  const open = (
    recorderId: string,
    { maxCameras = 100, shared = cache }: { maxCameras?: number; shared?: Cache } = {},
  ) => sharedClaims({ cache: shared, clock, log: silentLog }, { recorderId, maxCameras });
  return {
    clock,
    cache,
    all,
    open,
    claims: Array.from({ length: recorders }, (_, index) => open(`recorder ${index}`)),
  };
}

/** How many recorders record each camera after so many rounds of all. */
async function after(
  rounds: number,
  { clock, claims, all }: ReturnType<typeof scene>,
): Promise<ReadonlySet<CameraId>[]> {
  let held: ReadonlySet<CameraId>[] = [];
  for (let round = 0; round < rounds; round++) {
    held = [];
    for (const each of claims) held.push(await each.round(all));
    await clock.advance(ttlMs / 3);
  }
  return held;
}

function recordedOnce(held: readonly ReadonlySet<CameraId>[], all: readonly { id: CameraId }[]): void {
  const ids = held.flatMap((each) => [...each]);
  assert.deepEqual(ids.toSorted(), all.map(({ id }) => id).toSorted());
}

test('every camera is recorded by exactly one of several recorders', async () => {
  const house = scene({ recorders: 3, cameras: 40 });
  recordedOnce(await after(8, house), house.all);
});

test('no recorder takes more cameras than it may', async () => {
  const house = scene({ recorders: 0, cameras: 10 });
  const claims = [house.open('small', { maxCameras: 3 }), house.open('large', { maxCameras: 50 })];
  const held = await after(8, { ...house, claims });
  assert.ok((held[0]?.size ?? 0) <= 3);
  recordedOnce(held, house.all);
});

test('the cameras of a recorder that died go to the others, those of one that stopped at once', async () => {
  const house = scene({ recorders: 2, cameras: 12 });
  await after(4, house);
  const survivor = house.open('recorder 1');
  const rounds = ttlMs / (ttlMs / 3) + 2;
  const held = await after(rounds, { ...house, claims: [survivor] });
  recordedOnce(held, house.all);
  for (const { id } of house.all) await survivor.release(id);
  recordedOnce(await after(2, { ...house, claims: [house.open('next')] }), house.all);
});

test('a camera that was just added is recorded in the first round', async () => {
  const { clock, open } = scene({ recorders: 0, cameras: 0 });
  const fresh = { id: branded<CameraId>('fresh'), createdAt: clock.now() };
  assert.deepEqual([...(await open('recorder').round([fresh]))], [fresh.id]);
  assert.deepEqual([...(await open('other').round([fresh]))], []);
});

test('a recorder that was started again goes on with its cameras at once', async () => {
  const house = scene({ recorders: 1, cameras: 5 });
  await after(3, house);
  recordedOnce([await house.open('recorder 0').round(house.all)], house.all);
});

test('while the cache does not answer, and after it forgot everything, recording goes on where it was', async () => {
  const house = scene({ recorders: 0, cameras: 6 });
  let isDown = false;
  const down = async () => {
    throw new Error('The cache does not answer.');
  };
  const shared: Cache = {
    ...house.cache,
    get: (key) => (isDown ? down() : house.cache.get(key)),
    swap: (...given) => (isDown ? down() : house.cache.swap(...given)),
  };
  const [mine, other] = [house.open('mine', { shared }), house.open('other', { maxCameras: 3 })];
  const claims = [mine, other];
  const before = await after(5, { ...house, claims });
  recordedOnce(before, house.all);
  for (const { id } of house.all) await house.cache.delete(`lease/camera/${id}`);
  assert.deepEqual(await after(3, { ...house, claims }), before);
  isDown = true;
  assert.deepEqual(await mine.round(house.all), before[0]);
});
