// Reading, decoding and encoding files: good ones, and every kind of bad one.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Frame } from 'node-av/lib';
import { drawSquare, emptyPicture, writeClip } from '../../../test/servers/clip.ts';
import { writeReorderedClip } from '../../../test/servers/reordered-clip.ts';
import { type ErrorCode, errorCode, VedetteError } from '../../core/errors.ts';
import { silentLog } from '../../core/ports/log.ts';
import { mediaContract } from '../../core/ports/media.contract.ts';
import type { MediaInput, Packet, Picture } from '../../core/ports/media.ts';
import { avMedia } from './media.ts';

const media = avMedia({ log: silentLog });
let folder = '';
let clip = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-media-'));
  clip = join(folder, 'clip.mp4');
  await writeClip(clip, { seconds: 3, framesPerSecond: 10 });
});
after(() => rm(folder, { recursive: true }));

mediaContract('av', async () => {
  const file = (name: string) => ({ kind: 'file', path: join(folder, name) }) as const;
  const whole = await readFile(clip);
  await writeFile(file('half.mp4').path, whole.subarray(0, whole.length / 2));
  await writeFile(file('letter.mp4').path, 'Dear burglar, '.repeat(500));
  const noVideo = file('letter.mp4');
  return { media, whole: file('clip.mp4'), cut: file('half.mp4'), noVideo, nothing: file('nothing.mp4') };
});

const openFile = (path: string, signal = new AbortController().signal) =>
  media.open({ kind: 'file', path }, signal);

async function readAll(input: MediaInput): Promise<Packet[]> {
  const packets: Packet[] = [];
  for (let packet = await input.read(); packet !== null; packet = await input.read()) packets.push(packet);
  return packets;
}

async function failsToOpen(path: string, code: ErrorCode): Promise<void> {
  await assert.rejects(openFile(path), (error) => {
    assert.ok(error instanceof VedetteError);
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(error.message, /FFmpeg|\n/);
    return true;
  });
}

test('a clip gives back every picture that was put in, in order and in time', async () => {
  const input = await openFile(clip);
  assert.equal(input.init.width, 320);
  assert.equal(input.init.height, 180);
  assert.match(input.init.codec, /^avc1\.[0-9a-f]{6}$/);
  assert.equal(input.framesPerSecond, 10);
  const packets = await readAll(input);
  assert.equal(packets.length, 30);
  assert.deepEqual(
    packets.flatMap((packet, index) => (packet.keyFrame ? [index] : [])),
    [0, 10, 20],
  );
  const seconds = packets.map((packet) => packet.ptsTicks / input.init.timescale);
  assert.deepEqual(
    seconds.map((value) => Math.round(value * 10)),
    packets.map((_, index) => index),
  );
  await input.close();
});

test('a byte stream (MPEG-TS) comes out as the same samples as from MP4', async () => {
  const path = join(folder, 'clip.ts');
  await writeClip(path, { seconds: 3, framesPerSecond: 10 });
  const input = await openFile(path);
  const packets = await readAll(input);
  await input.close();
  assert.equal(packets.length, 30);
  for (const { data } of packets) assert.notDeepEqual([...data.subarray(0, 4)], [0, 0, 0, 1]);
  const pictures = await decodeAll(input.init.codec, path);
  assert.equal(pictures, 30);
});

for (const codec of ['h264', 'h265'] as const) {
  for (const container of ['mp4', 'ts', 'mkv'] as const) {
    test(`${codec} with B-frames in ${container}: decode order goes in, picture order comes out`, async () => {
      const path = join(folder, `reordered-${codec}.${container}`);
      await writeReorderedClip(path, codec);
      const input = await openFile(path);
      assert.match(input.init.codec, codec === 'h264' ? /^avc1\./ : /^hvc1\.1\.6\.L\d+\.(90|B0)/);
      assert.ok(Buffer.from(input.init.bytes).includes(codec === 'h264' ? 'avcC' : 'hvcC'));
      const decoder = await input.decoder({ keyFramesOnly: false });
      const packets = await readAll(input);
      const pictures = [];
      for (const packet of packets) pictures.push(...(await decoder.decode(packet)));
      pictures.push(...(await decoder.drain()));
      assert.equal(pictures.length, 30);
      assert.ok(packets.some((packet) => packet.ptsTicks > packet.dtsTicks));
      for (const [index, packet] of packets.entries()) {
        assert.ok(packet.dtsTicks > (packets[index - 1]?.dtsTicks ?? Number.NEGATIVE_INFINITY));
      }
      const first = pictures[0]?.ptsTicks ?? 0;
      const seconds = pictures.map(({ ptsTicks }) => (ptsTicks - first) / input.init.timescale);
      assert.deepEqual(
        seconds.map((second) => Math.round(second * 100) / 100),
        seconds.map((_, index) => index / 10),
      );
      for (const picture of pictures) picture.release();
      decoder.close();
      await input.close();
    });
  }
}

