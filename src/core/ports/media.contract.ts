// What every media library must do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, VedetteError } from '../errors.ts';
import type { Media, MediaInput, MediaLocation, Packet, Picture, YuvPicture } from './media.ts';

export interface MediaUnderTest {
  readonly media: Media;
  /** A video of ten pictures or more, with at least two key frames, that is whole. */
  readonly whole: MediaLocation;
  /** The same, cut off in the middle. */
  readonly cut: MediaLocation;
  readonly noVideo: MediaLocation;
  readonly nothing: MediaLocation;
}

const width = 320;
const height = 176;
const picturesPerKeyFrame = 5;

/** Runs the suite; `open` is called once for each test. */
export function mediaContract(name: string, open: () => Promise<MediaUnderTest>): void {
  const signal = () => new AbortController().signal;

  test(`${name}: a whole video is read to its end, in decode order, and again the same`, async () => {
    const { media, whole } = await open();
    const input = await media.open(whole, signal());
    const again = await media.open(whole, signal());
    assert.deepEqual(input.init, again.init, 'the same stream has the same init segment');
    const packets = await readAll(input);
    assert.ok(packets.length >= 10 && packets[0]?.keyFrame === true);
    assert.ok(packets.filter(({ keyFrame }) => keyFrame).length >= 2);
    for (const [index, { dtsTicks }] of packets.entries()) {
      assert.ok(dtsTicks > (packets[index - 1]?.dtsTicks ?? Number.NEGATIVE_INFINITY));
    }
    assert.equal(await input.read(), null, 'the end stays the end');
    assert.equal(input.damaged ?? 0, 0);
    assert.equal(await countPictures(again), packets.length);
    await Promise.all([input.close(), again.close()]);
  });

  test(`${name}: what cannot be read is refused with its code, in a sentence`, async () => {
    const { media, cut, noVideo, nothing } = await open();
    const reading = async (location: MediaLocation) => {
      const input = await media.open(location, signal());
      await readAll(input).finally(() => input.close());
    };
    await assert.rejects(reading(cut), fault('source-corrupt'));
    await assert.rejects(reading(noVideo), fault('source-not-video'));
    await assert.rejects(reading(nothing), fault('source-not-found'));
  });

  test(`${name}: an aborted opening rejects with the reason of the signal`, async () => {
    const { media, whole } = await open();
    await assert.rejects(media.open(whole, AbortSignal.abort(new Error('enough'))), /enough/);
  });

  test(`${name}: closing twice is closing once, and reading what is closed is its end`, async () => {
    const { media, whole } = await open();
    const input = await media.open(whole, signal());
    const reading = input.read();
    await Promise.all([input.close(), input.close()]);
    await reading;
    assert.equal(await input.read(), null);
  });

  test(`${name}: what is encoded is what is decoded, picture by picture`, async () => {
    const { media } = await open();
    const { packets, decoder } = await encoded(media, 12);
    const keyFrames = packets.flatMap(({ keyFrame }, index) => (keyFrame ? [index] : []));
    assert.deepEqual(keyFrames, [0, 5, 10]);
    assert.ok(packets.every(({ ptsTicks, dtsTicks }) => ptsTicks === dtsTicks));
    const decode = await decoder({ keyFramesOnly: false });
    const pictures = [];
    for (const packet of packets) pictures.push(...(await decode.decode(packet)));
    pictures.push(...(await decode.drain()));
    assert.deepEqual(
      pictures.map(({ ptsTicks }) => ptsTicks),
      packets.map(({ ptsTicks }) => ptsTicks),
    );
    for (const [index, picture] of pictures.entries()) assert.ok(Math.abs(grey(picture) - shade(index)) < 4);
    for (const picture of pictures) picture.release();
    assert.equal(decode.damaged, 0);
    decode.close();
  });

  test(`${name}: of key frames alone, each is there at once`, async () => {
    const { media } = await open();
    const { packets, decoder } = await encoded(media, 12);
    const decode = await decoder({ keyFramesOnly: true });
    for (const [index, packet] of packets.entries()) {
      const pictures = await decode.decode(packet);
      assert.equal(pictures.length, index % picturesPerKeyFrame === 0 ? 1 : 0);
      for (const picture of pictures) picture.release();
    }
    decode.close();
  });

  test(`${name}: a damaged packet is counted, stops nobody, and the next key frame is whole`, async () => {
    const { media } = await open();
    const { packets, decoder } = await encoded(media, 12);
    const decode = await decoder({ keyFramesOnly: false });
    for (const [index, packet] of packets.entries()) {
      const isHit = index === 5 || index === 6;
      // Behind the length and the kind of its unit, so that it is still taken for a picture.
      const data = isHit ? packet.data.map((byte, at) => (at < 8 ? byte : (at * 89) % 256)) : packet.data;
      for (const picture of await decode.decode({ ...packet, data })) {
        if (index >= 10) assert.ok(Math.abs(grey(picture) - shade(index)) < 4);
        picture.release();
      }
      if (index === 4) assert.equal(decode.damaged, 0);
    }
    assert.ok(decode.damaged >= 1 && decode.damaged <= 4, `${decode.damaged} are damaged`);
    decode.close();
  });

  test(`${name}: a picture outlives its decoder, gives what it is asked for, and nothing once released`, async () => {
    const { media } = await open();
    const { packets, decoder } = await encoded(media, 1);
    const decode = await decoder({ keyFramesOnly: true });
    const [picture] = packets[0] === undefined ? [] : await decode.decode(packets[0]);
    assert.ok(picture);
    decode.close();
    decode.close();
    const fine = new Uint16Array(80 * 44);
    picture.luma(80, 44, fine);
    assert.ok(fine.every((value) => Math.abs(value / 256 - shade(0)) < 4));
    const rgb = await picture.rgb(64, 32);
    assert.deepEqual([rgb.width, rgb.height, rgb.data.length], [64, 32, 64 * 32 * 3]);
    const pending = picture.jpeg(160);
    picture.release();
    picture.release();
    const jpeg = await pending;
    assert.deepEqual([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9]);
    await assert.rejects(picture.rgb(64, 32));
  });

  test(`${name}: covered areas are grey in all that is made of a picture, and in no other picture`, async () => {
    const { media } = await open();
    const { packets, decoder } = await encoded(media, 3);
    const decode = await decoder({ keyFramesOnly: false });
    const pictures: Picture[] = [];
    for (const packet of packets) {
      for (const picture of await decode.decode(packet)) {
        if (pictures.length === 0) picture.cover([leftHalf]);
        pictures.push(picture);
      }
    }
    pictures.push(...(await decode.drain()));
    const [covered, ...others] = pictures;
    assert.ok(covered);
    const luma = new Uint8Array(width * height);
    covered.luma(width, height, luma);
    const column = (x: number) => luma[Math.floor(height / 2) * width + Math.floor(x * width)] ?? 0;
    assert.deepEqual([column(0.1), column(0.45)], [128, 128]);
    assert.ok(Math.abs(column(0.6) - shade(0)) < 4, 'the rest is as it was');
    const { data } = await covered.rgb(64, 32);
    // Rows of 64 pixels, three bytes each: the first is covered, the last is not.
    assert.ok((data[0] ?? 0) > (data[63 * 3] ?? 0) + 30);
    others.forEach((picture, index) => {
      assert.ok(Math.abs(grey(picture) - shade(index + 1)) < 4, 'what is predicted from it is whole');
    });
    for (const picture of pictures) picture.release();
    decode.close();
  });
}

