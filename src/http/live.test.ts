// Server-sent events: only one's own, only while the session holds, never more than a slow reader can take.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { meanwhile, openHouse, startMs } from '../../test/houses/http.ts';
import * as rows from '../../test/houses/rows.ts';
import { makePerson, makeTenant } from '../../test/houses/tenancy.ts';
import { branded, type IncidentId, type OrganizationId, type SiteId } from '../core/brand.ts';
import type { Member } from '../core/organization/organization.ts';
import { cameraStatus } from '../core/site/cameras.ts';
import { LiveUpdate } from './contract/live.ts';
import { paths } from './contract/paths.ts';
import { accessCheckMs, heartbeatMs, maxEventStreams, maxWaitingEvents } from './limits.ts';

async function opened() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const listen = async (signal?: AbortSignal) => {
    const response = await house.call('GET', paths.events, { cookie, ...(signal ? { signal } : {}) });
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    assert.ok(response.body);
    return response.body.pipeThrough(new TextDecoderStream()).getReader();
  };
  const publish = (organizationId: OrganizationId, siteId: SiteId) =>
    house.deps.events.publish({ type: 'site-changed', organizationId, siteId });
  return { house, cookie, camera, listen, publish };
}

type Reader = ReadableStreamDefaultReader<string>;

async function rest(reader: Reader): Promise<string> {
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  return text;
}

test('a member hears of their own organization and of no other', async () => {
  const { camera, listen, publish } = await opened();
  const reader = await listen();
  await reader.read();
  const foreign = '01890a5d-ac96-774b-bcce-b302099a8057';
  publish(branded<OrganizationId>(foreign), branded<SiteId>(foreign));
  publish(camera.organizationId, camera.siteId);
  const { value = '' } = await reader.read();
  const [, name, data = ''] = /^event: (.*)\ndata: (.*)\n\n$/.exec(value) ?? [];
  assert.equal(name, 'site-changed');
  assert.deepEqual(LiveUpdate.parse(JSON.parse(data)), { type: 'site-changed', siteId: camera.siteId });
  assert.doesNotMatch(data, /organization/);
  await reader.cancel();
});

test('a quiet stream says that it lives', async () => {
  const { house, listen } = await opened();
  const reader = await listen();
  await reader.read();
  await house.deps.clock.advance(heartbeatMs);
  assert.equal((await reader.read()).value, ': still here\n\n');
  await reader.cancel();
});

test('who reaches some sites hears of those only, also where an event names but a camera', async () => {
  const house = await openHouse();
  const tenant = await makeTenant(house, 'Alpha');
  const { cookie } = await makePerson(house, tenant, 'viewer', [tenant.site.id]);
  const { records, events } = house.deps;
  const [near, far] = [rows.camera(tenant.site), rows.camera(tenant.elsewhere)];
  await records.cameras.insert(near);
  await records.cameras.insert(far);
  const response = await house.call('GET', paths.events, { cookie });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader() ?? assert.fail();
  assert.match((await reader.read()).value ?? '', /welcome/);
  const organizationId = tenant.organization.id;
  const later = rows.camera(tenant.site);
  const places = [
    { cameraId: far.id, siteId: far.siteId, incidentId: rows.id<IncidentId>() },
    { cameraId: near.id, siteId: near.siteId, incidentId: rows.id<IncidentId>() },
    { cameraId: later.id, siteId: later.siteId, incidentId: rows.id<IncidentId>() },
  ];
  for (const { cameraId, siteId, incidentId } of places) {
    const status = await cameraStatus(house.deps, { ...near, id: cameraId });
    events.publish({ type: 'camera-changed', organizationId, cameraId, siteId });
    events.publish({ type: 'camera-status', organizationId, status });
    events.publish({ type: 'timeline-grew', organizationId, cameraId });
    events.publish({ type: 'site-changed', organizationId, siteId });
    events.publish({ type: 'incident-changed', organizationId, incidentId, siteId });
  }
  let text = '';
  for (let heard = 0; heard < 10; heard++) text += (await reader.read()).value;
  for (const { cameraId, incidentId } of places.slice(1)) {
    assert.equal(text.split(cameraId).length - 1, 3, text);
    assert.ok(text.includes(incidentId));
  }
  for (const hidden of [far.id, far.siteId, places[0]?.incidentId ?? '-']) assert.ok(!text.includes(hidden));
  await reader.cancel();
});

