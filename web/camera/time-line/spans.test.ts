import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bars } from './spans.ts';

const view = { from: 0, to: 1000 };

test('a bar ends where the view ends, and what lies outside is not drawn', () => {
  const drawn = bars(
    [
      { startAt: -500, endAt: 500 },
      { startAt: 2000, endAt: 3000 },
    ],
    view,
    100,
    1,
    () => '',
  );
  assert.deepEqual(
    drawn.map(({ x, width }) => [x, width]),
    [[0, 50]],
  );
});

test('a moment is still visible, and a thousand of them in one pixel are one bar', () => {
  const spans = Array.from({ length: 1000 }, (_, index) => ({
    startAt: 500 + index / 1000,
    endAt: 500 + index / 1000,
  }));
  const drawn = bars(spans, view, 100, 3, () => '');
  assert.equal(drawn.length, 1);
  assert.ok((drawn[0]?.width ?? 0) >= 3);
});

test('different things are never drawn as one', () => {
  const drawn = bars(
    [
      { startAt: 0, endAt: 10, sort: 'a' },
      { startAt: 10, endAt: 20, sort: 'b' },
    ],
    view,
    100,
    1,
    (span) => span.sort,
  );
  assert.equal(drawn.length, 2);
});
