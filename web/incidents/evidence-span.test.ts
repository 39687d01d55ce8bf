// The spans of evidence to choose from.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spanChoices } from './evidence-span.ts';

const at = (seconds: number) => 1_000_000 + seconds * 1000;
const spans = (lastSeen: number, end: number) =>
  spanChoices({ lastSeenAt: at(lastSeen), clip: { from: at(0), to: at(end) } }).map(
    ({ words, to }) => [words, (to - at(0)) / 1000] as const,
  );

test('one takes what was seen, the first minute, or all of it', () => {
  assert.deepEqual(spans(20, 200), [
    ['While it was seen (30 s)', 30],
    ['The first minute (1 min)', 60],
    ['All that is kept (3 min 20 s)', 200],
  ]);
});

test('no choice asks for more than ten minutes, and none is there twice', () => {
  assert.deepEqual(
    spans(1_000, 1_200).map(([, seconds]) => seconds),
    [600, 60],
  );
  assert.deepEqual(
    spans(50, 60).map(([, seconds]) => seconds),
    [60],
  );
});
