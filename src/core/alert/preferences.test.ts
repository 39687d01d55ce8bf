// What a person is told, and when: by their own clock, whatever is done to it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs, type MemberId, type SiteId } from '../brand.ts';
import { severities } from '../incident/incident.ts';
import { isWithin, localMoment, nextLocalHour } from './local-time.ts';
import {
  type AlertPreferences,
  defaultPreferences,
  isBelow,
  personalKinds,
  weekdays,
  whatToTell,
} from './preferences.ts';

const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'] as const;
const at = (...args: Parameters<typeof Date.UTC>) => branded<EpochMs>(Date.UTC(...args));
const site = branded<SiteId>('site');
const incident = { siteId: site, severity: 'normal' } as const;
const member = { id: branded<MemberId>('ada'), role: 'owner' } as const;
const wants = (change: Partial<AlertPreferences>): AlertPreferences => ({
  ...defaultPreferences(member),
  timeZone: 'Europe/Berlin',
  ...change,
});

const minute = fc.integer({ min: 0, max: 1439 });
const span = fc.record({ from: minute, to: fc.integer({ min: 0, max: 1440 }) });
/** Moments around both days on which clocks are set, and any other. */
const moment = fc
  .oneof(
    fc.integer({ min: Date.UTC(2026, 2, 28), max: Date.UTC(2026, 3, 6) }),
    fc.integer({ min: Date.UTC(2026, 9, 3), max: Date.UTC(2026, 10, 2) }),
    fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) }),
  )
  .map((ms) => branded<EpochMs>(ms));

/** The wall clock by another way than the code's. */
function wallClock(now: EpochMs, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone },
  }).formatToParts(now);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const weekday = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part('weekday')) + 1;
  return { weekday, minute: Number(part('hour')) * 60 + Number(part('minute')) };
}

test('whatever the hours and the moment, a person is told exactly when their wall clock allows it', () => {
  const hours = fc.array(fc.array(span, { maxLength: 4 }), { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      moment,
      fc.option(hours),
      fc.option(fc.record({ from: minute, to: minute, highBreaksThrough: fc.boolean() })),
      fc.constantFrom(...severities),
      (timeZone, now, week, quiet, severity) => {
        const [mon = [], tue = [], wed = [], thu = [], fri = [], sat = [], sun = []] = week ?? [];
        const byDay = { 1: mon, 2: tue, 3: wed, 4: thu, 5: fri, 6: sat, 7: sun };
        const wish = wants({ timeZone, quiet, hours: week === null ? null : byDay });
        const clock = wallClock(now, timeZone);
        const day = weekdays.find((each) => each === clock.weekday) ?? assert.fail();
        const inHours = week === null || byDay[day].some((each) => isWithin(each, clock.minute));
        const isQuiet = quiet !== null && isWithin(quiet, clock.minute);
        const expected = inHours && (!isQuiet || (quiet.highBreaksThrough && severity === 'high'));
        assert.equal(whatToTell(wish, { ...incident, severity }, now).tell, expected);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('quiet hours end by the clock on the wall on both days on which it is set', () => {
  const wish = wants({ quiet: { from: 22 * 60, to: 7 * 60, highBreaksThrough: false } });
  const isTold = (now: EpochMs) => whatToTell(wish, incident, now).tell;
  // Summer begins: 07:00 in Berlin is 05:00 UTC. It ends: 06:00 UTC.
  assert.deepEqual([isTold(at(2026, 2, 29, 4, 59)), isTold(at(2026, 2, 29, 5, 0))], [false, true]);
  assert.deepEqual([isTold(at(2026, 9, 25, 5, 59)), isTold(at(2026, 9, 25, 6, 0))], [false, true]);
  // The day before, and the evening of it.
  assert.deepEqual([isTold(at(2026, 9, 24, 4, 59)), isTold(at(2026, 9, 24, 5, 0))], [false, true]);
  assert.deepEqual([isTold(at(2026, 9, 24, 19, 59)), isTold(at(2026, 9, 24, 20, 0))], [true, false]);
});

test('who is not told hears why, and who does not want it is not spoken of', () => {
  const night = at(2026, 6, 1, 23, 0);
  const quiet = { from: 22 * 60, to: 7 * 60, highBreaksThrough: true };
  assert.deepEqual(whatToTell(wants({ quiet }), incident, night), {
    tell: false,
    why: 'Quiet hours until 07:00.',
  });
  assert.equal(whatToTell(wants({ quiet }), { ...incident, severity: 'high' }, night).tell, true);
  for (const change of [
    { channels: [] },
    { siteIds: [branded<SiteId>('another')] },
    { minimumSeverity: 'high' },
  ] as const) {
    assert.deepEqual(whatToTell(wants(change), incident, night), { tell: false, why: null });
  }
});

test('a person is told over their channels in their order, of their sites, from their severity on', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...personalKinds], { minLength: 1 }),
      fc.option(fc.subarray([site, branded<SiteId>('another')])),
      fc.constantFrom(...severities),
      fc.constantFrom(...severities),
      (channels, siteIds, minimumSeverity, severity) => {
        const result = whatToTell(
          wants({ channels, siteIds, minimumSeverity }),
          { siteId: site, severity },
          at(2026, 0),
        );
        const isWanted = (siteIds?.includes(site) ?? true) && !isBelow(severity, minimumSeverity);
        assert.deepEqual(result.tell ? result.channels : null, isWanted ? channels : null);
      },
    ),
  );
});

test('the next full hour is shown by the clock, comes after now, and within eight days', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      moment,
      fc.integer({ min: 0, max: 23 }),
      fc.option(fc.constantFrom(...weekdays)),
      (timeZone, now, hour, weekday) => {
        const next = nextLocalHour(now, { timeZone, hour, weekday });
        assert.ok(next > now && next - now < 8.1 * 86_400_000);
        const shown = localMoment(next, timeZone);
        // An hour that is skipped comes when the clock is set: at most an hour later.
        const late = shown.minute - hour * 60;
        assert.ok(late >= 0 && late <= 60, `${shown.minute} for ${hour}:00`);
        if (weekday !== null) assert.equal(shown.weekday, weekday);
        if (weekday === null) assert.ok(next - now <= 25.1 * 3_600_000);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('an unknown time zone is UTC', () => {
  assert.deepEqual(localMoment(at(2026, 0, 1, 5, 30), 'Mars/Olympus'), { weekday: 4, minute: 330 });
});
