// What the RTSP client gives is what the camera's file holds: bytes, times and format, also with B-frames and H.265.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeClip } from '../../../../test/servers/clip.ts';
import { writeReorderedClip } from '../../../../test/servers/reordered-clip.ts';
import { rtspServerMissing, startRtspServer } from '../../../../test/servers/rtsp-server.ts';
import { silentLog } from '../../../core/ports/log.ts';
import type { MediaInput, Packet } from '../../../core/ports/media.ts';
import { avMedia } from '../media.ts';
import { sampleUnits } from '../nal-units.ts';
import type { VideoCodec } from '../stream.ts';
import { openRtsp } from './input.ts';

const media = avMedia({ log: silentLog });
const skip = rtspServerMissing();
const { signal } = new AbortController();
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-rtsp-client-'));
  await writeClip(join(folder, 'plain.mp4'), { framesPerSecond: 25, framesPerKeyFrame: 20, seconds: 3 });
  await writeReorderedClip(join(folder, 'reordered-h264.mp4'), 'h264', 30);
  await writeReorderedClip(join(folder, 'reordered-h265.mp4'), 'h265', 30);
});
after(() => rm(folder, { recursive: true }));

async function readPackets(input: MediaInput, count: number): Promise<Packet[]> {
  const packets: Packet[] = [];
  while (packets.length < count) {
    const packet = await input.read();
    assert.ok(packet);
    packets.push(packet);
  }
  await input.close();
  return packets;
}

/** What a sample says beyond what a container may add or leave out. */
function essence(packet: Packet, codec: VideoCodec): string[] {
  const kept =
    codec === 'h264'
      ? (first: number) => (first & 0x1f) <= 6
      : (first: number) => ((first >> 1) & 0x3f) < 32 || ((first >> 1) & 0x3f) > 38;
  const units = sampleUnits(Buffer.from(packet.data), 4) ?? [];
  return units.filter((unit) => kept(unit[0] ?? 0)).map((unit) => unit.toString('base64'));
}

function relative(packets: readonly Packet[], times: (packet: Packet) => number): number[] {
  const origin = packets[0]?.ptsTicks ?? 0;
  return packets.map((packet) => times(packet) - origin);
}

/** Not all: the server leaves out one of the last pictures of a file with B-frames. */
const pictures = 24;

const clips = [
  { name: 'plain', codec: 'h264', framesPerSecond: 25 },
  { name: 'reordered-h264', codec: 'h264', framesPerSecond: 10 },
  { name: 'reordered-h265', codec: 'h265', framesPerSecond: 10 },
] as const;

for (const { name, codec, framesPerSecond } of clips) {
  for (const inBand of [false, true]) {
    if (inBand && codec === 'h265') continue;
    const how = inBand ? ', its format only inside the stream' : '';
    test(`the pictures of a camera arrive as they were coded (${name}${how})`, { skip }, async () => {
      const path = join(folder, `${name}.mp4`);
      const file = await media.open({ kind: 'file', path }, signal);
      const wanted = await readPackets(file, pictures);
      await using server = await startRtspServer({ streams: { '/camera': path }, codec, inBand });
      const location = { url: server.url('/camera'), username: null, password: null, timeoutMs: 4000 };
      const input = await openRtsp({ kind: 'rtsp', ...location }, signal);
      const packets = await readPackets(input, pictures);

      assert.deepEqual(
        packets.map((packet) => essence(packet, codec)),
        wanted.map((packet) => essence(packet, codec)),
      );
      assert.deepEqual(
        packets.map(({ keyFrame }) => keyFrame),
        wanted.map(({ keyFrame }) => keyFrame),
      );
      assert.deepEqual([input.init.width, input.init.height], [file.init.width, file.init.height]);
      assert.equal(input.init.codec, file.init.codec);
      assert.equal(input.init.timescale, 90_000);
      assert.equal(input.framesPerSecond, framesPerSecond);
      const shown = (packet: Packet) => packet.ptsTicks;
      const scaled = relative(wanted, shown).map((ticks) => (ticks * 90_000) / file.init.timescale);
      for (const [index, ticks] of relative(packets, shown).entries()) {
        assert.ok(Math.abs(ticks - (scaled[index] ?? Number.NaN)) <= 1, `picture ${index} at ${ticks}`);
      }
      for (const [index, packet] of packets.entries()) {
        assert.ok(packet.dtsTicks <= packet.ptsTicks);
        assert.ok(packet.dtsTicks > (packets[index - 1]?.dtsTicks ?? Number.NEGATIVE_INFINITY));
      }
    });
  }
}