test('a stream ends at once when what its member may do is changed, and others go on', async () => {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  const organizationId = camera?.organizationId ?? assert.fail();
  const listen = async (as: string) => {
    const response = await house.call('GET', paths.events, { cookie: as });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader() ?? assert.fail();
    await reader.read();
    return reader;
  };
  const acts: ((memberId: string, userId: string) => Promise<unknown>)[] = [
    (id) =>
      house.call('PATCH', paths.person(id), { cookie, json: { role: 'viewer', siteIds: [camera?.siteId] } }),
    (id) => house.call('DELETE', paths.personSessions(id), { cookie }),
    (id) => house.call('DELETE', paths.person(id), { cookie }),
  ];
  const other = await listen(cookie);
  for (const act of acts) {
    const { member, cookie: theirs } = await house.enrol('manager', { organizationId });
    const reader = await listen(theirs);
    await act(member.id, member.userId);
    assert.equal(await rest(reader), '');
  }
  house.deps.events.publish({
    type: 'site-changed',
    organizationId,
    siteId: camera?.siteId ?? assert.fail(),
  });
  assert.match((await other.read()).value ?? '', /site-changed/);
  await other.cancel();
});

test('where nobody tells, as in another process, a stream ends within seconds all the same', async () => {
  const house = await openHouse();
  await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  const organizationId = camera?.organizationId ?? assert.fail();
  const { members } = house.deps.records;
  const acts: ((member: Member) => Promise<unknown>)[] = [
    ({ id }) => members.delete(id),
    ({ id }) => members.update(id, { role: 'viewer', siteIds: [] }),
    ({ userId }) => house.deps.accounts.setDisabled(userId, true),
    ({ userId }) => house.deps.sessions.endAll(userId),
  ];
  for (const act of acts) {
    const { member, cookie } = await house.enrol('manager', { organizationId });
    const response = await house.call('GET', paths.events, { cookie });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader() ?? assert.fail();
    await reader.read();
    await act(member);
    const ended = rest(reader);
    await house.deps.clock.advance(accessCheckMs);
    await meanwhile(house.deps.clock, ended);
    assert.ok(house.deps.clock.now() < startMs + 60_000);
  }
});

test('a stream ends when its session has ended', async () => {
  const { house, cookie, listen } = await opened();
  const reader = await listen();
  await house.call('DELETE', paths.session, { cookie });
  let ended = false;
  const text = rest(reader).finally(() => {
    ended = true;
  });
  for (let ms = 0; ms < 2 * accessCheckMs && !ended; ms += heartbeatMs) {
    await house.deps.clock.advance(heartbeatMs);
  }
  assert.match(await text, /welcome/);
});

test('a reader that does not keep up is let go, and others are not disturbed', async () => {
  const { camera, listen, publish } = await opened();
  const slow = await listen();
  const quick = await listen();
  let heard = 0;
  const listening = (async () => {
    for (let part = await quick.read(); !part.done; part = await quick.read()) heard += 1;
  })();
  for (let sent = 0; sent < 4 * maxWaitingEvents; sent++) {
    publish(camera.organizationId, camera.siteId);
    await setImmediate();
  }
  assert.ok((await rest(slow)).split('event:').length - 1 <= 3 * maxWaitingEvents);
  assert.equal(heard, 4 * maxWaitingEvents + 1);
  await quick.cancel();
  await listening;
});

test('streams end when the server stops, and a left stream makes room for another', async () => {
  const { house, cookie, listen } = await opened();
  const left = new AbortController();
  for (let open = 1; open < maxEventStreams; open++) await listen(left.signal);
  const reader = await listen();
  assert.equal((await house.call('GET', paths.events, { cookie })).status, 429);
  left.abort();
  const another = await listen();
  await house.http.stop();
  assert.match(await rest(reader), /welcome/);
  assert.match(await rest(another), /welcome/);
  assert.equal((await house.call('GET', paths.welcome)).status, 503);
});
