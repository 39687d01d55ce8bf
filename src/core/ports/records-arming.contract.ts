// What records of arming promise: changes, entries, bypasses, schedules.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, camera, household, id, site } from '../../../test/houses/rows.ts';
import type { EntryId, IncidentId, MemberId } from '../brand.ts';
import { wholePicture } from '../detection/detection.ts';
import type { Entry } from '../incident/entry.ts';
import { emptySchedule, type SiteSchedule } from '../site/schedule.ts';
import type { ArmedBy, Site } from '../site/site.ts';
import type { OpenRecords } from './records.contract.ts';

const callers = 40;

/** Runs the suite; `open` gives empty records, and closes them after the test. */
export function armingContract(name: string, open: OpenRecords): void {
  changes(name, open);
  entries(name, open);
  bypasses(name, open);
  schedules(name, open);
}

function changes(name: string, open: OpenRecords): void {
  test(`${name}: arming is known for every moment, and its history is newest first`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const siteId = yard.id;
    const member: ArmedBy = { kind: 'member', memberId: id<MemberId>() };
    const away = { siteId, arming: 'armed-away', at: at(100), effectiveAt: at(160), by: member } as const;
    const home = { ...away, arming: 'armed-home', at: at(200), effectiveAt: at(200) } as const;
    // What lies before the change it follows is dated after it: the wall clock was set back.
    const told = { ...away, arming: 'disarmed', at: at(50), effectiveAt: at(50) } as const;
    const off = { ...told, at: at(201), effectiveAt: at(201), before: 'armed-home' } as const;
    assert.deepEqual(await records.sites.arm(away), { ...away, before: 'disarmed' });
    assert.deepEqual(await records.sites.arm(home), { ...home, before: 'armed-away' });
    assert.deepEqual(await records.sites.arm(told), off);
    const moments = [99, 100, 159, 160, 199, 200, 201, 9_999];
    const inForce = moments.map((ms) => records.sites.armingAt(siteId, at(ms)));
    assert.deepEqual(await Promise.all(inForce), [
      ...['disarmed', 'disarmed', 'disarmed', 'armed-away', 'armed-away'],
      ...['armed-home', 'disarmed', 'disarmed'],
    ]);
    const listed = await records.sites.armingHistory(siteId, 10);
    assert.deepEqual(
      listed.map((each) => each.at),
      [at(201), at(200), at(100)],
    );
    assert.deepEqual(await records.sites.armingHistory(siteId, 1), [off]);
    assert.deepEqual(await records.sites.armingHistory(siteId, 1, at(201)), listed.slice(1, 2));
    const now = await records.sites.find(siteId);
    assert.deepEqual(
      [now?.arming, now?.armingChangedAt, now?.armingBefore],
      ['disarmed', at(201), 'armed-home'],
    );
    await assert.rejects(records.sites.arm({ ...away, siteId: id() }), { code: 'not-found' });
  });

  test(`${name}: an exit delay that is cut short by disarming never counts`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const order = { siteId: yard.id, by: { kind: 'schedule' } } as const;
    await records.sites.arm({ ...order, arming: 'armed-away', at: at(100), effectiveAt: at(160) });
    const cut = await records.sites.arm({ ...order, arming: 'disarmed', at: at(130), effectiveAt: at(130) });
    assert.equal(cut.before, 'disarmed');
    const inForce = [100, 130, 160, 161].map((ms) => records.sites.armingAt(yard.id, at(ms)));
    assert.deepEqual(new Set(await Promise.all(inForce)), new Set(['disarmed']));
  });

  test(`${name}: whoever arms is written down`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const all: readonly ArmedBy[] = [
      { kind: 'member', memberId: id() },
      { kind: 'access-key', accessKeyId: id() },
      { kind: 'access-key', accessKeyId: null },
      { kind: 'schedule' },
      { kind: 'mqtt' },
    ];
    for (const by of all) {
      await records.sites.arm({ siteId: yard.id, arming: 'armed-home', at: at(1), effectiveAt: at(1), by });
    }
    const history = await records.sites.armingHistory(yard.id, 10);
    assert.deepEqual(history.map(({ by }) => by).toReversed(), all);
  });

  test(`${name}: of parallel armings none is missing, and the site has the newest`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    await Promise.all(
      Array.from({ length: callers }, (_, i) =>
        records.sites.arm({
          siteId: yard.id,
          arming: i % 2 === 0 ? 'armed-away' : 'armed-home',
          at: at(1_000),
          effectiveAt: at(1_000),
          by: { kind: 'schedule' },
        }),
      ),
    );
    const history = await records.sites.armingHistory(yard.id, 100);
    assert.equal(history.length, callers);
    assert.equal((await records.sites.find(yard.id))?.arming, history[0]?.arming);
  });

  test(`${name}: the delays of a site are kept`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const change = { exitDelaySeconds: 60, entryDelaySeconds: 30, armByMqtt: true };
    await records.sites.update(yard.id, change);
    assert.deepEqual(await records.sites.find(yard.id), { ...yard, ...change });
  });
}

