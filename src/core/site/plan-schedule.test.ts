import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { openScene } from '../../../test/houses/incident.ts';
import { branded, type EpochMs, type MemberId } from '../brand.ts';
import { silentLog } from '../ports/log.ts';
import { armSite } from './arming.ts';
import { keepSchedule, setSchedule } from './plan-schedule.ts';
import { emptySchedule, type Schedule, weekdays } from './schedule.ts';
import type { Arming } from './site.ts';
import { changeSite } from './sites.ts';

const ms = (text: string) => branded<EpochMs>(Temporal.Instant.from(text).epochMilliseconds);
const by = { kind: 'member', memberId: branded<MemberId>('ada') } as const;

/** Armed at ten in the evening, disarmed at seven, every day. */
const nights: Schedule = {
  ...emptySchedule,
  weekly: [
    { days: weekdays, at: '22:00', arming: 'armed-away' },
    { days: weekdays, at: '07:00', arming: 'disarmed' },
  ],
};

/** A site in Berlin at noon UTC of 3 October 2026, which is two in the afternoon there. */
async function house(t: TestContext | null) {
  const scene = await openScene(1);
  t?.after(() => scene.close());
  const { deps, caller, siteId, records, clock } = scene;
  return {
    ...scene,
    set: (schedule: Schedule, timeZone = 'Europe/Berlin') =>
      setSchedule(deps, caller, { siteId, timeZone, schedule }),
    keep: () => keepSchedule({ ...deps, log: silentLog }, siteId),
    arm: (arming: Arming) => armSite(deps, caller, { siteId, arming, by, now: true }),
    until: (text: string) => clock.advance(ms(text) - clock.now()),
    timers: () => records.outbox.list(10),
    dueAt: async () => (await records.schedules.find(siteId))?.timerAt,
    changes: async () =>
      (await records.sites.armingHistory(siteId, 100))
        .toReversed()
        .map(({ at, arming, by }) => `${new Date(at).toISOString().slice(5, 16)} ${arming} ${by.kind}`),
  };
}

test('a schedule waits with one timer for its next edge, and does not act on what is past', async (t) => {
  const scene = await house(t);
  await scene.set(nights);
  await scene.keep();
  assert.deepEqual(await scene.changes(), []);
  assert.equal((await scene.timers()).length, 1);
  assert.equal(await scene.dueAt(), ms('2026-10-03T20:00:00Z'));
  await scene.set({ ...nights, weekly: nights.weekly.slice(1) });
  assert.equal((await scene.timers()).length, 1);
  assert.equal(await scene.dueAt(), ms('2026-10-04T05:00:00Z'));
  await scene.set(emptySchedule);
  assert.deepEqual(await scene.timers(), []);
});

test('an edge is dated at its own time, and told twice it happens once', async (t) => {
  const scene = await house(t);
  await scene.set(nights);
  await scene.until('2026-10-03T20:00:03Z');
  await scene.keep();
  await scene.keep();
  assert.deepEqual(await scene.changes(), ['10-03T20:00 armed-away schedule']);
  assert.equal(await scene.dueAt(), ms('2026-10-04T05:00:00Z'));
});

test('what somebody sets by hand stays until the next edge', async (t) => {
  const scene = await house(t);
  await scene.set(nights);
  await scene.until('2026-10-03T20:00:00Z');
  await scene.keep();
  await scene.until('2026-10-03T21:00:00Z');
  await scene.arm('disarmed');
  await scene.until('2026-10-04T04:00:00Z');
  await scene.keep();
  assert.equal((await scene.records.sites.find(scene.siteId))?.arming, 'disarmed');
  await scene.until('2026-10-04T20:00:00Z');
  await scene.keep();
  assert.deepEqual(await scene.changes(), [
    '10-03T20:00 armed-away schedule',
    '10-03T21:00 disarmed member',
    '10-04T20:00 armed-away schedule',
  ]);
});

test('edges that were missed are made up for, each at its own time, but not over a newer change by hand', async (t) => {
  const scene = await house(t);
  await scene.set(nights);
  await scene.until('2026-10-05T12:00:00Z');
  await scene.keep();
  assert.deepEqual(await scene.changes(), [
    '10-03T20:00 armed-away schedule',
    '10-04T05:00 disarmed schedule',
    '10-04T20:00 armed-away schedule',
    '10-05T05:00 disarmed schedule',
  ]);
  const night = await scene.records.sites.armingAt(scene.siteId, ms('2026-10-04T02:00:00Z'));
  assert.equal(night, 'armed-away');
  await scene.until('2026-10-06T12:00:00Z');
  await scene.arm('armed-home');
  await scene.keep();
  assert.equal((await scene.records.sites.find(scene.siteId))?.arming, 'armed-home');
});

test('a site that moves to another zone is kept by the clocks there', async (t) => {
  const scene = await house(t);
  await scene.set(nights);
  const { deps, caller, siteId } = scene;
  await changeSite(deps, caller, { siteId, timeZone: 'America/New_York' });
  assert.equal(await scene.dueAt(), ms('2026-10-04T02:00:00Z'));
  assert.equal((await scene.timers()).length, 1);
});

test('on both edges of summer time there is one edge a night', async (t) => {
  const scene = await house(t);
  const early: Schedule = {
    ...emptySchedule,
    weekly: [
      { days: weekdays, at: '02:30', arming: 'armed-away' },
      { days: weekdays, at: '12:00', arming: 'disarmed' },
    ],
  };
  await scene.set(early);
  await scene.until('2026-10-24T20:00:00Z');
  await scene.keep();
  const before = (await scene.changes()).length;
  for (let at = ms('2026-10-24T20:00:00Z'); at < ms('2026-10-25T20:00:00Z'); at = branded(at + 600_000)) {
    await scene.clock.advance(600_000);
    await scene.keep();
  }
  assert.deepEqual((await scene.changes()).slice(before), [
    '10-25T00:30 armed-away schedule',
    '10-25T11:00 disarmed schedule',
  ]);
});

test('without a zone, in another zone than the site, or in none that exists, a schedule is refused', async (t) => {
  const scene = await house(t);
  const refused = (zone: string, detail: RegExp) =>
    assert.rejects(scene.set(nights, zone), (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'request-invalid');
      assert.match(error.message, detail);
      return true;
    });
  await refused('', /time zone by its name/);
  await refused('Mars/Olympus', /time zone by its name/);
  await refused('Europe/Paris', /those of Europe\/Berlin/);
  assert.equal(await scene.records.schedules.find(scene.siteId), null);
});

test('whenever the worker looks, the site is armed as if it had looked all the time', async () => {
  const pauses = fc.array(fc.integer({ min: 1, max: 30 * 60 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(pauses, async (minutes) => {
      const [seldom, often] = [await house(null), await house(null)];
      for (const scene of [seldom, often]) await scene.set(nights);
      for (const each of minutes) {
        await seldom.clock.advance(each * 60_000);
        await seldom.keep();
        for (let passed = 0; passed < each; passed += 60) {
          await often.clock.advance(Math.min(60, each - passed) * 60_000);
          await often.keep();
        }
      }
      assert.deepEqual(await seldom.changes(), await often.changes());
      for (const scene of [seldom, often]) await scene.close();
    }),
    { numRuns: 15 },
  );
});
