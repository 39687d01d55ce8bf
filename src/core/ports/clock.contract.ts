// What every clock keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Clock } from './clock.ts';

export interface ClockUnderTest {
  readonly clock: Clock;
  /** Lets this much time pass on `clock`. */
  pass(ms: number): Promise<void>;
}

/** Runs the suite; `open` gives a clock and the way time passes for it. */
export function clockContract(name: string, open: (t: TestContext) => ClockUnderTest): void {
  test(`${name}: a sleep resolves when its time has passed`, async (t) => {
    const { clock, pass } = open(t);
    const startMs = clock.monotonicMs();
    const slept = clock.sleep(20);
    await pass(20);
    await slept;
    // Timers of Node may fire up to 1 ms early by the finer clock.
    assert.ok(clock.monotonicMs() - startMs >= 19);
  });

  test(`${name}: sleeps resolve in the order in which they are due`, async (t) => {
    const { clock, pass } = open(t);
    const woken: string[] = [];
    const sleeps = [
      clock.sleep(60).then(() => woken.push('third')),
      clock.sleep(5).then(() => woken.push('first')),
      clock.sleep(30).then(() => woken.push('second')),
    ];
    await pass(60);
    await Promise.all(sleeps);
    assert.deepEqual(woken, ['first', 'second', 'third']);
  });

  test(`${name}: an aborted sleep rejects with the reason at once`, async (t) => {
    const { clock } = open(t);
    const controller = new AbortController();
    const reason = new Error('stopping');
    const slept = clock.sleep(3_600_000, controller.signal);
    controller.abort(reason);
    await assert.rejects(slept, (error) => error === reason);
    await assert.rejects(clock.sleep(1, controller.signal), (error) => error === reason);
  });

  test(`${name}: aborting after a sleep ended changes nothing`, async (t) => {
    const { clock, pass } = open(t);
    const controller = new AbortController();
    const slept = clock.sleep(1, controller.signal);
    await pass(1);
    await slept;
    controller.abort();
    await slept;
  });

  test(`${name}: a sleep of no time, or of less, resolves`, async (t) => {
    const { clock } = open(t);
    await clock.sleep(0);
    await clock.sleep(-5);
  });

  test(`${name}: monotonic time never goes back, and the wall clock is whole milliseconds of this century`, async (t) => {
    const { clock } = open(t);
    let lastMs = clock.monotonicMs();
    for (let i = 0; i < 1_000; i += 1) {
      const nowMs = clock.monotonicMs();
      assert.ok(nowMs >= lastMs);
      lastMs = nowMs;
    }
    assert.ok(Number.isInteger(clock.now()));
    assert.ok(clock.now() > Date.UTC(2000, 0, 1) && clock.now() < Date.UTC(2100, 0, 1));
  });

  test(`${name}: the quality is one of the three answers`, async (t) => {
    const { clock } = open(t);
    assert.ok(['synchronized', 'unsynchronized', 'unknown'].includes(await clock.quality()));
  });
}
