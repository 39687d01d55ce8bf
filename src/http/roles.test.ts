// What is said where no process has a role: by name, in time, and only where something waits for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { type House, openHouse } from '../../test/houses/http.ts';
import { silentLog } from '../core/ports/log.ts';
import type { WorkRole } from '../core/standing.ts';
import { tellRoles } from '../workers/watch-roles.ts';
import { Camera } from './contract/cameras.ts';
import { paths } from './contract/paths.ts';
import { StandingAnswer } from './contract/standing.ts';
import { healthPaths } from './routes/health.ts';

/** A role that nobody has is named within this, in ms. */
const namedMs = 50_000;
const everybody: readonly WorkRole[] = ['record', 'deliver', 'tend'];

async function opened() {
  const house = await openHouse({ isShared: true });
  const cookie = await house.setUp();
  const start = (roles: readonly WorkRole[]) => tellRoles({ ...house.deps, log: silentLog }, roles);
  return { house, cookie, start };
}

/** Second by second, as it passes for everybody. */
async function pass(house: House, ms: number, each?: () => Promise<void>): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    await house.deps.clock.advance(1_000);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await each?.();
  }
}

async function degraded(house: House): Promise<readonly string[]> {
  const answer = await house.call('GET', paths.standing);
  return StandingAnswer.parse(await answer.json()).degraded.map(({ name }) => name);
}

async function missing(house: House): Promise<unknown> {
  const ready = await house.call('GET', healthPaths.ready);
  assert.equal(ready.status, 200, 'another process does not make this one less ready');
  return z.object({ missing: z.array(z.string()).optional() }).parse(await ready.json()).missing;
}

async function firstCamera(house: House, cookie: string): Promise<Camera> {
  const answer = await house.call('GET', paths.cameras, { cookie });
  const [camera] = z.array(Camera).parse(await answer.json());
  return camera ?? assert.fail('no camera');
}

test('the only process that delivers and tends dies: within a minute alerts wait by name, and no longer when another is there', async () => {
  const { house, start } = await opened();
  start(['record']);
  const teller = start(['deliver', 'tend']);
  await pass(house, 120_000, async () => assert.deepEqual(await degraded(house), []));
  // As one that is killed: it takes nothing back.
  await teller.stop();
  await pass(house, namedMs);
  assert.deepEqual(await degraded(house), ['alerts-wait', 'schedules-wait']);
  assert.deepEqual(await missing(house), ['deliver', 'tend']);
  start(['deliver', 'tend']);
  await pass(house, 6_000);
  assert.deepEqual(await degraded(house), []);
  assert.equal(await missing(house), undefined);
});

test('without a recorder the cameras say so, and have no figures of before', async () => {
  const { house, cookie, start } = await opened();
  start(['deliver', 'tend']);
  await pass(house, namedMs);
  assert.deepEqual(await degraded(house), ['nothing-recorded']);
  const { status } = await firstCamera(house, cookie);
  assert.deepEqual([status.state, status.problem?.code], ['offline', 'recorder-missing']);
  start(['record']);
  await pass(house, 6_000);
  assert.equal((await firstCamera(house, cookie)).status.problem, null);
});

test('a process that is replaced within thirty seconds is not missed', async () => {
  const { house, start } = await opened();
  let running = start(everybody);
  for (let turn = 0; turn < 3; turn += 1) {
    await pass(house, 15_000);
    await running.stop();
    await pass(house, 30_000, async () => assert.deepEqual(await degraded(house), []));
    running = start(everybody);
  }
});

test('images are missed where cameras push them, and nobody is missed who has nothing to do', async () => {
  const { house, cookie, start } = await opened();
  start(['deliver', 'tend']);
  const { id, siteId } = await firstCamera(house, cookie);
  const off = await house.call('PATCH', paths.camera(id), { cookie, json: { enabled: false } });
  assert.equal(off.status, 200, await off.text());
  await pass(house, 120_000);
  assert.deepEqual(await degraded(house), []);
  const pushed = { siteId, name: 'Drive', source: { kind: 'pushed' } };
  assert.equal((await house.call('POST', paths.cameras, { cookie, json: pushed })).status, 201);
  await pass(house, 40_000);
  assert.deepEqual(await degraded(house), ['images-wait', 'images-unwatched']);
  start(['ingest']);
  await pass(house, 6_000);
  assert.deepEqual(await degraded(house), ['images-unwatched']);
});

test('a cache that forgot everything makes nobody missed: each says again who it is', async () => {
  const { house, start } = await opened();
  start(everybody);
  await pass(house, 21_000);
  for (let second = 0; second < 30; second += 10) {
    // The memory cache forgets all when it is closed, and goes on empty.
    await house.deps.cache.close();
    await pass(house, 10_000, async () => assert.deepEqual(await degraded(house), []));
  }
});

test('where one process does everything, nobody is missed', async () => {
  const house = await openHouse();
  await house.setUp();
  await pass(house, 120_000);
  assert.deepEqual(await degraded(house), []);
});
