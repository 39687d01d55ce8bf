// What every masker must do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCode } from '../errors.ts';
import type { InitSegment } from '../footage/recording.ts';
import type { MaskedVideo, Masker } from './masker.ts';
import type { Packet } from './media.ts';

export interface MaskerUnderTest {
  readonly masker: Masker;
  /** Twelve pictures or more, with at least two key frames. */
  readonly init: InitSegment;
  readonly packets: readonly Packet[];
  /** A picture of its own, as JPEG. */
  readonly jpeg: Uint8Array;
  /** Levels of a coded video's pictures, `width` × `height`, the same whatever the pixel format. */
  look(init: InitSegment, packets: readonly Packet[]): Promise<readonly Uint8Array[]>;
  /** Size and grey levels of a JPEG. */
  lookAtJpeg(jpeg: Uint8Array): Promise<{ width: number; height: number; luma: Uint8Array }>;
}

const leftHalf = [
  { x: 0, y: 0 },
  { x: 0.5, y: 0 },
  { x: 0.5, y: 1 },
  { x: 0, y: 1 },
];

/** Runs the suite; `open` is called once for each test. */
export function maskerContract(name: string, open: () => Promise<MaskerUnderTest>): void {
  const begin = ({ masker, init }: MaskerUnderTest) =>
    masker.video({
      init,
      areas: [leftHalf],
      bitsPerSecond: 500_000,
      framesPerSecond: 10,
      comment: 'masked!',
    });

  test(`${name}: as many pictures come out as went in, in order, at the same times, key frames as key frames`, async () => {
    const given = await open();
    const video = await begin(given);
    assert.ok(video.init === null, 'nothing came out yet');
    const out = await masked(video, given.packets);
    const init = headerOf(video);
    const seconds = (packets: readonly Packet[], { timescale }: InitSegment) =>
      packets.map(({ ptsTicks }) => ptsTicks / timescale).sort((a, b) => a - b);
    assert.deepEqual(seconds(out, init), seconds(given.packets, given.init));
    assert.ok(out.every(({ ptsTicks, dtsTicks }) => ptsTicks === dtsTicks));
    const keys = (packets: readonly Packet[]) =>
      packets.flatMap(({ keyFrame }, index) => (keyFrame ? [index] : []));
    assert.deepEqual(keys(out), keys(given.packets));
    assert.match(init.codec, /^avc1\./);
    assert.ok(Buffer.from(init.bytes).includes('masked!'));
    video.close();
  });

  test(`${name}: what is covered is one grey, and the rest is as it was`, async () => {
    const given = await open();
    const video = await begin(given);
    const out = await masked(video, given.packets);
    assert.ok(video.init);
    const before = await given.look(given.init, given.packets);
    const after = await given.look(video.init, out);
    assert.equal(after.length, before.length);
    const { width, height } = given.init;
    for (const [index, luma] of after.entries()) {
      const sides = { covered: 0, open: 0 };
      for (let at = 0; at < width * height; at += 1) {
        const column = at % width;
        const level = luma[at] ?? 0;
        if (column < width / 2 - 2) sides.covered = Math.max(sides.covered, Math.abs(level - 128));
        if (column > width / 2 + 8) sides.open += Math.abs(level - (before[index]?.[at] ?? 0));
      }
      assert.ok(sides.covered <= 6, `a covered place differs by ${sides.covered}`);
      assert.ok(sides.open / (luma.length / 2) < 4, 'the rest is as it was');
    }
    video.close();
  });

  test(`${name}: after a drain it goes on, as after a gap`, async () => {
    const given = await open();
    const video = await begin(given);
    const second = given.packets.findIndex(({ keyFrame }, index) => index > 0 && keyFrame);
    const before = await masked(video, given.packets.slice(0, second));
    assert.equal(before.length, second);
    const rest = await masked(video, given.packets.slice(second));
    assert.equal(rest.length, given.packets.length - second);
    assert.ok(rest[0]?.keyFrame);
    video.close();
  });

  test(`${name}: a damaged packet shows nothing that is covered, and the next key frame is whole`, async () => {
    const given = await open();
    const video = await begin(given);
    const hit = given.packets.map((packet, index) =>
      index === 1
        ? { ...packet, data: packet.data.map((byte, at) => (at < 8 ? byte : (at * 89) % 256)) }
        : packet,
    );
    const out = await masked(video, hit);
    assert.ok(video.init && out.length >= given.packets.length / 2);
    for (const luma of await given.look(video.init, out)) {
      assert.ok(Math.abs((luma[10 * given.init.width + 10] ?? 0) - 128) <= 6);
    }
    video.close();
  });

  test(`${name}: closed, it gives nothing, and may be closed again`, async () => {
    const given = await open();
    const video = await begin(given);
    const [first] = given.packets;
    assert.ok(first);
    const pending = video.mask(first);
    video.close();
    video.close();
    await pending;
    assert.deepEqual(await video.mask(first), []);
    assert.deepEqual(await video.drain(), []);
  });

  test(`${name}: a picture keeps its size and what is not covered`, async () => {
    const { masker, jpeg, lookAtJpeg } = await open();
    const before = await lookAtJpeg(jpeg);
    const after = await lookAtJpeg(await masker.jpeg(jpeg, [leftHalf]));
    assert.deepEqual([after.width, after.height], [before.width, before.height]);
    const row = Math.floor(after.height / 2) * after.width;
    const at = (luma: Uint8Array, x: number) => luma[row + Math.floor(x * after.width)] ?? 0;
    for (const x of [0.05, 0.2, 0.4]) assert.ok(Math.abs(at(after.luma, x) - 128) <= 12);
    for (const x of [0.6, 0.8, 0.95]) assert.ok(Math.abs(at(after.luma, x) - at(before.luma, x)) <= 12);
  });

  test(`${name}: what is no picture, and what is no header of a video, is refused in a sentence`, async () => {
    const { masker, init, jpeg } = await open();
    const refuses = async (work: Promise<unknown>, code: string) =>
      assert.rejects(work, (error) => errorCode(error) === code);
    await refuses(
      masker.jpeg(
        Uint8Array.from({ length: 500 }, (_, at) => at % 256),
        [leftHalf],
      ),
      'footage-damaged',
    );
    await refuses(masker.jpeg(jpeg.subarray(0, 40), [leftHalf]), 'footage-damaged');
    await refuses(
      begin({ ...(await open()), init: { ...init, bytes: new Uint8Array(20) } }),
      'source-not-video',
    );
  });
}

function headerOf(video: MaskedVideo): InitSegment {
  assert.ok(video.init);
  return video.init;
}

async function masked(video: MaskedVideo, packets: readonly Packet[]): Promise<readonly Packet[]> {
  const out: Packet[] = [];
  for (const packet of packets) out.push(...(await video.mask(packet)));
  out.push(...(await video.drain()));
  return out;
}
