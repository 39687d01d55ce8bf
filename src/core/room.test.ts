import assert from 'node:assert/strict';
import { test } from 'node:test';
import { room } from './room.ts';

const { signal } = new AbortController();
/** Whether it is let in by now. */
async function isIn(turn: Promise<unknown>): Promise<boolean> {
  return Promise.race([turn.then(() => true), new Promise<false>((resolve) => setImmediate(resolve, false))]);
}

test('who comes waits for room, in order, and is let in when it is given back', async () => {
  const { take } = room(10);
  const first = await take(6, signal);
  const second = take(6, signal);
  const third = take(1, signal);
  assert.deepEqual([await isIn(second), await isIn(third)], [false, false]);
  first();
  // Once is enough: giving back twice makes no more room than there is.
  first();
  (await second)();
  (await third)();
  const [all, none] = [await take(10, signal), take(1, signal)];
  assert.equal(await isIn(none), false);
  all();
  await none;
});

test('what is larger than all the room is let in alone', async () => {
  const { take } = room(10);
  const giveBack = await take(99, signal);
  const next = take(1, signal);
  assert.equal(await isIn(next), false);
  giveBack();
  await next;
});

test('who gives up takes no room, and lets those behind in', async () => {
  const { take } = room(10);
  const held = await take(6, signal);
  const impatient = new AbortController();
  const large = take(10, impatient.signal);
  const small = take(4, signal);
  impatient.abort(new Error('It takes too long.'));
  await assert.rejects(large, /too long/);
  (await small)();
  held();
  await take(10, signal);
  await assert.rejects(take(1, impatient.signal), /too long/);
});

test('who may not wait long goes before all who wait, and not before those who are in', async () => {
  const { take } = room(10);
  const held = await take(10, signal);
  const [patient, urgent] = [take(10, signal), take(10, signal, true)];
  assert.deepEqual([await isIn(patient), await isIn(urgent)], [false, false]);
  held();
  assert.deepEqual([await isIn(patient), await isIn(urgent)], [false, true]);
  (await urgent)();
  (await patient)();
});
