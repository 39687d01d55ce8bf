import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertWords, clipOf, lengthWords, noticedBy, stateChip, stepWords, bulkWords } from './words.ts';

const at = 1_800_000_000_000;

test('a resolved incident says what it was, an unresolved one where it stands', () => {
  assert.equal(stateChip({ state: 'open', resolution: null }).words, 'Open');
  assert.equal(stateChip({ state: 'acknowledged', resolution: null }).words, 'Acknowledged');
  assert.equal(stateChip({ state: 'resolved', resolution: 'false-alarm' }).words, 'False alarm');
});

test('the clip begins ten seconds before, never before what is held, and grows while it goes on', () => {
  const clip = { from: at - 180_000, to: at + 200_000 };
  assert.deepEqual(clipOf({ startAt: at, endAt: null, clip }), { from: at - 10_000, to: at + 200_000 });
  assert.deepEqual(clipOf({ startAt: at, endAt: at + 5000, clip }), { from: at - 10_000, to: at + 15_000 });
  const short = { from: at - 2000, to: at + 3000 };
  assert.deepEqual(clipOf({ startAt: at, endAt: at + 5000, clip: short }), {
    from: at - 2000,
    to: at + 3000,
  });
});

test('an incident that goes on counts, one that is over does not', () => {
  assert.equal(lengthWords({ startAt: at, endAt: null }, at + 12_000), 'Going on for 12 s');
  assert.equal(lengthWords({ startAt: at, endAt: at + 42_000 }, at + 99_000), '42 s');
});

test('cameras and steps read as sentences', () => {
  const [gate, yard, door] = ['Gate', 'Yard', 'Back door'].map((name) => ({ id: name, name }));
  assert.ok(gate && yard && door);
  assert.equal(noticedBy({ cameras: [gate], sensors: [] }), 'Gate');
  assert.equal(noticedBy({ cameras: [gate, yard], sensors: [] }), 'Gate and 1 more');
  assert.equal(noticedBy({ cameras: [], sensors: [door] }), 'Back door');
  assert.equal(noticedBy({ cameras: [gate], sensors: [door] }), 'Gate and 1 more');
  assert.equal(noticedBy({ cameras: [], sensors: [] }), 'No camera');
  assert.equal(stepWords({ at, action: 'acknowledged', who: 'Ada', detail: '' }), 'Acknowledged by Ada');
  assert.equal(stepWords({ at, action: 'opened', who: null, detail: '' }), 'Incident opened');
});

test('an alert says how fast it went out, or why it did not', () => {
  const alert = {
    id: 'a',
    channel: 'Phone',
    kind: 'email' as const,
    isPersonal: false,
    occasion: 'opened',
    attempts: 1,
    createdAt: at,
    handedOverAt: at + 320,
    problem: null,
  };
  assert.deepEqual(alertWords({ ...alert, state: 'delivered' }, 'UTC'), {
    tone: 'good',
    words: 'Handed over',
    detail: 'after 0.3 s',
  });
  const failed = { ...alert, state: 'failed' as const, handedOverAt: null, problem: 'No such mailbox.' };
  assert.equal(alertWords(failed, 'UTC').detail, 'No such mailbox.');
});

test('who acknowledges many is told how many changed, how many were so before, and how many could not be', () => {
  const problem = { code: 'incident-state', detail: 'It was resolved.' };
  const done = { changed: true, problem: null };
  const before = { changed: false, problem: null };
  assert.equal(bulkWords([done, done]), '2 acknowledged');
  assert.equal(bulkWords([done, before]), '1 acknowledged, 1 already was');
  assert.equal(
    bulkWords([before, before, { changed: false, problem }]),
    '0 acknowledged, 2 already were, 1 not',
  );
});