const leftHalf = [
  { x: 0, y: 0 },
  { x: 0.5, y: 0 },
  { x: 0.5, y: 1 },
  { x: 0, y: 1 },
];

async function readAll(input: MediaInput): Promise<Packet[]> {
  const packets: Packet[] = [];
  for (let packet = await input.read(); packet !== null; packet = await input.read()) packets.push(packet);
  return packets;
}

async function countPictures(input: MediaInput): Promise<number> {
  const decoder = await input.decoder({ keyFramesOnly: false });
  let count = 0;
  const take = (pictures: readonly Picture[]) => {
    count += pictures.length;
    for (const picture of pictures) picture.release();
  };
  for (const packet of await readAll(input)) take(await decoder.decode(packet));
  take(await decoder.drain());
  decoder.close();
  return count;
}

/** Packets of `count` pictures, each of one grey, and how to get a decoder for them. */
async function encoded(media: Media, count: number) {
  const options = { width, height, framesPerSecond: 10, framesPerKeyFrame: picturesPerKeyFrame };
  const encoder = await media.encoder({ ...options, bitsPerSecond: 500_000 });
  const packets: Packet[] = [];
  for (let index = 0; index < count; index += 1) packets.push(...(await encoder.encode(plain(shade(index)))));
  encoder.close();
  return { packets, decoder: encoder.decoder };
}

function shade(index: number): number {
  return 60 + index * 10;
}

function plain(level: number): YuvPicture {
  const chroma = () => new Uint8Array((width / 2) * (height / 2)).fill(128);
  return { width, height, y: new Uint8Array(width * height).fill(level), u: chroma(), v: chroma() };
}

/** Mean grey level of a picture. */
function grey(picture: Picture): number {
  const luma = new Uint8Array(width * height);
  picture.luma(width, height, luma);
  return luma.reduce((sum, level) => sum + level, 0) / luma.length;
}

function fault(code: ErrorCode) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof VedetteError, String(error));
    assert.equal(error.code, code, error.detail);
    assert.doesNotMatch(error.detail, /\n|FFmpeg/);
    return true;
  };
}
