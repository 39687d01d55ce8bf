// Reports through the front door.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse, startMs } from '../../test/houses/http.ts';
import * as rows from '../../test/houses/rows.ts';
import { branded, type EpochMs } from '../core/brand.ts';
import type { Incident } from '../core/incident/incident.ts';
import type { Camera } from '../core/site/camera.ts';
import { paths } from './contract/paths.ts';
import { IncidentReport } from './contract/reports.ts';

const weekMs = 7 * 86_400_000;

async function opened() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const { records } = house.deps;
  const [yard] = await records.cameras.all();
  assert.ok(yard);
  const [ada] = await records.members.list(yard.organizationId);
  assert.ok(ada);
  const barn = rows.site({ id: yard.organizationId }, { name: '=Barn, "old"', timeZone: 'UTC' });
  await records.sites.insert(barn);
  const door = rows.camera(barn, { name: 'Door' });
  await records.cameras.insert(door);
  /** Resolved by Ada after `waitMs`, in the week so many before that of the house. */
  const resolved = async (
    of: Camera,
    weeksAgo: number,
    resolution: Incident['resolution'],
    waitMs = 5000,
  ) => {
    const openedAt = branded<EpochMs>(startMs - weeksAgo * weekMs);
    const when = { startAt: openedAt, openedAt, lastSeenAt: openedAt, endAt: openedAt };
    const incident = rows.incident(of, {
      ...when,
      resolution,
      state: resolution === null ? 'open' : 'resolved',
    });
    await records.incidents.insert(incident);
    if (resolution === null) return;
    const at = branded<EpochMs>(openedAt + waitMs);
    const step = { incidentId: incident.id, at, memberId: ada.id, detail: '' } as const;
    await records.incidents.addStep({ ...step, action: 'acknowledged' });
  };
  const report = async (query: string, as = cookie) =>
    IncidentReport.parse(
      await (await house.call('GET', `${paths.incidentReport}${query}`, { cookie: as })).json(),
    );
  return { house, cookie, yard, door, ada, barn, resolved, report };
}

test('a report counts by week and camera, and says who was how fast', async () => {
  const { yard, door, ada, barn, resolved, report } = await opened();
  await resolved(yard, 0, 'false-alarm', 4000);
  await resolved(yard, 0, 'intrusion', 8000);
  await resolved(yard, 2, 'test', 60_000);
  await resolved(door, 0, null);
  await resolved(yard, 9, 'false-alarm');
  const all = await report('?weeks=3');
  assert.deepEqual(all.weeks, ['2025-W51', '2025-W52', '2026-W01']);
  assert.deepEqual(all.outcomes.at(-1), { intrusions: 1, falseAlarms: 1, tests: 0, unresolved: 1 });
  assert.deepEqual(all.outcomes[0], { intrusions: 0, falseAlarms: 0, tests: 1, unresolved: 0 });
  const seen = all.cameras.map(({ name, siteName, rate }) => [name, siteName, rate]);
  assert.deepEqual(
    new Set(seen),
    new Set([
      ['Yard', 'Shop', 0.5],
      ['Door', '=Barn, "old"', null],
    ]),
  );
  assert.deepEqual(all.response.all, { count: 3, medianMs: 8000, p90Ms: 60_000 });
  assert.deepEqual(all.response.people, [
    { id: ada.id, name: 'Ada', count: 3, medianMs: 8000, p90Ms: 60_000 },
  ]);
  assert.deepEqual((await report(`?weeks=3&siteId=${barn.id}`)).response.people, []);
  const before = await report(`?weeks=1&until=${startMs - 2 * weekMs}`);
  assert.deepEqual([before.weeks, before.outcomes[0]?.tests], [['2025-W51'], 1]);
  const now = await report('?weeks=1');
  assert.deepEqual((await report('?weeks=1&until=8640000000000000')).weeks, now.weeks);
});

test('the same as a file: a line a camera and week, in which no name is a formula', async () => {
  const { house, cookie, door, resolved } = await opened();
  await resolved(door, 0, 'false-alarm');
  const file = await house.call('GET', `${paths.incidentReportCsv}?weeks=1`, { cookie });
  assert.equal(file.headers.get('content-type'), 'text/csv; charset=utf-8');
  assert.match(file.headers.get('content-disposition') ?? '', /^attachment; filename=".*\.csv"$/);
  // fetch takes the byte order mark away.
  const lines = (await file.text()).split('\r\n');
  assert.equal(lines[0], 'week,site,camera,intrusions,false alarms,tests,unresolved,false alarm rate');
  assert.deepEqual(lines.slice(1), [`2026-W01,"'=Barn, ""old""",Door,0,1,0,0,1`, '']);
});

test('who reaches one site reads of that one only; others read nothing of it', async () => {
  const { house, yard, door, barn, resolved, report } = await opened();
  await resolved(yard, 0, 'false-alarm');
  await resolved(door, 0, 'intrusion');
  const place = { organizationId: yard.organizationId, siteIds: [barn.id] };
  const { cookie: owner } = await house.enrol('owner', place);
  const seen = await report('?weeks=1', owner);
  assert.deepEqual(
    seen.cameras.map(({ name }) => name),
    ['Door'],
  );
  assert.equal(seen.outcomes[0]?.falseAlarms, 0);
  const refused = (cookie: string, path: string) => house.call('GET', path, { cookie });
  const there = `${paths.incidentReport}?siteId=${yard.siteId}`;
  assert.equal((await refused(owner, there)).status, 404);
  assert.equal((await refused(await house.join('admin'), there)).status, 404);
});

test('a report longer than a year, or of no time at all, is refused with the field that is wrong', async () => {
  const { house, cookie } = await opened();
  for (const query of ['?weeks=54', '?weeks=0', '?weeks=1.5', '?until=-1', '?until=x', '?siteId=x']) {
    const answer = await house.call('GET', `${paths.incidentReport}${query}`, { cookie });
    assert.equal(answer.status, 400, query);
  }
});
