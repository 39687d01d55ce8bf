import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs } from '../brand.ts';
import { type DayEntry, emptySchedule, lastEdge, nextEdge, type Schedule, weekdays } from './schedule.ts';
import { checkedSchedule, maxDayEntries } from './schedule-check.ts';
import { armings } from './site.ts';

const ms = (text: string) => branded<EpochMs>(Temporal.Instant.from(text).epochMilliseconds);
const text = (at: EpochMs | undefined, zone: string) =>
  at === undefined
    ? null
    : Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toString({ timeZoneName: 'never' });

const daily = (...entries: readonly DayEntry[]): Schedule => ({
  ...emptySchedule,
  weekly: entries.map((entry) => ({ ...entry, days: weekdays })),
});
const away = (at: string): DayEntry => ({ at, arming: 'armed-away' });
const off = (at: string): DayEntry => ({ at, arming: 'disarmed' });
const next = (schedule: Schedule, zone: string, after: string) =>
  text(nextEdge(schedule, zone, ms(after))?.at, zone);

test('a week is kept by the clocks of the site', () => {
  const shop: Schedule = {
    ...emptySchedule,
    weekly: [
      { days: [1, 2, 3, 4, 5], ...off('07:30') },
      { days: [1, 2, 3, 4, 5, 6], ...away('20:00') },
    ],
  };
  const zone = 'America/New_York';
  assert.equal(next(shop, zone, '2026-06-05T10:00:00Z'), '2026-06-05T07:30:00-04:00');
  assert.equal(next(shop, zone, '2026-06-05T11:30:00Z'), '2026-06-05T20:00:00-04:00');
  assert.equal(next(shop, zone, '2026-06-07T04:00:00Z'), '2026-06-08T07:30:00-04:00');
  assert.deepEqual(lastEdge(shop, zone, ms('2026-06-07T04:00:00Z')), {
    at: ms('2026-06-07T00:00:00Z'),
    arming: 'armed-away',
  });
  assert.equal(nextEdge(emptySchedule, zone, ms('2026-06-07T04:00:00Z')), null);
  assert.equal(lastEdge(emptySchedule, zone, ms('2026-06-07T04:00:00Z')), null);
});

test('a time that the clocks skip in spring happens when they skip it, and does not overtake what comes after', () => {
  const zone = 'Europe/Berlin';
  assert.equal(next(daily(away('02:30')), zone, '2026-03-28T23:00:00Z'), '2026-03-29T03:00:00+02:00');
  assert.equal(next(daily(away('02:30')), zone, '2026-03-29T01:00:00Z'), '2026-03-30T02:30:00+02:00');
  // Both fall on the same moment: the later entry of the day counts.
  const both = nextEdge(daily(off('03:00'), away('02:30')), zone, ms('2026-03-28T23:00:00Z'));
  assert.deepEqual(both, { at: ms('2026-03-29T01:00:00Z'), arming: 'disarmed' });
  assert.equal(
    next(daily(away('02:15')), 'Australia/Lord_Howe', '2026-10-03T12:00:00Z'),
    '2026-10-04T02:30:00+11:00',
  );
  // In Asunción the clocks went from midnight to one.
  assert.equal(
    next(daily(away('00:00')), 'America/Asuncion', '2023-09-30T12:00:00Z'),
    '2023-10-01T01:00:00-03:00',
  );
});

test('a time that the clocks show twice in autumn happens the first time, once', () => {
  const zone = 'Europe/Berlin';
  assert.equal(next(daily(away('02:30')), zone, '2026-10-24T22:00:00Z'), '2026-10-25T02:30:00+02:00');
  assert.equal(next(daily(away('02:30')), zone, '2026-10-25T00:30:00Z'), '2026-10-26T02:30:00+01:00');
  assert.equal(
    next(daily(away('01:45')), 'Australia/Lord_Howe', '2026-04-04T12:00:00Z'),
    '2026-04-05T01:45:00+11:00',
  );
  // Casablanca leaves summer time for Ramadan, and comes back.
  assert.equal(
    next(daily(away('02:30')), 'Africa/Casablanca', '2026-02-14T12:00:00Z'),
    '2026-02-15T02:30:00+01:00',
  );
});

