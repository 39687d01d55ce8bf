// Server-sent events: only one's own, only while the session holds, never more than a slow reader can take.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { openHouse } from '../../test/houses/http.ts';
import { branded, type OrganizationId, type SiteId } from '../core/brand.ts';
import { LiveUpdate } from './contract/live.ts';
import { paths } from './contract/paths.ts';
import { heartbeatMs, maxEventStreams, maxWaitingEvents, sessionCheckMs } from './limits.ts';

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

test('a stream ends when its session has ended', async () => {
  const { house, cookie, listen } = await opened();
  const reader = await listen();
  await house.call('DELETE', paths.session, { cookie });
  let ended = false;
  const text = rest(reader).finally(() => {
    ended = true;
  });
  for (let ms = 0; ms < 2 * sessionCheckMs && !ended; ms += heartbeatMs) {
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
