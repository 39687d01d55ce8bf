// Arming through the front door: delays, schedules, bypass, history, and what is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { openHouse, startMs } from '../../test/houses/http.ts';
import { Problem } from './contract/common.ts';
import { AccessKeyCreated } from './contract/organization.ts';
import { paths } from './contract/paths.ts';
import { ArmingLine, type Schedule, Site, SiteSchedule } from './contract/sites.ts';

async function opened() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const { siteId } = camera;
  const call = (method: string, path: string, json?: unknown) =>
    house.call(method, path, { cookie, ...(json === undefined ? {} : { json }) });
  return {
    house,
    camera,
    siteId,
    call,
    site: async () => z.array(Site).parse(await (await call('GET', paths.sites)).json())[0] ?? assert.fail(),
    arm: async (json: unknown) => Site.parse(await (await call('PUT', paths.arming(siteId), json)).json()),
    history: async (query = '') =>
      z.array(ArmingLine).parse(await (await call('GET', paths.armingHistory(siteId) + query)).json()),
    refused: async (response: Promise<Response>) => {
      const { status, code, fields } = Problem.parse(await (await response).json());
      return [status, code, Object.keys(fields ?? {}).join()];
    },
  };
}

/** Who did what the line tells. */
const byOf = (line: ArmingLine | undefined) => (line === undefined || line.kind === 'entry' ? null : line.by);

const nights: Schedule = {
  weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], at: '22:00', arming: 'armed-away' }],
  exceptions: [],
  holidays: { dates: [], yearly: [], entries: [] },
};

test('a person has time to leave; a machine says itself whether to wait', async () => {
  const { house, siteId, call, arm, site } = await opened();
  const change = { exitDelaySeconds: 60, entryDelaySeconds: 30, armByMqtt: true };
  assert.equal((await call('PATCH', paths.site(siteId), change)).status, 200);
  const leaving = await arm({ arming: 'armed-away' });
  assert.deepEqual(
    [leaving.arming, leaving.armingBefore, leaving.armsAt, leaving.entryDelaySeconds, leaving.armByMqtt],
    ['armed-away', 'disarmed', startMs + 60_000, 30, true],
  );
  await house.deps.clock.advance(59_999);
  assert.equal((await site()).armsAt, startMs + 60_000);
  await house.deps.clock.advance(1);
  assert.equal((await site()).armsAt, null);
  assert.equal((await arm({ arming: 'armed-home', now: true })).armsAt, null);
});

test('the history says who armed and how, what was bypassed and until when, and pages on', async () => {
  const { house, camera, siteId, call, arm, history } = await opened();
  await arm({ arming: 'armed-away', bypass: [camera.id] });
  await house.deps.clock.advance(1_000);
  await arm({ arming: 'disarmed' });
  const lines = await history();
  assert.deepEqual(
    lines.map((line) => [line.kind, line.at, byOf(line)?.name]),
    [
      ['arming', startMs + 1_000, 'Ada'],
      ['arming', startMs, 'Ada'],
      ['bypass', startMs, 'Ada'],
    ],
  );
  const bypass = lines[2];
  assert.ok(bypass?.kind === 'bypass');
  assert.deepEqual(
    [bypass.cameraId, bypass.until, bypass.endedAt, bypass.endedBy?.name],
    [camera.id, null, startMs + 1_000, 'Ada'],
  );
  assert.equal((await history('?limit=1')).length, 1);
  assert.deepEqual(await history(`?before=${startMs + 1_000}`), lines.slice(1));
  assert.equal((await call('GET', `${paths.armingHistory(siteId)}?limit=1000`)).status, 400);
});

