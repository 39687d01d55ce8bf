import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs } from '../brand.ts';
import { retentionClasses } from './recording.ts';
import {
  bytesLeft,
  bytesToFree,
  defaultRetention,
  expiredBefore,
  expiresAt,
  explainDeletion,
  forecastMs,
} from './retention.ts';

const at = (ms: number) => branded<EpochMs>(ms);
const now = at(Date.UTC(2026, 5, 15, 12));
const day = 86_400_000;

test('footage is kept a day when idle, a week with activity, 30 days for an incident', () => {
  assert.equal(expiredBefore(defaultRetention, 'idle', now), now - day);
  assert.equal(expiredBefore(defaultRetention, 'activity', now), now - 7 * day);
  assert.equal(expiredBefore(defaultRetention, 'incident', now), now - 30 * day);
});

test('what expires at a moment ended before the moment that the sweep asks for, and the reverse', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...retentionClasses),
      fc.integer({ min: 0, max: 2 * now }),
      (retentionClass, endAt) => {
        const gone = expiresAt(defaultRetention, { endAt: at(endAt), retentionClass }) < now;
        assert.equal(gone, endAt < expiredBefore(defaultRetention, retentionClass, now));
      },
    ),
  );
});

test('room is needed by the larger of what is over the quota and under the reserve', () => {
  const use = { totalBytes: 1_000, freeBytes: 100 };
  const free = (quotaBytes: number | null, reserveBytes: number) =>
    bytesToFree(use, { quotaBytes, reserveBytes });
  assert.equal(free(null, 100).bytes, 0);
  assert.equal(free(1_000, 0).bytes, 0);
  assert.deepEqual(free(900, 150), { bytes: 100, reason: 'quota' });
  assert.deepEqual(free(990, 150), { bytes: 50, reason: 'disk-full' });
  assert.equal(
    bytesToFree({ totalBytes: 1_000, freeBytes: null }, { quotaBytes: null, reserveBytes: 9e9 }).bytes,
    0,
  );
});

test('the room left ends where the first limit is met', () => {
  const use = { totalBytes: 1_000, freeBytes: 500 };
  assert.equal(bytesLeft(use, { quotaBytes: 1_200, reserveBytes: 100 }), 200);
  assert.equal(bytesLeft(use, { quotaBytes: null, reserveBytes: 100 }), 400);
  assert.equal(bytesLeft(use, { quotaBytes: 900, reserveBytes: 100 }), 0);
  assert.equal(bytesLeft({ ...use, freeBytes: null }, { quotaBytes: null, reserveBytes: 100 }), null);
});

test('the forecast is the room left over the growth, and none where nothing grows', () => {
  assert.equal(forecastMs(600, 100, 1_000), 6_000);
  assert.equal(forecastMs(0, 100, 1_000), 0);
  assert.equal(forecastMs(600, 0, 1_000), null);
  assert.equal(forecastMs(600, -5, 1_000), null);
});

test('a deletion is explained in a sentence with its time and its reason', () => {
  const recording = { startAt: now, endAt: at(now + 60_000), retentionClass: 'idle' } as const;
  assert.equal(
    explainDeletion(recording, 'expired', defaultRetention),
    'Footage from 2026-06-15T12:00:00Z to 2026-06-15T12:01:00Z was deleted because footage in which nothing happened is kept for 1 day.',
  );
  assert.match(explainDeletion(recording, 'quota', defaultRetention), /oldest not on hold/);
  assert.match(explainDeletion(recording, 'disk-full', defaultRetention), /disk is nearly full/);
});
