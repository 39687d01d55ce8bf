import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  follow,
  keyStepMs,
  longestSpanMs,
  pan,
  shortestSpanMs,
  spanOf,
  timeAt,
  viewAround,
  viewAtNow,
  xOf,
  zoom,
} from './view.ts';

const now = Date.UTC(2025, 10, 22, 12);
const bounds = { earliest: now - 7 * 86_400_000, now };
const spans = fc.integer({ min: shortestSpanMs, max: longestSpanMs });

test('a moment drawn at a pixel is found again at that pixel', () => {
  fc.assert(
    fc.property(
      spans,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 100, max: 4000 }),
      (spanMs, part, width) => {
        const view = viewAtNow(now, spanMs);
        const at = view.from + part * spanMs;
        assert.ok(Math.abs(timeAt(xOf(at, view, width), view, width) - at) < 1);
      },
    ),
  );
});

test('zooming keeps the moment under the pointer there, as long as the view is inside the footage', () => {
  const view = viewAround(now - 3 * 86_400_000, 3_600_000, bounds);
  const anchor = view.from + 900_000;
  const closer = zoom(view, 0.5, anchor, bounds);
  assert.equal(spanOf(closer), 1_800_000);
  assert.ok(Math.abs(xOf(anchor, closer, 1000) - xOf(anchor, view, 1000)) < 1e-6);
});

test('whatever is done, the view stays in bounds and between a minute and a day', () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('pan' as const), value: fc.integer({ min: -1e9, max: 1e9 }) }),
    fc.record({ kind: fc.constant('zoom' as const), value: fc.double({ min: 0.01, max: 100, noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      let view = viewAtNow(now, 3_600_000);
      for (const { kind, value } of actions) {
        view =
          kind === 'pan' ? pan(view, value, bounds) : zoom(view, value, (view.from + view.to) / 2, bounds);
        const spanMs = spanOf(view);
        assert.ok(spanMs > shortestSpanMs - 1 && spanMs < longestSpanMs + 1);
        assert.ok(view.to <= now + spanMs * 0.07, 'hardly any future is shown');
        assert.ok(view.to > bounds.earliest, 'some footage stays in view');
      }
    }),
  );
});

test('the live view moves with now, a paused one stays, a played one turns the page', () => {
  const view = viewAround(now - 7_200_000, 3_600_000, bounds);
  assert.deepEqual(follow(view, now - 7_200_000, false, bounds), view);
  assert.deepEqual(follow(view, now, true, bounds), viewAtNow(now, 3_600_000));
  const turned = follow(view, view.to - 1000, false, bounds);
  assert.ok(turned.from < view.to - 1000 && turned.from > view.from);
  const elsewhere = follow(view, now - 5 * 86_400_000, false, bounds);
  assert.equal((elsewhere.from + elsewhere.to) / 2, now - 5 * 86_400_000);
});

test('an arrow key goes a round step that suits the zoom', () => {
  assert.equal(keyStepMs(viewAtNow(now, 300_000)), 5000);
  assert.equal(keyStepMs(viewAtNow(now, 3_600_000)), 60_000);
  assert.equal(keyStepMs(viewAtNow(now, 86_400_000)), 1_200_000);
});
