// RTSP cameras, played by a server that is not ours, and by servers that misbehave.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeClip } from '../../../test/servers/clip.ts';
import { rtspServerMissing, startRtspServer } from '../../../test/servers/rtsp-server.ts';
import { type ErrorCode, VedetteError } from '../../core/errors.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { MediaInput, MediaLocation, Packet } from '../../core/ports/media.ts';
import { secret } from '../../core/secret.ts';
import { avMedia } from './media.ts';

const media = avMedia({ log: silentLog });
const skip = rtspServerMissing();
/** What has to be escaped in a URL, and what must never be seen anywhere. */
const password = 'p@ss:w/ö%r d#?';
let folder = '';
let main = '';
let sub = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-rtsp-'));
  main = join(folder, 'main.mp4');
  sub = join(folder, 'sub.mp4');
  await writeClip(main, { width: 640, height: 360, framesPerSecond: 25, framesPerKeyFrame: 50, seconds: 6 });
  await writeClip(sub, { width: 320, height: 180, framesPerSecond: 5, seconds: 6 });
});
after(() => rm(folder, { recursive: true }));

type Rtsp = Extract<MediaLocation, { kind: 'rtsp' }>;
const camera = (url: string, options: Partial<Rtsp> = {}): Rtsp => ({
  kind: 'rtsp',
  url,
  username: null,
  password: null,
  timeoutMs: 4000,
  ...options,
});
const open = (location: Rtsp, signal = new AbortController().signal) => media.open(location, signal);

async function read(input: MediaInput, count: number): Promise<Packet[]> {
  const packets: Packet[] = [];
  while (packets.length < count) {
    const packet = await input.read();
    assert.ok(packet);
    packets.push(packet);
  }
  return packets;
}

async function fails(work: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof VedetteError, String(error));
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(`${error.stack}${String(error.cause)}`, /p(@|%40)ss/);
    return true;
  });
}

test('main stream and substream of one camera are read side by side', { skip }, async () => {
  await using server = await startRtspServer({ streams: { '/main': main, '/sub': sub } });
  const [large, small] = await Promise.all([
    open(camera(server.url('/main'))),
    open(camera(server.url('/sub'))),
  ]);
  assert.deepEqual([large.init.width, small.init.width], [640, 320]);
  assert.equal(large.init.timescale, 90_000);
  const [packets, others] = await Promise.all([read(large, 20), read(small, 4)]);
  assert.equal(packets[0]?.keyFrame, true);
  assert.deepEqual(
    packets.map((packet) => packet.dtsTicks - (packets[0]?.dtsTicks ?? 0)),
    packets.map((_, index) => index * 3600),
  );
  const decoder = await small.decoder({ keyFramesOnly: false });
  let pictures = 0;
  for (const packet of others) {
    for (const picture of await decoder.decode(packet)) {
      pictures += 1;
      picture.release();
    }
  }
  assert.equal(pictures, 4);
  decoder.close();
  await Promise.all([large.close(), small.close()]);
});

for (const method of ['basic', 'digest'] as const) {
  test(`the right password opens, a wrong or missing one is said to be wrong (${method})`, {
    skip,
  }, async () => {
    await using server = await startRtspServer({
      streams: { '/main': main },
      user: 'ad min',
      password,
      method,
    });
    const url = server.url('/main');
    const input = await open(camera(url, { username: 'ad min', password: secret(password) }));
    await read(input, 2);
    await input.close();
    await fails(
      open(camera(url, { username: 'ad min', password: secret(`${password}x`) })),
      'source-credentials',
    );
    await fails(open(camera(url)), 'source-credentials');
  });
}

test('a path without a stream is not found, a camera that is gone is unreachable', { skip }, async () => {
  const server = await startRtspServer({ streams: { '/main': main } });
  await fails(open(camera(server.url('/garden'))), 'source-not-found');
  const input = await open(camera(server.url('/main')));
  await server.stop();
  await fails(read(input, 1000), 'source-failed');
  await input.close();
  await fails(open(camera(server.url('/main'))), 'source-unreachable');
});

test('a camera that stops sending in mid-stream times out', { skip }, async () => {
  await using server = await startRtspServer({ streams: { '/main': main }, stallAfterSeconds: 1 });
  const input = await open(camera(server.url('/main'), { timeoutMs: 1500 }));
  await fails(read(input, 1000), 'source-timeout');
  await input.close();
});

test('a camera that sends only by UDP is told to be switched to TCP', { skip }, async () => {
  await using server = await startRtspServer({ streams: { '/main': main }, udp: true });
  await fails(open(camera(server.url('/main'))), 'source-not-video');
});

test('closing interrupts a read that waits', { skip }, async () => {
  await using server = await startRtspServer({ streams: { '/main': main }, stallAfterSeconds: 1 });
  const input = await open(camera(server.url('/main'), { timeoutMs: 60_000 }));
  await read(input, 20);
  const reading = (async () => {
    while ((await input.read()) !== null);
  })();
  await input.close();
  await reading;
});

test('joined between key frames, with the format only inside the stream, it opens at the next one', {
  skip,
}, async () => {
  await using server = await startRtspServer({ streams: { '/main': main }, shared: true, inBand: true });
  const first = await open(camera(server.url('/main')));
  await read(first, 10);
  const late = await open(camera(server.url('/main')));
  assert.equal(late.init.sha256, first.init.sha256);
  const packets = await read(late, 45);
  assert.equal(packets[0]?.keyFrame, false);
  assert.ok(packets.some((packet) => packet.keyFrame));
  await Promise.all([first.close(), late.close()]);
});

const misbehaving: Record<string, { answer: (socket: Socket) => void; code: ErrorCode }> = {
  'says nothing': { answer: () => {}, code: 'source-timeout' },
  'says a word a second': {
    answer: (socket) => {
      const timer = setInterval(() => socket.write('RTSP'), 100);
      socket.on('close', () => clearInterval(timer));
    },
    code: 'source-timeout',
  },
  'speaks something else': {
    answer: (socket) => socket.end('220 mail.example.org ESMTP\r\n\r\n'),
    code: 'source-not-video',
  },
  'sends random bytes without end': {
    answer: (socket) => {
      const timer = setInterval(() => socket.write(Buffer.alloc(4000, 0xc8)), 20);
      socket.on('close', () => clearInterval(timer));
    },
    code: 'source-not-video',
  },
};

for (const [what, { answer, code }] of Object.entries(misbehaving)) {
  test(`a server that ${what} is given up in time`, async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      answer(socket);
    });
    const location = await listen(server);
    await fails(open({ ...location, timeoutMs: 700, username: 'admin', password: secret(password) }), code);
    server.close();
  });
}

test('an abort interrupts an opening that waits', async () => {
  const server = createServer((socket) => socket.on('error', () => {}));
  const location = await listen(server);
  const stop = new AbortController();
  const opening = open({ ...location, timeoutMs: 60_000 }, stop.signal);
  await once(server, 'connection');
  stop.abort(new Error('camera removed'));
  await assert.rejects(opening, /camera removed/);
  server.close();
});

test('an address that is none, or of nobody, is unreachable', async () => {
  await fails(open(camera('http://127.0.0.1/stream')), 'source-unreachable');
  await fails(open(camera('garden camera')), 'source-unreachable');
  await fails(open(camera('rtsp://camera.invalid/stream')), 'source-unreachable');
});

async function listen(server: ReturnType<typeof createServer>): Promise<Rtsp> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return camera(`rtsp://127.0.0.1:${address.port}/stream`);
}
