// Liveness, readiness, and what is said where a service is away.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { openHouse } from '../../test/houses/http.ts';
import { memoryCache } from '../adapters/memory/cache.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { breaker } from '../core/breaker.ts';
import { drain } from '../core/drain.ts';
import { VedetteError } from '../core/errors.ts';
import { guardedCache } from '../core/guarded.ts';
import { type Log, silentLog } from '../core/ports/log.ts';
import { type DependencyName, degradedBy, degradedModes } from '../core/standing.ts';
import type { Dependency } from '../workers/watch-dependencies.ts';
import { paths } from './contract/paths.ts';
import { StandingAnswer } from './contract/standing.ts';
import { healthPaths } from './routes/health.ts';

/** A service that a test takes away and brings back; its breaker has a clock of its own. */
function service(
  name: DependencyName,
  { everyMs, failures = 1 }: { everyMs?: number; failures?: number } = {},
) {
  const clock = manualClock(0);
  const state = { isAway: false, failsOnce: false, hangs: false, asked: 0, clock };
  const dependency: Dependency = {
    name,
    ...(everyMs === undefined ? {} : { everyMs }),
    breaker: breaker({
      ...{ clock, failures, timeoutMs: 1_000, restMs: 0 },
      isFailure: () => true,
      away: () => new VedetteError('not-ready'),
    }),
    probe: async () => {
      state.asked += 1;
      if (state.hangs) await new Promise(() => {});
      const fails = state.isAway || state.failsOnce;
      state.failsOnce = false;
      if (fails) throw new Error('postgres://vedette:hunter2@10.1.2.3 does not answer');
    },
  };
  return { state, dependency };
}

function notes() {
  const lines: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (message) => void lines.push(message),
    info: (message) => void lines.push(message),
    with: () => log,
  };
  return { lines, log };
}

test('a database that is away: alive, not ready, and nobody waits', async () => {
  const records = service('records');
  const { lines, log } = notes();
  const house = await openHouse({ standing: [records.dependency] }, log);
  const cookie = await house.setUp();
  lines.length = 0;
  assert.equal((await house.call('GET', healthPaths.ready)).status, 200);
  records.state.isAway = true;
  await house.deps.clock.advance(2_000);
  const ready = await house.call('GET', healthPaths.ready);
  assert.equal(ready.status, 503);
  assert.doesNotMatch(await ready.text(), /hunter2|10\.1/);
  assert.equal((await house.call('GET', healthPaths.live)).status, 200);
  const refused = await house.call('GET', paths.me, { cookie });
  assert.equal(refused.status, 503);
  const told = await refused.text();
  assert.match(told, /records-unavailable.*cannot reach its database at the moment/);
  assert.doesNotMatch(told, /Check|hunter2/, 'whoever asked cannot mend it');
  const standing = StandingAnswer.parse(await (await house.call('GET', paths.standing)).json());
  assert.deepEqual(standing.degraded[0], {
    name: 'nothing-answers',
    sentence: degradedModes['nothing-answers'],
  });

  await house.call('GET', healthPaths.ready);
  await house.call('GET', healthPaths.ready);
  records.state.isAway = false;
  await house.deps.clock.advance(2_000);
  assert.equal((await house.call('GET', healthPaths.ready)).status, 200);
  assert.equal((await house.call('GET', paths.me, { cookie })).status, 200);
  assert.deepEqual(lines, [
    'A service does not answer',
    'Not ready',
    'A service answers again',
    'Ready again',
  ]);
});

test('what can be done without leaves a process ready, and is named', async () => {
  const [cache, queue] = [service('cache'), service('queue')];
  cache.state.isAway = true;
  const house = await openHouse({ standing: [cache.dependency, queue.dependency] });
  const ready = await house.call('GET', healthPaths.ready);
  assert.equal(ready.status, 200);
  assert.deepEqual(await ready.json(), {
    status: 'ok',
    services: { cache: 'down', queue: 'up' },
    degraded: ['sign-in-off', 'updates-off'],
  });
});

