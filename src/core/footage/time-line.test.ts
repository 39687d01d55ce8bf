// The time line: what is drawn is what is there, and an outage is told while it lasts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type CameraId, type EpochMs } from '../brand.ts';
import type { CameraStatus } from '../site/camera.ts';
import { retentionClasses } from './recording.ts';
import { currentOutage, type FootageSpan, joinTouching, touchMs } from './time-line.ts';

const at = (ms: number) => branded<EpochMs>(ms);

const footage = fc
  .array(
    fc.record({
      holeMs: fc.constantFrom(0, 1, touchMs, touchMs + 1, 10_000),
      lengthMs: fc.integer({ min: 1, max: 60_000 }),
      retentionClass: fc.constantFrom(...retentionClasses),
    }),
  )
  .map((parts) => {
    let end = 0;
    return parts.map(({ holeMs, lengthMs, retentionClass }): FootageSpan => {
      const startAt = at(end + holeMs);
      end = startAt + lengthMs;
      return { startAt, endAt: at(end), retentionClass };
    });
  });

test('joining loses no moment, keeps every class, fills only what touches, and leaves nothing to join', () => {
  fc.assert(
    fc.property(footage, (spans) => {
      const joined = joinTouching(spans);
      for (const span of spans) {
        const drawn = joined.filter(({ startAt, endAt }) => startAt <= span.startAt && endAt >= span.endAt);
        assert.deepEqual(
          drawn.map(({ retentionClass }) => retentionClass),
          [span.retentionClass],
        );
      }
      const total = (list: readonly FootageSpan[]) =>
        list.reduce((sum, { startAt, endAt }) => sum + endAt - startAt, 0);
      assert.ok(total(joined) - total(spans) <= touchMs * Math.max(0, spans.length - joined.length));
      for (const [place, span] of joined.entries()) {
        const before = joined[place - 1];
        if (before === undefined) continue;
        assert.ok(span.retentionClass !== before.retentionClass || span.startAt - before.endAt > touchMs);
      }
      assert.deepEqual(joinTouching(spans.toReversed()), joined);
    }),
  );
});

function status(change: Partial<CameraStatus>): CameraStatus {
  return {
    cameraId: branded<CameraId>('c'),
    state: 'offline',
    since: at(50_000),
    problem: { code: 'source-timeout', detail: 'Silent.', nextTryAt: null },
    notice: null,
    picture: null,
    framesPerSecond: 0,
    bitsPerSecond: 0,
    lastFragmentAt: null,
    detection: 'waiting',
    ...change,
  };
}

test('an outage begins where the footage ends, not where it was noticed', () => {
  assert.deepEqual(currentOutage(status({}), at(42_000), [], at(90_000)), {
    startAt: 42_000,
    endAt: 90_000,
    cause: 'source-timeout',
  });
});

test('an outage begins after the gap that tells of the time before it', () => {
  const told = [{ startAt: at(42_000), endAt: at(48_000) }];
  assert.equal(currentOutage(status({}), at(42_000), told, at(90_000))?.startAt, 48_000);
});

test('an outage never covers footage, also where that ends after the outage was noticed', () => {
  assert.equal(currentOutage(status({}), at(50_040.5), [], at(90_000))?.startAt, 50_041);
  assert.equal(currentOutage(status({}), at(95_000), [], at(90_000)), null);
});

test('a camera that never recorded is out since it was first tried', () => {
  assert.equal(currentOutage(status({}), at(0), [], at(90_000))?.startAt, 50_000);
});

test('a camera that records or is starting has no outage; one that is off or at its end says so', () => {
  const cause = (change: Partial<CameraStatus>) =>
    currentOutage(status(change), at(42_000), [], at(90_000))?.cause ?? null;
  assert.equal(cause({ state: 'recording', problem: null }), null);
  assert.equal(cause({ state: 'starting', problem: null }), null);
  assert.equal(cause({ state: 'disabled', problem: null }), 'camera-disabled');
  assert.equal(cause({ state: 'ended', problem: null }), 'source-ended');
  assert.equal(
    cause({ problem: { code: 'internal-error', detail: '', nextTryAt: null } }),
    'source-unreachable',
  );
});
