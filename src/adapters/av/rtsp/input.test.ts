// What a camera sends becomes packets: in order, whole, and never more than fits.

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { sampleUnits } from '../nal-units.ts';
import {
  fails,
  group,
  h264Sdp,
  h264Sets,
  open,
  playing,
  read,
  sender,
  testCamera,
} from './camera.testing.ts';
import { interleaved } from './packetizer.testing.ts';
import { maxWaitingBytes } from './unit-queue.ts';

test('a camera is described, set up and played, and is told good-bye', async () => {
  await using camera = await testCamera({ play: playing(group(5)) });
  const input = await open(camera.location);
  assert.deepEqual([input.init.width, input.init.height, input.framesPerSecond], [320, 180, 10]);
  assert.equal(input.init.codec, 'avc1.42c00d');
  const packets = await read(input, 5);
  assert.deepEqual(
    packets.map(({ ptsTicks, keyFrame }) => [ptsTicks, keyFrame]),
    [0, 1, 2, 3, 4].map((index) => [index * 3600, index === 0]),
  );
  const units = sampleUnits(Buffer.from(packets[0]?.data ?? []), 4);
  assert.equal(units?.length, 1, 'parameter sets that the init segment has are left out');
  await input.close();
  assert.deepEqual(
    camera.requests.map(({ method, url }) => [method, url.replace(/^rtsp:\/\/[^/]+/, '')]),
    [
      ['OPTIONS', '/stream'],
      ['DESCRIBE', '/stream'],
      ['SETUP', '/stream/track1'],
      ['PLAY', '/stream/'],
      ['TEARDOWN', '/stream/'],
    ],
  );
  assert.equal(camera.requests.at(-1)?.headers.get('session'), '7');
  assert.equal(await input.read(), null);
});

test('a camera that plays but sends nothing, or stops in the middle, times out', async () => {
  await using silent = await testCamera();
  await fails(open({ ...silent.location, timeoutMs: 300 }), 'source-timeout', /stopped sending/);
  await using stalling = await testCamera({ play: playing(group(3)) });
  const input = await open({ ...stalling.location, timeoutMs: 300 });
  await read(input, 3);
  await fails(input.read(), 'source-timeout', /stopped sending/);
  await input.close();
});

test('what came before the camera closed the connection or ended the stream is read first', async () => {
  const bye = interleaved(1, Buffer.from('81cb000170483361', 'hex'));
  for (const end of [(socket: Socket) => socket.end(), (socket: Socket) => socket.write(bye)]) {
    await using camera = await testCamera({
      play(socket) {
        sender(socket)(group(3));
        end(socket);
      },
    });
    const input = await open(camera.location);
    await read(input, 3);
    await fails(input.read(), 'source-failed', /closed the connection.*restart|ended the stream/);
    await input.close();
  }
});

test('after a lost packet nothing is given until the next key frame', async () => {
  await using camera = await testCamera({
    play: playing([...group(5), ...group(3)], [4]),
  });
  const input = await open(camera.location);
  const frames = (await read(input, 5)).map(({ ptsTicks, keyFrame }) => [ptsTicks / 3600, keyFrame]);
  // Packets 0 to 2 are the first picture: the fifth packet is the third picture.
  assert.deepEqual(frames, [
    [0, true],
    [1, false],
    [5, true],
    [6, false],
    [7, false],
  ]);
  await input.close();
});

test('a camera that sends nothing but damaged pictures is given up', async () => {
  await using camera = await testCamera({
    play: playing([...group(1), ...Array.from({ length: 300 }, () => ({}))], [4]),
  });
  const input = await open(camera.location);
  await read(input, 2);
  await fails(input.read(), 'source-corrupt');
  await input.close();
});

test('pictures of another size end the stream, other parameter sets of the same size stay in it', async () => {
  const [sps = Buffer.alloc(0), pps = Buffer.alloc(0)] = h264Sets;
  const otherPps = Buffer.concat([pps.subarray(0, pps.length - 1), Buffer.from([0x88])]);
  const other = Buffer.from('Z2QADKzZQUGaEAAAAwAQAAADAUDxQplg', 'base64');
  await using camera = await testCamera({
    play: playing([...group(1), { key: true, sets: [sps, otherPps] }, { key: true, sets: [other, pps] }]),
  });
  const input = await open(camera.location);
  const [, second] = await read(input, 2);
  assert.deepEqual(sampleUnits(Buffer.from(second?.data ?? []), 4)?.slice(0, 2), [sps, otherPps]);
  await fails(input.read(), 'source-corrupt', /format changed/);
  await input.close();
});

test('parameter sets that come with the pictures are believed more than described ones', async () => {
  const stale = 'Z2QADKzZQUGaEAAAAwAQAAADAUDxQplg,aOrjyyLA';
  await using camera = await testCamera({
    sdp: h264Sdp.replace(/sprop-parameter-sets=.*/, `sprop-parameter-sets=${stale}`),
    play: playing(group(1)),
  });
  const input = await open(camera.location);
  assert.equal(input.init.height, 180);
  await input.close();
});

test('the camera waits for a reader that does not read, and nothing is lost', async (t) => {
  const count = 400;
  const bytes = 100_000;
  let written = 0;
  await using camera = await testCamera({
    play(socket) {
      const send = sender(socket);
      const more = () => {
        while (written < count && !socket.writableNeedDrain) {
          send([written % 50 === 0 ? { key: true, sets: h264Sets, bytes } : { bytes }]);
          written += 1;
        }
      };
      socket.on('drain', more);
      more();
    },
  });
  const input = await open({ ...camera.location, timeoutMs: 1_000 });
  t.after(() => input.close());
  // Longer than the time limit: waiting for the reader is not silence of the camera.
  for (let before = -1; before !== written; ) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  assert.ok(written < count, 'the camera was never made to wait');
  assert.ok(written * bytes < maxWaitingBytes * 2);
  const packets = await read(input, count);
  assert.deepEqual(
    packets.map(({ ptsTicks }) => ptsTicks / 3600),
    packets.map((_, index) => index),
  );
});
