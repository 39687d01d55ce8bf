// Intentions on what one wants to be told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Wishes } from '../../src/http/contract/my-alerts.ts';
import {
  hoursOf,
  minuteOf,
  moved,
  orderedKinds,
  painted,
  presets,
  spansOf,
  silenceOf,
  summary,
  timeText,
  toggled,
  weekOf,
} from './wishes-draft.ts';

const kinds = ['push', 'email', 'sms', 'voice'] as const;

test('however channels are moved and switched, each is there once and the others keep their order', () => {
  const act = fc.oneof(
    fc.record({ kind: fc.constantFrom(...kinds), to: fc.integer({ min: -2, max: 6 }) }),
    fc.record({ kind: fc.constantFrom(...kinds) }),
  );
  fc.assert(
    fc.property(fc.array(act), (acts) => {
      let wanted: ReturnType<typeof toggled> = ['email'];
      for (const each of acts) {
        const before = wanted;
        wanted = 'to' in each ? moved(wanted, each.kind, each.to) : toggled(wanted, each.kind);
        assert.equal(new Set(wanted).size, wanted.length);
        const rest = (list: readonly string[]) => list.filter((kind) => kind !== each.kind);
        assert.deepEqual(rest(wanted), rest(before));
        assert.deepEqual(new Set(orderedKinds(kinds, wanted)), new Set(kinds));
      }
    }),
  );
});

test('a week of full hours comes back as it was, as long as a day has few pauses', () => {
  const day = fc.array(fc.boolean(), { minLength: 24, maxLength: 24 });
  fc.assert(
    fc.property(fc.array(day, { minLength: 7, maxLength: 7 }), (week) => {
      const kept = weekOf(hoursOf(week));
      for (const [row, hours] of week.entries()) {
        const spans = spansOf(hours, 24).length;
        const isKept = hours.every((wanted, hour) => !wanted || kept[row]?.[hour] === true);
        assert.ok(isKept, 'no hour that is wanted is lost');
        if (spans <= 4) assert.deepEqual(kept[row], hours);
      }
    }),
  );
});

test('painting changes the rectangle and nothing else', () => {
  const week = presets['working hours']();
  const after = painted(week, [2, 20], [1, 22], true);
  for (const [row, day] of after.entries()) {
    for (const [hour, wanted] of day.entries()) {
      const inside = row >= 1 && row <= 2 && hour >= 20 && hour <= 22;
      assert.equal(wanted, inside ? true : week[row]?.[hour]);
    }
  }
});

test('times read as they are written', () => {
  assert.deepEqual([minuteOf('22:30'), minuteOf('00:00'), minuteOf('24:00')], [1350, 0, 1440]);
  assert.deepEqual([minuteOf('24:01'), minuteOf('7:00'), minuteOf('')], [null, null, null]);
  assert.equal(timeText(1350), '22:30');
});

const first = { sites: 1, onChain: 1, firstMs: 0, lastMs: 0 };

test('who waits for their turn reads when it comes, and who has none that it never does', () => {
  const wishes: Wishes = {
    ...{ channels: ['email'], atOnce: false, siteIds: null, minimumSeverity: 'low' },
    ...{ timeZone: 'UTC', hours: null, quiet: null, digest: { every: 'none', hour: 8, weekday: 1 } },
  };
  const said = (sites: number, onChain: number, firstMs: number | null, lastMs: number | null) =>
    summary(wishes, ['email'], { sites, onChain, firstMs, lastMs });
  assert.match(said(2, 0, null, null), /^You are told of no incident: .*Switch “At once” on/);
  assert.equal(said(1, 1, 0, 0), 'You are told by e-mail, as soon as an incident opens.');
  assert.equal(said(1, 1, 60_000, 60_000), 'You are told by e-mail, when nobody took an incident for 1 min.');
  assert.match(
    said(3, 2, 0, 180_000),
    /at others when nobody took it for up to 3 min; only at 2 of your 3 sites/,
  );
  assert.match(said(2, 2, 60_000, 180_000), /for 1 min to 3 min, depending on the site/);
});

test('the summary says what happens first, and what when that fails', () => {
  const wishes: Wishes = {
    ...{ channels: ['push', 'email', 'sms'], atOnce: true, siteIds: null, minimumSeverity: 'low' },
    ...{ timeZone: 'UTC', hours: null, quiet: null, digest: { every: 'none', hour: 8, weekday: 1 } },
  };
  assert.equal(
    summary(wishes, ['push', 'email'], first),
    'You are told by notification, then by e-mail, as soon as an incident opens.',
  );
  assert.match(summary(wishes, [], first), /Nothing reaches you yet/);
});

test('wishes that leave nothing to be told of say so, and why', () => {
  const wishes: Wishes = {
    ...{ channels: ['email'], atOnce: true, siteIds: null, minimumSeverity: 'low' },
    ...{ timeZone: 'UTC', hours: null, quiet: null, digest: { every: 'none', hour: 8, weekday: 1 } },
  };
  const said = (change: Partial<Wishes>) => summary({ ...wishes, ...change }, ['email'], first);
  const quiet = (from: number, to: number, highBreaksThrough = false) => ({ from, to, highBreaksThrough });
  assert.match(said({ siteIds: [] }), /nothing: choose a site/);
  assert.match(said({ hours: { 1: [], 2: [], 3: [], 4: [], 5: [], 6: [], 7: [] } }), /nothing: no hour/);
  assert.match(said({ quiet: quiet(1320, 1320) }), /nothing: your quiet hours are the whole day/);
  assert.match(said({ quiet: quiet(0, 1440) }), /nothing: your quiet hours are the whole day/);
  assert.match(said({ quiet: quiet(1320, 1320, true) }), /only what is serious/);
  assert.equal(silenceOf({ ...wishes, quiet: quiet(1320, 420) }), null);
});