test('what a calendar skips altogether happens on the next day, in its order', () => {
  const zone = 'Pacific/Apia';
  const plan = daily(off('07:00'), away('22:00'));
  // 29 December 2011 was followed by the 31st.
  assert.equal(next(plan, zone, '2011-12-30T09:00:00Z'), '2011-12-31T00:00:00+14:00');
  assert.equal(nextEdge(plan, zone, ms('2011-12-30T09:00:00Z'))?.arming, 'armed-away');
  assert.equal(next(plan, zone, '2011-12-30T10:00:00Z'), '2011-12-31T07:00:00+14:00');
});

test('an exception counts before a holiday, and a holiday before the week', () => {
  const zone = 'Europe/Berlin';
  const plan: Schedule = {
    ...daily(off('07:00')),
    exceptions: [
      { date: '2026-12-24', entries: [away('14:00')] },
      { date: '2026-12-26', entries: [] },
    ],
    holidays: { dates: ['2026-12-24', '2026-12-28'], yearly: ['12-25', '12-26'], entries: [off('10:00')] },
  };
  const days = ['23', '24', '25', '26', '27'].map((day) => next(plan, zone, `2026-12-${day}T03:00:00Z`));
  assert.deepEqual(days, [
    '2026-12-23T07:00:00+01:00',
    '2026-12-24T14:00:00+01:00',
    '2026-12-25T10:00:00+01:00',
    '2026-12-27T07:00:00+01:00',
    '2026-12-27T07:00:00+01:00',
  ]);
  assert.equal(next(plan, zone, '2026-12-28T03:00:00Z'), '2026-12-28T10:00:00+01:00');
  const yearly: Schedule = {
    ...emptySchedule,
    holidays: { dates: [], yearly: ['01-01'], entries: [away('00:00')] },
  };
  assert.equal(next(yearly, zone, '2026-01-01T03:00:00Z'), '2027-01-01T00:00:00+01:00');
});

test('a zone that is missing or unknown is refused in a sentence', () => {
  for (const zone of ['', 'Mars/Olympus', '+02:00', 'Europe/Berlin; drop']) {
    const refusal = { code: 'request-invalid', detail: /time zone by its name/ };
    assert.throws(
      () => nextEdge(daily(away('22:00')), zone, ms('2026-01-01T00:00:00Z')),
      (error: unknown) => {
        assert.ok(error instanceof Error && 'code' in error);
        assert.equal(error.code, refusal.code);
        assert.match(error.message, refusal.detail);
        return true;
      },
    );
  }
});

const zones = [
  ...['Australia/Lord_Howe', 'Pacific/Apia', 'Africa/Casablanca', 'America/Asuncion', 'Europe/Berlin', 'UTC'],
  ...[
    'America/New_York',
    'America/St_Johns',
    'Asia/Kathmandu',
    'Africa/Cairo',
    'Pacific/Chatham',
    'Asia/Tehran',
  ],
  ...['Antarctica/Troll', 'America/Sao_Paulo', 'Europe/Dublin', 'Asia/Gaza', 'Pacific/Kiritimati'],
];
const at = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const entry = fc.record({ at, arming: fc.constantFrom(...armings) });
const entries = fc.uniqueArray(entry, { maxLength: 4, selector: (each) => each.at });
const schedule: fc.Arbitrary<Schedule> = entries.map((each) => daily(...each));
/** Any moment, and often one around which the clocks change. */
const moment = (zone: string) =>
  fc
    .tuple(
      fc.integer({ min: ms('2005-01-01T00:00Z'), max: ms('2035-01-01T00:00Z') }),
      fc.boolean(),
      fc.integer({ min: -2 * 3600, max: 2 * 3600 }),
    )
    .map(([any, isNear, seconds]) => {
      const start = Temporal.Instant.fromEpochMilliseconds(any).toZonedDateTimeISO(zone);
      const change = isNear ? start.getTimeZoneTransition('next') : null;
      return branded<EpochMs>(change === null ? any : change.epochMilliseconds + seconds * 1000);
    });
const situation = fc
  .constantFrom(...zones)
  .chain((zone) => fc.record({ zone: fc.constant(zone), schedule, from: moment(zone) }));

