// Conversations with cameras of all kinds: strange ones, broken ones, and such that want the password again.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { type ErrorCode, errorCode } from '../../../core/errors.ts';
import { secret } from '../../../core/secret.ts';
import {
  type CameraRequest,
  fails,
  group,
  open,
  playing,
  read,
  sender,
  type TestCameraOptions,
  testCamera,
} from './camera.testing.ts';

test('the channels are those that the camera chooses', async () => {
  await using camera = await testCamera({
    answer: ({ method }) =>
      method === 'SETUP'
        ? { headers: { Transport: 'RTP/AVP/TCP;interleaved=4-5', Session: 'a;timeout=30' } }
        : undefined,
    play(socket) {
      sender(socket, 0)([{ key: true, bytes: 9 }]);
      sender(socket, 4)(group(1));
    },
  });
  const input = await open(camera.location);
  const [packet] = await read(input, 1);
  assert.equal(packet?.data.length, 4 + 2 + 400);
  await input.close();
});

const answers: Record<string, { status: number; method: string; code: ErrorCode }> = {
  'has no such stream': { status: 404, method: 'DESCRIBE', code: 'source-not-found' },
  'forbids it': { status: 403, method: 'DESCRIBE', code: 'source-credentials' },
  'wants a password that we have not': { status: 401, method: 'DESCRIBE', code: 'source-credentials' },
  'has too many viewers': { status: 453, method: 'SETUP', code: 'source-failed' },
  'has lost the session': { status: 454, method: 'PLAY', code: 'source-failed' },
  'is broken': { status: 503, method: 'DESCRIBE', code: 'source-failed' },
};
for (const [what, { status, method, code }] of Object.entries(answers)) {
  test(`a camera that ${what} (${status}) is said to do so`, async () => {
    await using camera = await testCamera({
      answer: (request) => (request.method === method ? { status } : undefined),
    });
    await fails(open(camera.location), code);
  });
}

test('a camera that only sends by UDP is told to be switched to TCP, and nobody else is connected to', async () => {
  for (const answer of [{ status: 461 }, { headers: { Transport: 'RTP/AVP;unicast;client_port=1-2' } }]) {
    await using camera = await testCamera({
      answer: ({ method }) => (method === 'SETUP' ? answer : undefined),
    });
    await assert.rejects(open(camera.location), (error) => {
      assert.match(String(error), /only over UDP\. Switch its RTSP transport to TCP/);
      return errorCode(error) === 'source-not-video';
    });
    assert.deepEqual(
      camera.requests.map(({ method }) => method),
      ['OPTIONS', 'DESCRIBE', 'SETUP'],
    );
  }
});

