// The clock, and how pictures keep step with it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { broughtIn, camerasInStep } from './cameras.ts';
import { followed, momentAt, sought, startClock, ticked, toggled, withHold, withSpeed } from './clock.ts';
import { coverageAt } from './coverage.ts';
import { orderFor } from './in-step.ts';
import { stepIntention } from './keyboard.ts';

const reach = { from: 1_000_000, to: 1_060_000 };
const footage = { kind: 'footage' } as const;

test('the clock runs at its speed, stands while a picture loads, and loses nothing by either', () => {
  let clock = startClock(reach.from, 0);
  clock = withSpeed(clock, reach, 2, 1_000);
  assert.equal(momentAt(clock, reach, 2_000), reach.from + 3_000);
  clock = withHold(clock, reach, true, 2_000);
  assert.equal(momentAt(clock, reach, 9_000), reach.from + 3_000);
  clock = withHold(clock, reach, false, 9_000);
  assert.equal(momentAt(clock, reach, 9_500), reach.from + 4_000);
});

test('a clip stops at its end and begins again; one that grows goes on', () => {
  const clock = sought(startClock(reach.from, 0), reach, reach.to - 100, 0);
  const ended = ticked(clock, reach, { growing: false, now: 5_000 });
  assert.equal(ended.playing, false);
  assert.equal(momentAt(toggled(ended, reach, 6_000), reach, 6_000), reach.from);
  assert.equal(ticked(clock, reach, { growing: true, now: 5_000 }).playing, true);
});

test('who follows is brought back to the newest picture when they fall behind, until they look elsewhere', () => {
  const clock = followed(startClock(reach.from, 0), reach, 0);
  const grown = { from: reach.from, to: reach.to + 20_000 };
  assert.equal(momentAt(ticked(clock, grown, { growing: true, now: 10 }), grown, 10), grown.to);
  assert.equal(sought(clock, reach, reach.from, 0).following, false);
});

test('whatever is done to the clock, it never leaves the clip', () => {
  const act = fc.oneof(
    fc.integer({ min: 0, max: 2_000_000 }).map((to) => ({ kind: 'seek', to }) as const),
    fc.constantFrom({ kind: 'toggle' } as const, { kind: 'follow' } as const, { kind: 'hold' } as const),
    fc.constantFrom(0.5, 1, 2, 4).map((speed) => ({ kind: 'speed', speed }) as const),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(act, fc.nat(100_000)), { maxLength: 30 }), (acts) => {
      let now = 0;
      let clock = startClock(reach.from, now);
      for (const [one, passed] of acts) {
        now += passed;
        if (one.kind === 'seek') clock = sought(clock, reach, one.to, now);
        if (one.kind === 'toggle') clock = toggled(clock, reach, now);
        if (one.kind === 'follow') clock = followed(clock, reach, now);
        if (one.kind === 'hold') clock = withHold(clock, reach, !clock.held, now);
        if (one.kind === 'speed') clock = withSpeed(clock, reach, one.speed, now);
        const moment = momentAt(clock, reach, now + 10);
        assert.ok(moment >= reach.from && moment <= reach.to);
      }
    }),
  );
});

test('a picture that is off by less than a fifth of a second is back in step within seconds, without a jump', () => {
  fc.assert(
    fc.property(fc.integer({ min: -200, max: 200 }), fc.constantFrom(0.5, 1, 2, 4), (off, speed) => {
      let shown = off;
      for (let ms = 0; ms < 4_000; ms += 100) {
        const order = orderFor(
          { coverage: footage, shown: ms * speed + shown, ready: true },
          { moment: ms * speed, running: true, speed },
        );
        assert.equal(order.kind, 'play');
        if (order.kind === 'play') shown += (order.rate - speed) * 100;
      }
      assert.ok(Math.abs(shown) < 30, `still ${shown} ms off`);
    }),
  );
});