test('every entry happens once a day: at the first moment that shows its time or a later one', () => {
  const minute = 60_000;
  fc.assert(
    fc.property(situation, ({ zone, schedule, from }) => {
      // Minute by minute over three days, as somebody would who looks at the clock on the wall.
      const begin = Math.floor(from / minute) * minute;
      const wall = (at: number) =>
        Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
      const happened = new Map<number, DayEntry['arming']>();
      const dates = [-1, 0, 1, 2, 3].map((days) => wall(begin).toPlainDate().add({ days }));
      const due = dates
        .flatMap((date) =>
          (schedule.weekly ?? []).map((each) => ({ ...each, wall: date.toPlainDateTime(each.at) })),
        )
        .toSorted((a, b) => Temporal.PlainDateTime.compare(a.wall, b.wall));
      let shown = wall(begin - 4 * 3600_000);
      for (let at = begin - 4 * 3600_000; at <= begin + 48 * 3600_000; at += minute) {
        const now = wall(at);
        if (Temporal.PlainDateTime.compare(now, shown) > 0) {
          for (const each of due) {
            const isDue =
              Temporal.PlainDateTime.compare(each.wall, shown) > 0 &&
              Temporal.PlainDateTime.compare(each.wall, now) <= 0;
            if (isDue) happened.set(at, each.arming);
          }
          shown = now;
        }
      }
      const expected = [...happened].filter(([at]) => at > from && at <= from + 24 * 3600_000);
      const found: [number, DayEntry['arming']][] = [];
      for (let edge = nextEdge(schedule, zone, from); edge !== null && edge.at <= from + 24 * 3600_000; ) {
        found.push([edge.at, edge.arming]);
        edge = nextEdge(schedule, zone, edge.at);
      }
      assert.deepEqual(found, expected);
    }),
    { numRuns: 30 },
  );
});

test('the last edge of any moment is the one before the next: nothing lies between, and nothing is left out', () => {
  fc.assert(
    fc.property(situation, ({ zone, schedule, from }) => {
      const after = nextEdge(schedule, zone, from);
      const before = lastEdge(schedule, zone, from);
      if (after === null || before === null) return assert.equal(after, before);
      assert.ok(before.at <= from && from < after.at);
      assert.deepEqual(nextEdge(schedule, zone, before.at), after);
      assert.deepEqual(lastEdge(schedule, zone, branded<EpochMs>(after.at - 1)), before);
      assert.deepEqual(lastEdge(schedule, zone, after.at), after);
    }),
    { numRuns: 300 },
  );
});

test('what cannot be kept is refused with the field at fault', () => {
  const refused = (change: Partial<Schedule>, field: string, words: RegExp) =>
    assert.throws(
      () => checkedSchedule({ ...emptySchedule, ...change }),
      (error: unknown) => {
        assert.ok(error instanceof Error && 'fields' in error);
        assert.deepEqual(Object.keys(error.fields as object), [field]);
        assert.match(error.message, words);
        return true;
      },
    );
  const weekly = (...ats: string[]) => ats.map((each) => ({ days: [1 as const], ...away(each) }));
  refused({ weekly: [{ days: [], ...away('10:00') }] }, 'weekly.0.days', /at least one day/);
  refused({ weekly: weekly('24:00') }, 'weekly', /no time of day. Write midnight as 00:00/);
  refused({ weekly: weekly('7:00') }, 'weekly', /no time of day/);
  refused(
    { weekly: weekly('07:00', '07:00') },
    'weekly',
    /^Two entries on Monday are at the same time: 07:00\.$/,
  );
  const many = Array.from({ length: maxDayEntries + 1 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`);
  refused({ weekly: weekly(...many) }, 'weekly', /at most 10 entries a day/);
  refused({ exceptions: [{ date: '2026-02-30', entries: [] }] }, 'exceptions.0.date', /no date/);
  const twice = { date: '2026-02-03', entries: [] };
  refused({ exceptions: [twice, twice] }, 'exceptions', /twice/);
  const holidays = emptySchedule.holidays;
  refused({ holidays: { ...holidays, dates: ['3 Oct'] } }, 'holidays.dates.0', /no date/);
  refused({ holidays: { ...holidays, yearly: ['13-01'] } }, 'holidays.yearly.0', /no day of a year/);
  assert.ok(checkedSchedule({ ...emptySchedule, holidays: { ...holidays, yearly: ['02-29'] } }));
});