test('an access key arms, and the history names it', async () => {
  const { house, siteId, call, history } = await opened();
  const key = { name: 'Gate controller', permissions: ['view', 'arm'], siteIds: null, lifeDays: 1 };
  const made = await (await call('POST', paths.accessKeys, key)).json();
  const { key: secret } = AccessKeyCreated.parse(made);
  const headers = { authorization: `Bearer ${secret}` };
  const armed = await house.call('PUT', paths.arming(siteId), { headers, json: { arming: 'armed-home' } });
  assert.equal(armed.status, 200);
  const [line] = await history();
  assert.deepEqual([byOf(line)?.kind, byOf(line)?.name], ['access-key', 'Gate controller']);
});

test('a camera is bypassed until a time, and let alarm again', async () => {
  const { camera, siteId, call, site, refused } = await opened();
  const path = paths.bypass(siteId, camera.id);
  const until = startMs + 3_600_000;
  const answer = Site.parse(await (await call('PUT', path, { until })).json());
  assert.deepEqual(answer.bypasses, [{ cameraId: camera.id, since: startMs, until }]);
  assert.deepEqual((await site()).bypasses, answer.bypasses);
  assert.deepEqual(await refused(call('PUT', path, { until: startMs })), [400, 'request-invalid', 'until']);
  const nobody = paths.bypass(siteId, siteId);
  assert.deepEqual(await refused(call('PUT', nobody, {})), [404, 'not-found', '']);
  assert.deepEqual(Site.parse(await (await call('DELETE', path)).json()).bypasses, []);
});

test('a schedule is kept in the zone of the site, and says what it does next', async () => {
  const { siteId, call, site } = await opened();
  const path = paths.schedule(siteId);
  const { timeZone } = await site();
  const empty = SiteSchedule.parse(await (await call('GET', path)).json());
  assert.deepEqual([empty.timeZone, empty.schedule.weekly, empty.nextEdge], [timeZone, [], null]);
  const set = SiteSchedule.parse(await (await call('PUT', path, { timeZone, schedule: nights })).json());
  assert.deepEqual(set.schedule, nights);
  assert.equal(set.nextEdge?.arming, 'armed-away');
  assert.deepEqual((await site()).nextEdge, set.nextEdge);
});

test('what cannot be is refused, with the field at fault', async () => {
  const { siteId, call, site, refused } = await opened();
  const { timeZone } = await site();
  const put = (input: unknown) => refused(call('PUT', paths.schedule(siteId), input));
  const weekly = (at: string) => [{ days: [1], at, arming: 'armed-away' }];
  const cases: readonly [unknown, string][] = [
    [{ schedule: nights }, 'timeZone'],
    [{ timeZone: '', schedule: nights }, 'timeZone'],
    [{ timeZone: 'Mars/Olympus', schedule: nights }, 'timeZone'],
    [{ timeZone: 'Asia/Tokyo', schedule: nights }, 'timeZone'],
    [{ timeZone, schedule: { ...nights, weekly: weekly('25:00') } }, 'weekly'],
    [{ timeZone, schedule: { ...nights, weekly: [...weekly('10:00'), ...weekly('10:00')] } }, 'weekly'],
    [
      { timeZone, schedule: { ...nights, exceptions: [{ date: '2026-13-01', entries: [] }] } },
      'exceptions.0.date',
    ],
  ];
  for (const [input, field] of cases) assert.deepEqual(await put(input), [400, 'request-invalid', field]);
  const many = Array.from({ length: 71 }, () => ({ days: [1], at: '10:00', arming: 'disarmed' }));
  assert.equal((await put({ timeZone, schedule: { ...nights, weekly: many } }))[0], 400);
  for (const change of [{ exitDelaySeconds: 301 }, { entryDelaySeconds: -1 }, { exitDelaySeconds: 1.5 }]) {
    const [status] = await refused(call('PATCH', paths.site(siteId), change));
    assert.equal(status, 400);
  }
  assert.equal((await refused(call('PUT', paths.arming(siteId), { arming: 'asleep' })))[0], 400);
  const stranger = { arming: 'armed-away', bypass: [siteId] };
  assert.deepEqual(await refused(call('PUT', paths.arming(siteId), stranger)), [404, 'not-found', '']);
  assert.equal((await site()).arming, 'disarmed');
});