const entry = (of: Site, change: Partial<Entry> = {}): Entry => ({
  id: id<EntryId>(),
  organizationId: of.organizationId,
  siteId: of.id,
  startAt: at(100),
  dueAt: at(130),
  delayMs: 30,
  state: 'running',
  endedAt: null,
  endedBy: null,
  waiting: [
    {
      since: at(100),
      trigger: {
        organizationId: of.organizationId,
        siteId: of.id,
        source: { by: 'camera', id: id(), name: 'Porch' },
        episodeId: 'track',
        phase: 'began',
        kind: 'person',
        startAt: at(99),
        lastSeenAt: at(101),
        bestScore: 0.5,
        felt: null,
        touches: [{ ...wholePicture(at(100), at(101)), kind: 'entry', zoneId: id() }],
      },
    },
  ],
  snapshotId: null,
  snapshotScore: 0,
  incidentId: null,
  ...change,
});

function entries(name: string, open: OpenRecords): void {
  test(`${name}: one entry runs at a site, and once ended it changes no more`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const first = entry(yard);
    await records.entries.insert(first);
    await assert.rejects(records.entries.insert(entry(yard)), { code: 'conflict' });
    assert.deepEqual(await records.entries.running(yard.id), first);
    assert.deepEqual(await records.entries.allRunning(), [first]);
    assert.deepEqual(await records.entries.allRunning(yard.organizationId), [first]);
    assert.deepEqual(await records.entries.allRunning(id()), []);
    const endedBy = { kind: 'member', memberId: id<MemberId>() } as const;
    const ended: Entry = { ...first, state: 'disarmed', endedAt: at(120), endedBy, waiting: [] };
    assert.equal(await records.entries.update(ended), true);
    const alarmed: Entry = { ...first, state: 'alarmed', incidentId: id<IncidentId>() };
    assert.equal(await records.entries.update(alarmed), false);
    assert.deepEqual(await records.entries.find(first.id), ended);
    assert.equal(await records.entries.running(yard.id), null);
    const second = entry(yard, { startAt: at(200), dueAt: at(230) });
    await records.entries.insert(second);
    assert.deepEqual(await records.entries.list(yard.id, 10), [second, ended]);
    assert.deepEqual(await records.entries.list(yard.id, 10, at(200)), [ended]);
    const disarmed = [99, 100, 120, 121, 200].map((ms) => records.entries.disarmedAt(yard.id, at(ms)));
    assert.deepEqual(await Promise.all(disarmed), [false, true, true, false, false]);
  });

  test(`${name}: of parallel ends of an entry one succeeds`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const running = entry(yard);
    await records.entries.insert(running);
    const ends = await Promise.all(
      Array.from({ length: callers }, (_, i) =>
        records.entries.update({ ...running, state: i % 2 === 0 ? 'disarmed' : 'alarmed', endedAt: at(120) }),
      ),
    );
    assert.equal(ends.filter(Boolean).length, 1);
  });
}

