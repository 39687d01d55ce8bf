import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryCache } from '../../adapters/memory/cache.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { branded, type DeviceId } from '../brand.ts';
import { once } from './sensor-event.ts';

const event = { deviceId: branded<DeviceId>('door'), eventId: 'one', memoryMs: 660_000 };

function opened() {
  const clock = manualClock();
  return { clock, cache: memoryCache({ clock }) };
}

test('an event that was handled is not handled again, one that failed is', async () => {
  const { cache } = opened();
  await assert.rejects(once(cache, event, () => Promise.reject(new Error('The disk is full.'))));
  assert.equal(await once(cache, event, async () => 'opened'), 'opened');
  assert.equal(await once(cache, event, async () => 'opened again'), null);
});

test('whoever repeats an event that is not handled yet is told to come back, not that it was heard', async () => {
  const { cache } = opened();
  const work = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const first = once(cache, event, () => {
    begun.resolve();
    return work.promise;
  });
  await begun.promise;
  await assert.rejects(
    once(cache, event, async () => 'twice'),
    { code: 'too-many-requests' },
  );
  work.resolve('opened');
  assert.equal(await first, 'opened');
});

test('an event whose handling died with its process is handled when it is repeated', async () => {
  const { cache, clock } = opened();
  void once(cache, event, () => new Promise(() => {}));
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(31_000);
  assert.equal(await once(cache, event, async () => 'opened'), 'opened');
});
