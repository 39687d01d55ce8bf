import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activities, describe, landing, nextActivity, previousActivity } from './activity.ts';
import type { TimeLineContent } from './chunks.ts';

const track = { kind: 'person' as const, bestScore: 0.5, paths: [] };
const line: TimeLineContent = {
  earliestAt: 0,
  footage: [
    { startAt: 0, endAt: 100_000, retentionClass: 'idle' },
    { startAt: 160_000, endAt: 300_000, retentionClass: 'activity' },
  ],
  gaps: [
    {
      startAt: 100_000,
      endAt: 160_000,
      cause: 'source-unreachable',
      explanation: 'The camera did not answer.',
    },
  ],
  tracks: [
    { ...track, id: 'a', startAt: 20_000, endAt: 30_000 },
    { ...track, id: 'b', startAt: 200_000, endAt: 220_000 },
  ],
  images: [],
  incidents: [{ id: 'i', startAt: 200_000, endAt: null, state: 'open' }],
};
const all = activities(line, 300_000);

test('an activity knows the incident it belongs to', () => {
  assert.deepEqual(
    all.map((one) => one.incidentId),
    [null, 'i'],
  );
});

test('previous and next go from activity to activity, and end with null', () => {
  assert.equal(nextActivity(all, 0)?.id, 'a');
  assert.equal(nextActivity(all, 17_000)?.id, 'b', 'standing at the lead of a, next is b');
  assert.equal(nextActivity(all, 250_000), null);
  assert.equal(previousActivity(all, 250_000)?.id, 'b');
  assert.equal(previousActivity(all, 198_000)?.id, 'a', 'just after jumping to b, previous is a');
  assert.equal(previousActivity(all, 201_000)?.id, 'a', 'one that has just begun is not the one before');
  assert.equal(previousActivity(all, 10_000), null);
});

test('a seek into a gap lands at the next footage, one past the end shortly before the end', () => {
  assert.equal(landing(line, 50_000), 50_000);
  assert.equal(landing(line, 120_000), 160_000);
  assert.equal(landing(line, 900_000), 297_000);
});

test('every moment has words', () => {
  assert.equal(describe(line, 120_000, 300_000), 'No footage: The camera did not answer.');
  assert.equal(describe(line, 25_000, 300_000), 'Person');
  assert.equal(describe(line, 210_000, 300_000), 'Person, incident');
  assert.equal(describe(line, 50_000, 300_000), 'Nothing happened');
  assert.equal(describe(line, 400_000, 300_000), 'The future');
  assert.equal(describe(line, 165_000, 300_000), 'Before or after activity');
  const kept = { ...line, footage: [{ startAt: 0, endAt: 100_000, retentionClass: 'incident' as const }] };
  assert.equal(describe(kept, 50_000, 300_000), 'Before or after an incident');
  assert.equal(describe(kept, 35_000, 300_000, 6000), 'Person', 'a mark is drawn wider than it lasted');
});
