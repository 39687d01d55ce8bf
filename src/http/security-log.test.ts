// What the log says of access: one line an event, and never a secret.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { openHouse, password, setupForm, setupToken } from '../../test/houses/http.ts';
import type { Log, LogFields } from '../core/ports/log.ts';
import { paths } from './contract/paths.ts';
import { attempts } from './limits.ts';

const peerAddress = '192.0.2.7';
const url = 'https://hooks.example.org/s3cr3t';

function recordingLog() {
  const lines: LogFields[] = [];
  const write = (_: string, fields: LogFields = {}) => {
    if ('event' in fields) lines.push(fields);
  };
  const log: Log = { debug: write, info: write, warn: write, error: write, with: () => log };
  return { log, lines };
}

const Answer = z.object({ id: z.string().default(''), signingSecret: z.string().default('-none-') });

const Changed = z.object({
  peerAddress: z.string(),
  arming: z.string().optional(),
  before: z.string().optional(),
  email: z.string().optional(),
});

async function open() {
  const { log, lines } = recordingLog();
  const house = await openHouse({}, log);
  const send = async (method: string, path: string, options: object = {}) => {
    const response = await house.call(method, path, { peerAddress, ...options });
    return Answer.parse(response.status === 204 ? {} : [await response.json()].flat()[0]);
  };
  return { house, lines, send, events: () => lines.map(({ event }) => event) };
}

test('setting up, arming, and what comes and goes is told with who did it and from where', async () => {
  const { house, lines, send, events } = await open();
  await send('POST', paths.setup, { json: { ...setupForm(), token: 'wrong-token' } });
  const cookie = await house.setUp();
  const site = await send('GET', paths.sites, { cookie });
  const arm = { cookie, json: { arming: 'armed-away' } };
  await send('PUT', paths.arming(site.id), arm);
  await send('PUT', paths.arming(site.id), arm);
  const channel = await send('POST', paths.channels, {
    cookie,
    json: { kind: 'webhook', name: 'House', url },
  });
  await send('DELETE', paths.channel(channel.id), { cookie });
  const source = { kind: 'rtsp', url: 'rtsp://u:hunter2@192.0.2.9/' };
  const camera = await send('POST', paths.cameras, {
    cookie,
    json: { siteId: site.id, name: 'Yard', source },
  });
  await send('PATCH', paths.camera(camera.id), { cookie, json: { enabled: false } });
  await send('DELETE', paths.camera(camera.id), { cookie });
  await send('DELETE', paths.session, { cookie });
  assert.deepEqual(events(), [
    'setup-refused',
    'setup-done',
    'arming-changed',
    'channel-added',
    'channel-removed',
    'camera-added',
    'camera-changed',
    'camera-removed',
    'sign-out',
  ]);
  const { arming, before, email } = Changed.parse(lines[2]);
  assert.deepEqual([arming, before, email], ['armed-away', 'disarmed', 'a…@example.org']);
  assert.equal(
    lines.every((line) => ['unknown', peerAddress].includes(Changed.parse(line).peerAddress)),
    true,
  );
  const text = JSON.stringify(lines);
  for (const hidden of [
    password,
    setupToken,
    'wrong-token',
    'hunter2',
    's3cr3t',
    channel.signingSecret,
    'ada@',
  ]) {
    assert.equal(text.includes(hidden), false, hidden);
  }
});

test('signing in is told, and failing to; being stopped is told once a window', async () => {
  const { house, lines, send, events } = await open();
  await house.setUp();
  lines.length = 0;
  const signIn = (attempt: string) =>
    send('POST', paths.session, { json: { email: 'ada@example.org', password: attempt } });
  await signIn(password);
  for (let made = 0; made < attempts.perAccount + 5; made++) await signIn('pass-w0rd-typed');
  assert.deepEqual(events(), [
    'sign-in',
    ...Array<string>(attempts.perAccount).fill('sign-in-failed'),
    'too-many-attempts',
  ]);
  assert.deepEqual(lines[1], {
    event: 'sign-in-failed',
    peerAddress,
    email: 'a…@example.org',
    code: 'credentials-wrong',
  });
  assert.doesNotMatch(JSON.stringify(lines), /pass-w0rd|ada@/);
});

test('a flood of what is not good writes as many lines as were looked at, and one more', async () => {
  const bad = {
    'link-refused': [paths.passwordResetFinish, { token: 'x'.repeat(43), password }],
    'sign-in-failed': [paths.passkeySignIn, { answer: { id: 'x' } }],
  } as const;
  for (const [event, [path, json]] of Object.entries(bad)) {
    const { log, lines } = recordingLog();
    const house = await openHouse({}, log);
    await house.setUp();
    lines.length = 0;
    const statuses: number[] = [];
    for (let made = 0; made < attempts.perAddress * 3; made++) {
      statuses.push((await house.call('POST', path, { json, peerAddress })).status);
    }
    assert.equal(statuses.filter((status) => status === 429).length, attempts.perAddress * 2, path);
    assert.deepEqual(
      lines.map(({ event: written }) => written),
      [...Array<string>(attempts.perAddress).fill(event), 'too-many-attempts'],
    );
  }
});