function bypasses(name: string, open: OpenRecords): void {
  test(`${name}: a camera is bypassed until its time, until it is ended, or until the site is disarmed`, async (t) => {
    const records = await open(t);
    const { site: yard, camera: gate } = await household(records);
    const door = camera(yard);
    await records.cameras.insert(door);
    const by: ArmedBy = { kind: 'access-key', accessKeyId: id() };
    const place = { organizationId: yard.organizationId, siteId: yard.id, by };
    await records.bypasses.begin({ ...place, cameraId: gate.id, since: at(100), until: null });
    await records.bypasses.begin({ ...place, cameraId: door.id, since: at(100), until: at(150) });
    const bypassed = (cameraId: typeof gate.id, ...ms: number[]) =>
      Promise.all(ms.map((each) => records.bypasses.isBypassed(cameraId, at(each))));
    assert.deepEqual(await bypassed(gate.id, 99, 100, 9_999), [false, true, true]);
    assert.deepEqual(await bypassed(door.id, 99, 100, 149, 150), [false, true, true, false]);
    const active = await records.bypasses.active(yard.organizationId, at(120));
    assert.deepEqual(
      active.map(({ cameraId, until, endedAt }) => [cameraId, until, endedAt]),
      [
        [gate.id, null, null],
        [door.id, at(150), null],
      ],
    );
    assert.deepEqual(await records.bypasses.active(id(), at(120)), []);
    assert.equal(await records.bypasses.end(yard.id, { at: at(200), by }), 1);
    assert.equal(await records.bypasses.end(yard.id, { at: at(201), by }), 0);
    assert.deepEqual(await bypassed(gate.id, 199, 200), [true, false]);
    const [, ended] = await records.bypasses.list(yard.id, 10);
    assert.deepEqual([ended?.cameraId, ended?.endedAt, ended?.endedBy], [gate.id, at(200), by]);
    assert.deepEqual(await records.bypasses.list(yard.id, 10, at(100)), []);
  });

  test(`${name}: bypassing a camera again replaces its bypass`, async (t) => {
    const records = await open(t);
    const { site: yard, camera: gate } = await household(records);
    const bypass = { organizationId: yard.organizationId, siteId: yard.id, cameraId: gate.id };
    const by: ArmedBy = { kind: 'mqtt' };
    await records.bypasses.begin({ ...bypass, by, since: at(100), until: null });
    await records.bypasses.begin({ ...bypass, by, since: at(110), until: at(120) });
    const active = await records.bypasses.active(yard.organizationId, at(115));
    assert.deepEqual(
      active.map(({ until }) => until),
      [at(120)],
    );
    assert.equal(await records.bypasses.isBypassed(gate.id, at(120)), false);
    const otherCamera = { cameraId: id<typeof gate.id>(), at: at(116), by };
    assert.equal(await records.bypasses.end(yard.id, otherCamera), 0);
    assert.equal(await records.bypasses.end(yard.id, { cameraId: gate.id, at: at(116), by }), 1);
  });
}

function schedules(name: string, open: OpenRecords): void {
  test(`${name}: a schedule comes back as it was, and replaces the one before`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard } = await household(records);
    const shop = site(of);
    await records.sites.insert(shop);
    const stored: SiteSchedule = {
      siteId: yard.id,
      organizationId: of.id,
      schedule: {
        weekly: [{ days: [1, 7], at: '22:00', arming: 'armed-away' }],
        exceptions: [{ date: '2026-12-31', entries: [{ at: '23:59', arming: 'armed-home' }] }],
        holidays: { dates: ['2026-04-06'], yearly: ['12-25'], entries: [] },
      },
      since: at(0),
      next: { at: at(500), arming: 'armed-away' },
      timerAt: at(400),
    };
    assert.equal(await records.schedules.find(yard.id), null);
    await records.schedules.put({ ...stored, schedule: emptySchedule, next: null, timerAt: null });
    await records.schedules.put(stored);
    const other: SiteSchedule = { ...stored, siteId: shop.id, next: null };
    await records.schedules.put(other);
    assert.deepEqual(await records.schedules.find(yard.id), stored);
    assert.deepEqual(await records.schedules.list(), [stored, other]);
    assert.deepEqual(await records.schedules.list(of.id), [stored, other]);
    assert.deepEqual(await records.schedules.list(id()), []);
  });
}
