import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chunksOf, isGrowing, joined, reachingNow } from './chunks.ts';

const hourMs = 3_600_000;
const now = Date.UTC(2025, 10, 22, 14, 20);

test('chunks cover the span without hole or overlap, and never begin in the future', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 1, max: 48 * 60 }),
      (hoursAgo, minutes) => {
        const from = now - hoursAgo * hourMs;
        const to = from + minutes * 60_000;
        const chunks = chunksOf(from, to, now);
        for (const [index, chunk] of chunks.entries()) {
          assert.ok(chunk.from < now);
          if (index > 0) assert.equal(chunk.from, chunks[index - 1]?.to);
        }
        if (from < now) {
          assert.ok((chunks[0]?.from ?? Number.POSITIVE_INFINITY) <= from);
          assert.ok((chunks.at(-1)?.to ?? 0) >= Math.min(to, now));
        }
      },
    ),
  );
});

test('a day takes few requests, and only the newest hour is read again while it grows', () => {
  const chunks = chunksOf(now - 24 * hourMs, now, now);
  assert.ok(chunks.length <= 10, `${chunks.length} chunks`);
  assert.deepEqual(
    chunks.filter((chunk) => isGrowing(chunk.to, now)),
    [{ from: Date.UTC(2025, 10, 22, 14), to: Date.UTC(2025, 10, 22, 15) }],
  );
});

test('a recording cut at the border of two chunks is one again, and a track named twice is one', () => {
  const base = { cameraId: 'c', earliestAt: 5, images: [], incidents: [], gaps: [] };
  const track = { id: 't', kind: 'person' as const, bestScore: 0.5, startAt: 90, paths: [] };
  const line = joined([
    {
      ...base,
      from: 100,
      to: 200,
      footage: [{ startAt: 100, endAt: 150, retentionClass: 'idle' }],
      tracks: [{ ...track, endAt: 120 }],
    },
    {
      ...base,
      from: 0,
      to: 100,
      footage: [{ startAt: 20, endAt: 100, retentionClass: 'idle' }],
      tracks: [{ ...track, endAt: 100 }],
    },
  ]);
  assert.deepEqual(line.footage, [{ startAt: 20, endAt: 150, retentionClass: 'idle' }]);
  assert.deepEqual(
    line.tracks.map((one) => one.endAt),
    [120],
  );
  assert.equal(line.earliestAt, 5);
});

test('footage of another class or after a hole stays apart', () => {
  const base = {
    cameraId: 'c',
    earliestAt: 0,
    images: [],
    incidents: [],
    gaps: [],
    tracks: [],
    from: 0,
    to: 100,
  };
  const line = joined([
    {
      ...base,
      footage: [
        { startAt: 0, endAt: 10, retentionClass: 'idle' },
        { startAt: 10, endAt: 20, retentionClass: 'activity' },
        { startAt: 30, endAt: 40, retentionClass: 'activity' },
      ],
    },
  ]);
  assert.equal(line.footage.length, 3);
});

test('what is being written reaches to now, an old end stays where it is', () => {
  const base = { earliestAt: 0, images: [], incidents: [], gaps: [], tracks: [] };
  const ended = (endAt: number) => ({
    ...base,
    footage: [{ startAt: now - 60_000, endAt, retentionClass: 'idle' as const }],
  });
  assert.equal(reachingNow(ended(now - 3000), now).footage.at(-1)?.endAt, now);
  assert.equal(reachingNow(ended(now - 30_000), now).footage.at(-1)?.endAt, now - 30_000);
});