test('a service that hangs takes no process out, hides nothing of the others, and counts as away in time; the database does', async () => {
  const [records, keys, queue] = [service('records'), service('keys'), service('queue')];
  const house = await openHouse({ standing: [records.dependency, keys.dependency, queue.dependency] });
  const { clock } = house.deps;
  const answer = async () => {
    const answering = house.call('GET', healthPaths.ready);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(2_000);
    return answering;
  };
  keys.state.hangs = true;
  await clock.advance(3_000);
  queue.state.isAway = true;
  await clock.advance(3_000);
  const ready = await answer();
  assert.equal(ready.status, 200);
  assert.deepEqual(await ready.json(), {
    status: 'ok',
    services: { records: 'up', keys: 'up', queue: 'down' },
    degraded: ['alerts-wait'],
  });
  await keys.state.clock.advance(1_000);
  const known = await answer();
  assert.equal(known.status, 200);
  assert.match(await known.text(), /"keys":"down"/);

  records.state.hangs = true;
  await clock.advance(3_000);
  const slow = await answer();
  assert.equal(slow.status, 503);
  assert.match(await slow.text(), /database answers too slowly/);
});

test('what is told to be away keeps nobody waiting, and what fails once is not', async () => {
  const blobs = service('blobs', { failures: 2 });
  const house = await openHouse({ standing: [blobs.dependency] });
  const told = async () => (await house.call('GET', healthPaths.ready)).json();
  blobs.state.failsOnce = true;
  assert.deepEqual(await told(), { status: 'ok', services: { blobs: 'up' }, degraded: [] });
  blobs.state.isAway = true;
  await house.deps.clock.advance(3_000);
  assert.deepEqual(await told(), {
    ...{ status: 'ok', services: { blobs: 'down' } },
    degraded: ['footage-waits', 'footage-unreadable'],
  });
  assert.equal(blobs.dependency.breaker.state, 'open');
});

test('probes that come all the time do not ask the services all the time', async () => {
  const records = service('records');
  const house = await openHouse({ standing: [records.dependency] });
  for (let count = 0; count < 20; count += 1) await house.call('GET', healthPaths.ready);
  assert.equal(records.state.asked, 1);
});

test('a service that is asked rarely is told to be away once, is asked often until it is back, and rarely again', async () => {
  const keys = service('keys', { everyMs: 60_000, failures: 2 });
  const { lines, log } = notes();
  const house = await openHouse({ standing: [keys.dependency] }, log);
  const { clock } = house.deps;
  const state = async () => {
    const { services } = z
      .object({ services: z.record(z.string(), z.string()) })
      .parse(await (await house.call('GET', healthPaths.ready)).json());
    return services.keys;
  };
  const after = async (ms: number) => {
    await clock.advance(ms);
    await keys.state.clock.advance(ms);
    return state();
  };
  assert.equal(await state(), 'up');
  keys.state.isAway = true;
  assert.equal(await after(3_000), 'up');
  assert.equal(await after(60_000), 'down');
  for (let seconds = 0; seconds < 10; seconds += 1) assert.equal(await after(1_000), 'down');
  keys.state.isAway = false;
  assert.equal(await after(2_000), 'up');
  const { asked } = keys.state;
  for (let seconds = 0; seconds < 10; seconds += 1) assert.equal(await after(1_000), 'up');
  assert.equal(keys.state.asked, asked);
  assert.deepEqual(lines, ['A service does not answer', 'A service answers again']);
});

test('a process that is about to stop is not ready, and answers all the same', async () => {
  const leaving = drain();
  const house = await openHouse({ leaving });
  const cookie = await house.setUp();
  leaving.begin();
  assert.equal((await house.call('GET', healthPaths.ready)).status, 503);
  assert.equal((await house.call('GET', paths.me, { cookie })).status, 200);
});

test('every mode that is degraded has a sentence, and nothing is degraded where all is well', () => {
  assert.deepEqual(degradedBy([]), []);
  for (const sentence of Object.values(degradedModes)) assert.match(sentence, /^[A-Z].*\.$/);
});

test('a cache that hangs costs one caller its time-out and the others nothing', async () => {
  const clock = manualClock(0);
  const cache = memoryCache({ clock });
  const guarded = guardedCache(
    { ...cache, get: () => new Promise(() => {}) },
    breaker({
      ...{ clock, failures: 2, timeoutMs: 3_000, restMs: 1_000 },
      isFailure: () => true,
      away: () => new VedetteError('cache-unavailable'),
    }),
  );
  const first = assert.rejects(guarded.get('a'), { code: 'cache-unavailable' });
  await clock.advance(3_000);
  await first;
  await assert.rejects(guarded.set('b', new Uint8Array(1), 1_000), { code: 'cache-unavailable' });
});
