import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../adapters/memory/clock.ts';
import { silentLog } from './ports/log.ts';
import { onePerTime, repeat } from './repeat.ts';

test('what fails is told and done again', async () => {
  const clock = manualClock();
  const told: string[] = [];
  const log = { ...silentLog, error: (message: string) => void told.push(message) };
  let times = 0;
  const repeated = repeat({ clock, log }, { everyMs: 1_000, failed: 'It failed' }, () => {
    times += 1;
    throw new Error('no');
  });
  await clock.advance(2_500);
  assert.deepEqual([times, told], [3, ['It failed', 'It failed', 'It failed']]);
  await repeated.stop();
  await clock.advance(5_000);
  assert.equal(times, 3);
});

test('stopping waits for the work under way, and the first pause may come before it', async () => {
  const clock = manualClock();
  const steps: string[] = [];
  const repeated = repeat(
    { clock, log: silentLog },
    { everyMs: 1_000, first: 'later', failed: '' },
    async () => {
      steps.push('begins');
      await clock.sleep(500);
      steps.push('ends');
    },
  );
  await clock.advance(999);
  assert.equal(steps.length, 0);
  await clock.advance(1);
  const stopped = repeated.stop().then(() => void steps.push('stopped'));
  await clock.advance(500);
  await stopped;
  assert.deepEqual(steps, ['begins', 'ends', 'stopped']);
  assert.equal(clock.sleepers, 0);
});

test('calls during a run share the next one, and one that fails keeps none after it from running', async () => {
  const ends: ((error?: Error) => void)[] = [];
  const call = onePerTime(
    () => new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve()))),
  );
  const first = assert.rejects(call(), /first/);
  const second = assert.rejects(call(), /second/);
  assert.equal(ends.length, 1);
  ends[0]?.(new Error('first'));
  await first;
  assert.equal(ends.length, 2);
  const third = call();
  assert.equal(call(), third);
  ends[1]?.(new Error('second'));
  await second;
  ends[2]?.();
  await third;
  const fourth = call();
  assert.equal(ends.length, 4);
  ends[3]?.();
  await fourth;
});