test('a picture far off jumps, one that loads has the others wait, one without footage says why', () => {
  const clock = { moment: 10_000, running: true, speed: 1 };
  assert.equal(orderFor({ coverage: footage, shown: 5_000, ready: true }, clock).kind, 'seek');
  assert.equal(orderFor({ coverage: footage, shown: null, ready: false }, clock).kind, 'load');
  assert.equal(orderFor({ coverage: footage, shown: 10_010, ready: false }, clock).kind, 'load');
  const standing = { ...clock, running: false };
  assert.equal(orderFor({ coverage: footage, shown: 10_300, ready: true }, standing).kind, 'seek');
  assert.equal(orderFor({ coverage: footage, shown: 10_010, ready: true }, standing).kind, 'stand');
  const coverage = coverageAt({ footage: [], gaps: [] }, 10_000, 99_999);
  assert.equal(orderFor({ coverage, shown: 10_000, ready: true }, clock).kind, 'missing');
});

test('a gap is told with its reason and its end; what is being written is not missing', () => {
  const line = {
    footage: [
      { startAt: 0, endAt: 10_000, retentionClass: 'idle' as const },
      { startAt: 20_000, endAt: 30_000, retentionClass: 'idle' as const },
    ],
    gaps: [
      { startAt: 10_000, endAt: 20_000, cause: 'source-unreachable', explanation: 'It did not answer.' },
    ],
  };
  assert.deepEqual(coverageAt(line, 5_000, 31_000), footage);
  assert.deepEqual(coverageAt(line, 12_000, 31_000), {
    kind: 'missing',
    why: 'It did not answer.',
    until: 20_000,
  });
  assert.deepEqual(coverageAt(line, 31_500, 33_000), footage);
  assert.equal(coverageAt(line, 31_500, 60_000).kind, 'missing');
  assert.deepEqual(coverageAt(undefined, 1, 2), footage);
});

test('the cameras of the incident come first, those without footage are left out, and one that is brought in takes the last place', () => {
  const source = { kind: 'rtsp' };
  const cameras = ['c', 'b', 'a'].map((id) => ({ id, siteId: 's', name: id.toUpperCase(), source }));
  const foreign = { id: 'x', siteId: 'other', name: 'X', source };
  const gate = { id: 'g', siteId: 's', name: 'Gate', source: { kind: 'pushed' } };
  const incident = { siteId: 's', cameras: [gate, { id: 'b', name: 'B' }] };
  const names = camerasInStep(incident, [...cameras, foreign, gate]).map(({ name }) => name);
  assert.deepEqual(names, ['B', 'A', 'C']);
  assert.deepEqual(broughtIn(['a', 'b'], 'c', 'b', 2), ['c', 'b']);
  assert.deepEqual(broughtIn(['a'], 'c', 'a', 1), ['c']);
  assert.deepEqual(broughtIn(['a'], 'c', 'a', 4), ['a', 'c']);
});

const press = (key: string, change: { shiftKey?: boolean; repeat?: boolean } = {}) => ({
  ...{ key, shiftKey: false, repeat: false },
  ...change,
});

test('keys play, move and choose, wherever the focus is', () => {
  for (const focus of ['clip', 'page'] as const) {
    assert.deepEqual(stepIntention(press(' '), focus), { kind: 'toggle' });
    assert.deepEqual(stepIntention(press('ArrowLeft', { shiftKey: true }), focus), {
      kind: 'move',
      byMs: -10_000,
    });
    assert.deepEqual(stepIntention(press('3'), focus), { kind: 'choose', index: 2 });
    assert.deepEqual(stepIntention(press('P'), focus), { kind: 'paths' });
    assert.equal(stepIntention(press('x'), focus), null);
  }
});

test('buttons and sliders keep their own keys, and the page those that move it', () => {
  for (const key of [' ', 'Enter', 'ArrowLeft', 'Home']) {
    assert.equal(stepIntention(press(key), 'control'), null);
  }
  assert.deepEqual(stepIntention(press('p'), 'control'), { kind: 'paths' });
  for (const key of ['ArrowUp', 'ArrowDown', 'Home', 'End'])
    assert.equal(stepIntention(press(key), 'page'), null);
  assert.deepEqual(stepIntention(press('Home'), 'clip'), { kind: 'begin' });
});

test('a key that is held moves on, and switches nothing to and fro', () => {
  assert.equal(stepIntention(press('p', { repeat: true }), 'page'), null);
  assert.deepEqual(stepIntention(press('.', { repeat: true }), 'page'), { kind: 'move', byMs: 100 });
});