async function decodeAll(codec: string, path: string): Promise<number> {
  const input = await openFile(path);
  assert.equal(input.init.codec, codec);
  const decoder = await input.decoder({ keyFramesOnly: false });
  const pictures: Picture[] = [];
  for (const packet of await readAll(input)) pictures.push(...(await decoder.decode(packet)));
  pictures.push(...(await decoder.drain()));
  for (const picture of pictures) picture.release();
  decoder.close();
  await input.close();
  return pictures.length;
}

test('the same stream has the same init segment every time', async () => {
  const one = await openFile(clip);
  const two = await openFile(clip);
  assert.equal(one.init.sha256, two.init.sha256);
  assert.deepEqual(one.init, two.init);
  assert.doesNotMatch(Buffer.from(one.init.bytes).toString('latin1'), /Lavf|x264/);
  await Promise.all([one.close(), two.close()]);
});

test('what was drawn is what is decoded: luma, colours and JPEG', async () => {
  const input = await openFile(clip);
  const decoder = await input.decoder({ keyFramesOnly: false });
  const packet = await input.read();
  assert.ok(packet);
  const [picture] = [...(await decoder.decode(packet)), ...(await decoder.drain())];
  assert.ok(picture);
  const drawn = emptyPicture(320, 180);
  drawSquare(0, drawn);
  const full = new Uint8Array(320 * 180);
  picture.luma(320, 180, full);
  assert.ok(meanDifference(full, drawn.y) < 6, `${meanDifference(full, drawn.y)}`);
  const half = new Uint8Array(160 * 90);
  picture.luma(160, 90, half);
  assert.ok((half[30 * 160 + 10] ?? 0) > 190);
  const fine = new Uint16Array(80 * 45);
  picture.luma(80, 45, fine);
  for (const [x, y] of [
    [2, 7],
    [60, 40],
  ] as const) {
    const pixels = [0, 1, 2, 3].flatMap((row) =>
      Array.from(full.subarray((y * 4 + row) * 320 + x * 4, (y * 4 + row) * 320 + x * 4 + 4)),
    );
    const mean = pixels.reduce((sum, level) => sum + level, 0) / 16;
    assert.ok(Math.abs((fine[y * 80 + x] ?? 0) / 256 - mean) < 0.05, 'the mean, with nothing lost');
  }
  const odd = new Uint8Array(100 * 70);
  picture.luma(100, 70, odd);
  assert.ok((odd[23 * 100 + 6] ?? 0) > 190);
  const rgb = await picture.rgb(96, 64);
  assert.equal(rgb.data.length, 96 * 64 * 3);
  const pixel = (20 * 96 + 5) * 3;
  assert.ok((rgb.data[pixel] ?? 0) > 200 && (rgb.data[pixel + 2] ?? 0) > 200);
  const jpeg = await picture.jpeg(160);
  assert.deepEqual([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9]);
  picture.release();
  await assert.rejects(picture.rgb(10, 10));
  decoder.close();
  await input.close();
});

function meanDifference(one: Uint8Array, two: Uint8Array): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (two[index] ?? 0)), 0) / one.length;
}

test('looking at pictures makes no garbage of their size', async (t) => {
  const input = await openFile(clip);
  const decoder = await input.decoder({ keyFramesOnly: true });
  const packet = await input.read();
  assert.ok(packet);
  const [picture] = await decoder.decode(packet);
  assert.ok(picture);
  const target = new Uint8Array(160 * 90);
  picture.luma(160, 90, target);
  // The library makes new buffers of a whole picture each time it is asked for its planes.
  const asked = t.mock.getter(Frame.prototype, 'data');
  for (let index = 0; index < 10; index += 1) picture.luma(160, 90, target);
  await picture.rgb(160, 90);
  assert.equal(asked.mock.callCount(), 0);
  picture.release();
  decoder.close();
  await input.close();
});

for (const codec of ['h264', 'h265'] as const) {
  test(`a sparing decoder of ${codec} leaves out what no other picture is made from, and nothing else`, async () => {
    const path = join(folder, `sparing-${codec}.mp4`);
    await writeReorderedClip(path, codec);
    const lumas = async (sparing: boolean) => {
      const input = await openFile(path);
      const decoder = await input.decoder({ keyFramesOnly: false, sparing });
      const pictures: Picture[] = [];
      for (const packet of await readAll(input)) pictures.push(...(await decoder.decode(packet)));
      pictures.push(...(await decoder.drain()));
      const found = pictures.map((picture) => {
        const luma = new Uint8Array(320 * 192);
        picture.luma(320, 192, luma);
        picture.release();
        return [picture.ptsTicks, Buffer.from(luma).toString('base64')] as const;
      });
      decoder.close();
      await input.close();
      return new Map(found);
    };
    const all = await lumas(false);
    const few = await lumas(true);
    assert.equal(all.size, 30);
    assert.ok(few.size <= 21 && few.size >= 10, `${few.size} pictures`);
    for (const [ptsTicks, luma] of few) assert.equal(luma, all.get(ptsTicks));
  });
}