const broken: Record<string, { send: (socket: Socket) => void; code: ErrorCode }> = {
  'is a web server': {
    send: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    code: 'source-not-video',
  },
  greets: { send: (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), code: 'source-not-video' },
  'sends headers without end': {
    send: (socket) => socket.write(`RTSP/1.0 200 OK\r\n${'X: yyyyyyyyyyyyyy\r\n'.repeat(2000)}`),
    code: 'source-not-video',
  },
  'promises a description of a gigabyte': {
    send: (socket) => socket.write('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 1000000000\r\n\r\n'),
    code: 'source-not-video',
  },
  'closes at once': { send: (socket) => socket.destroy(), code: 'source-failed' },
  'never answers': { send: () => {}, code: 'source-timeout' },
};
for (const [what, { send, code }] of Object.entries(broken)) {
  test(`something that ${what} is no camera`, async () => {
    await using camera = await testCamera({
      answer(_, socket) {
        send(socket);
        return null;
      },
    });
    await fails(open({ ...camera.location, timeoutMs: 300 }), code);
  });
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Whether a request answers `nonce` with the password "hunter2" of "admin". */
function isRight({ method, url, headers }: CameraRequest, nonce: string): boolean {
  const value = headers.get('authorization') ?? '';
  const part = (name: string) => new RegExp(`\\b${name}="?([^",]*)`).exec(value)?.[1] ?? '';
  const middle = `${nonce}:${part('nc')}:${part('cnonce')}:auth`;
  const wanted = md5(`${md5('admin:cam:hunter2')}:${middle}:${md5(`${method}:${url}`)}`);
  return part('response') === wanted && part('uri') === url;
}

const digestCamera = (nonceOf: (request: CameraRequest) => string): TestCameraOptions => ({
  answer(request) {
    const nonce = nonceOf(request);
    if (isRight(request, nonce)) return undefined;
    const stale = request.headers.has('authorization') ? ', stale=true' : '';
    const challenge = `Digest realm="cam", nonce="${nonce}", qop="auth"${stale}`;
    return { status: 401, headers: { 'WWW-Authenticate': challenge } };
  },
  play: playing(group(1)),
});

test('the password is given with each request, and again where the question has become old', async () => {
  await using camera = await testCamera(
    digestCamera(({ method }) => (method === 'PLAY' ? 'second' : 'first')),
  );
  const input = await open({ ...camera.location, username: 'admin', password: secret('hunter2') });
  await read(input, 1);
  await input.close();
  const counts = camera.requests
    .map(
      ({ method, headers }) => `${method} ${/nc=(\d+)/.exec(headers.get('authorization') ?? '')?.[1] ?? '-'}`,
    )
    .slice(0, 6);
  assert.deepEqual(counts, [
    'OPTIONS -',
    'OPTIONS 00000001',
    'DESCRIBE 00000002',
    'SETUP 00000003',
    'PLAY 00000004',
    'PLAY 00000001',
  ]);
  const wrong = open({ ...camera.location, username: 'admin', password: secret('hunter3') });
  await fails(wrong, 'source-credentials');
});

test('a password that stands in the address works too, and is never sent on as part of it', async () => {
  await using camera = await testCamera(digestCamera(() => 'only'));
  const url = camera.location.url.replace('rtsp://', 'rtsp://admin:hunter2@');
  const input = await open({ ...camera.location, url });
  await input.close();
  assert.ok(camera.requests.every((request) => !request.url.includes('hunter2')));
});

test('a camera that sends us on is followed, not for ever, not elsewhere than to RTSP', async () => {
  await using goal = await testCamera(digestCamera(() => 'only'));
  const sendOn = (location: string) =>
    testCamera({
      answer: ({ method }) =>
        method === 'DESCRIBE' ? { status: 302, headers: { Location: location } } : undefined,
    });
  await using first = await sendOn(goal.location.url);
  const input = await open({ ...first.location, username: 'admin', password: secret('hunter2') });
  await input.close();
  // Another host does not get the password.
  await using elsewhere = await sendOn(goal.location.url.replace('127.0.0.1', 'localhost'));
  const sentAway = open({ ...elsewhere.location, username: 'admin', password: secret('hunter2') });
  await fails(sentAway, 'source-credentials');
  assert.ok(!goal.requests.slice(-1)[0]?.headers.has('authorization'));
  await using web = await sendOn('http://127.0.0.1/');
  await fails(open(web.location), 'source-unreachable', /not RTSP/);
  let self = '';
  await using circle = await testCamera({
    answer: ({ method }) =>
      method === 'DESCRIBE' ? { status: 301, headers: { Location: self } } : undefined,
  });
  self = circle.location.url;
  await fails(open(circle.location), 'source-unreachable', /without end/);
  assert.equal(circle.requests.filter(({ method }) => method === 'DESCRIBE').length, 4);
});

test('the session is kept alive before it ends, with what the camera understands', async () => {
  const kept = Promise.withResolvers<CameraRequest>();
  await using camera = await testCamera({
    answer(request) {
      if (request.method === 'OPTIONS') return { headers: { Public: 'DESCRIBE, GET_PARAMETER, PLAY' } };
      if (request.method === 'GET_PARAMETER') kept.resolve(request);
      const Transport = 'RTP/AVP/TCP;unicast;interleaved=0-1';
      return request.method === 'SETUP' ? { headers: { Transport, Session: '7;timeout=1' } } : undefined;
    },
    play: playing(group(1)),
  });
  const input = await open({ ...camera.location, timeoutMs: 20_000 });
  const request = await kept.promise;
  assert.equal(request.headers.get('session'), '7');
  await input.close();
});

test('an abort ends the opening at any step', async () => {
  for (const step of ['OPTIONS', 'DESCRIBE', 'PLAY', 'first picture']) {
    const stop = new AbortController();
    await using camera = await testCamera({
      answer(request) {
        if (request.method !== step) return undefined;
        stop.abort(new Error('camera removed'));
        return null;
      },
      play: () => stop.abort(new Error('camera removed')),
    });
    await assert.rejects(open(camera.location, stop.signal), /camera removed/);
  }
});

test('a camera asked for rtsps:// is believed with a certificate of its own', {
  skip: opensslMissing(),
}, async () => {
  await using camera = await testCamera({ play: playing(group(2)) });
  const behind = new URL(camera.location.url);
  const server = createTlsServer(certificate(), (socket) => {
    const inner = connect(Number(behind.port), behind.hostname);
    socket.pipe(inner).pipe(socket);
    socket.on('error', () => inner.destroy());
  });
  const input = await open({ ...camera.location, url: await listen(server) });
  await read(input, 2);
  await input.close();
  server.close();
});

test('a camera without TLS that is asked for it is said to have none', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write('RTSP/1.0 400 Bad Request\r\n\r\n'));
  });
  const url = await listen(server);
  const location = { kind: 'rtsp', url, username: null, password: null, timeoutMs: 3000 } as const;
  await fails(open(location), 'source-unreachable', /TLS/);
  server.close();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `rtsps://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/stream`;
}

function opensslMissing(): string | false {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'openssl is missing. On Debian: apt install openssl';
  }
}

function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', [...request, '-subj', '/CN=camera', '-days', '1', '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  const files = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return files;
}