test('a decoder of key frames gives each of them at once', async () => {
  const input = await openFile(clip);
  const decoder = await input.decoder({ keyFramesOnly: true });
  const times: number[] = [];
  for (const packet of await readAll(input)) {
    for (const picture of await decoder.decode(packet)) {
      assert.equal(picture.ptsTicks, packet.ptsTicks);
      times.push(picture.ptsTicks / input.init.timescale);
      picture.release();
    }
  }
  assert.deepEqual(times, [0, 1, 2]);
  decoder.close();
  await input.close();
});

test('pictures may be used after their decoder was closed, and released twice', async () => {
  const input = await openFile(clip);
  const decoder = await input.decoder({ keyFramesOnly: true });
  const packet = await input.read();
  assert.ok(packet);
  const [picture] = await decoder.decode(packet);
  assert.ok(picture);
  decoder.close();
  decoder.close();
  await input.close();
  const pending = picture.rgb(64, 36);
  picture.release();
  picture.release();
  assert.equal((await pending).data.length, 64 * 36 * 3);
});

test('damaged packets yield no picture and no crash, and decoding goes on at the next key frame', async () => {
  const input = await openFile(clip);
  const decoder = await input.decoder({ keyFramesOnly: false });
  let pictures = 0;
  for (const [index, packet] of (await readAll(input)).entries()) {
    const data = packet.data.map((byte) => (index < 10 && index > 2 ? (byte * 7) % 256 : byte));
    for (const picture of await decoder.decode({ ...packet, data })) {
      pictures += 1;
      picture.release();
    }
  }
  assert.ok(pictures >= 20);
  assert.ok(decoder.damaged >= 1);
  decoder.close();
  await input.close();
});

test('the encoder writes a key frame as often as asked and no B-frames', async () => {
  const encoder = await media.encoder({
    width: 160,
    height: 96,
    framesPerSecond: 5,
    framesPerKeyFrame: 5,
    bitsPerSecond: 100_000,
  });
  const decoder = await encoder.decoder({ keyFramesOnly: false });
  const picture = emptyPicture(160, 96);
  const keys: number[] = [];
  for (let index = 0; index < 12; index += 1) {
    drawSquare(index, picture);
    for (const packet of await encoder.encode(picture)) {
      assert.equal(packet.ptsTicks, packet.dtsTicks);
      assert.equal(packet.ptsTicks / encoder.init.timescale, index / 5);
      if (packet.keyFrame) keys.push(index);
      for (const decoded of await decoder.decode(packet)) decoded.release();
    }
  }
  assert.deepEqual(keys, [0, 5, 10]);
  decoder.close();
  encoder.close();
});

test('what is no video is said to be none', async () => {
  const text = join(folder, 'letter.txt');
  const empty = join(folder, 'empty.mp4');
  const playlist = join(folder, 'list.m3u8');
  const directory = join(folder, 'folder.mp4');
  await writeFile(text, 'Dear burglar, '.repeat(500));
  await writeFile(empty, '');
  await writeFile(playlist, `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n${clip}\n#EXT-X-ENDLIST\n`);
  await mkdir(directory);
  await failsToOpen(text, 'source-not-video');
  await failsToOpen(empty, 'source-not-video');
  await failsToOpen(playlist, 'source-not-video');
  await failsToOpen(directory, 'source-not-found');
  await failsToOpen(join(folder, 'nothing.mp4'), 'source-not-found');
});

test('a file cut off at any length ends or fails cleanly', async () => {
  const whole = await readFile(clip);
  const path = join(folder, 'cut.mp4');
  const index = whole.indexOf('moov', 0, 'latin1');
  await writeFile(path, whole.subarray(0, index));
  await failsToOpen(path, 'source-corrupt');
  for (const share of [0.4, 0.6, 0.9]) {
    await writeFile(path, whole.subarray(0, Math.floor(whole.length * share)));
    const input = await openFile(path);
    const packets = await readAll(input).catch((error: unknown) => {
      assert.equal(errorCode(error), 'source-corrupt');
      return [];
    });
    assert.ok(packets.length < 30);
    await input.close();
  }
});

test('flipped bits never crash, whatever they hit', async () => {
  const whole = await readFile(clip);
  const path = join(folder, 'flipped.mp4');
  let state = 12345;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
  for (let round = 0; round < 60; round += 1) {
    const damaged = Buffer.from(whole);
    for (let flip = 0; flip < 20; flip += 1) {
      const at = random(round < 30 ? 1500 : damaged.length);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random(8));
    }
    await writeFile(path, damaged);
    try {
      const input = await openFile(path);
      const decoder = await input.decoder({ keyFramesOnly: false });
      for (const packet of await readAll(input)) {
        for (const picture of await decoder.decode(packet)) picture.release();
      }
      decoder.close();
      await input.close();
    } catch (error) {
      assert.match(errorCode(error), /^source-(not-video|corrupt|not-found)$/, String(error));
    }
  }
});

test('an aborted opening rejects with the reason of the signal', async () => {
  const stop = new AbortController();
  stop.abort(new Error('shutting down'));
  await assert.rejects(openFile(clip, stop.signal), /shutting down/);
});

test('closing twice is closing once, and reading a closed input is its end', async () => {
  const input = await openFile(clip);
  const reading = input.read();
  await Promise.all([input.close(), input.close()]);
  await reading;
  assert.equal(await input.read(), null);
});
