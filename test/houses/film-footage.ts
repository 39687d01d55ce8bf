// Footage with real pictures in a house of the HTTP edge, and what a player makes of a file.

import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { avMedia } from '../../src/adapters/av/media.ts';
import { type Sample, trackIdOf, writeFragment } from '../../src/core/footage/cmaf.ts';
import type { InitSegment } from '../../src/core/footage/recording.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import type { Picture } from '../../src/core/ports/media.ts';
import type { Camera } from '../../src/core/site/camera.ts';
import { type ClipOptions, drawSquare, emptyPicture } from '../servers/clip.ts';
import { type House, record } from './http.ts';

export const filmFramesPerSecond = 10;

/** Stores a recording with one fragment a second of pictures that can be decoded. */
export async function recordFilm(
  house: House,
  camera: Camera,
  startAt: number,
  seconds: number,
  { width = 320, height = 180, draw = drawSquare }: Pick<ClipOptions, 'width' | 'height' | 'draw'> = {},
) {
  const { init, fragments } = await film(seconds, width, height, draw);
  return record(house, camera, startAt, seconds, init, (index) => fragments[index] ?? Buffer.alloc(0));
}

async function film(
  seconds: number,
  width: number,
  height: number,
  draw: NonNullable<ClipOptions['draw']>,
): Promise<{ init: InitSegment; fragments: Buffer[] }> {
  const encoder = await avMedia({ log: silentLog }).encoder({
    width,
    height,
    framesPerSecond: filmFramesPerSecond,
    framesPerKeyFrame: filmFramesPerSecond,
    bitsPerSecond: 1_000_000,
  });
  const { init } = encoder;
  const picture = emptyPicture(width, height);
  const samples: Sample[] = [];
  for (let index = 0; index < seconds * filmFramesPerSecond; index += 1) {
    draw(index, picture);
    const packets = await encoder.encode(picture);
    samples.push(
      ...packets.map(({ data, keyFrame }) => ({
        data,
        durationTicks: init.timescale / filmFramesPerSecond,
        compositionOffsetTicks: 0,
        keyFrame,
      })),
    );
  }
  encoder.close();
  const fragments = Array.from({ length: seconds }, (_, index) =>
    Buffer.from(
      writeFragment({
        trackId: trackIdOf(init.bytes),
        sequence: index + 1,
        decodeTimeTicks: index * init.timescale,
        samples: samples.slice(index * filmFramesPerSecond, (index + 1) * filmFramesPerSecond),
      }),
    ),
  );
  return { init, fragments };
}

/** What our own media port makes of a file: times of its packets in ms, and what `look` sees in each picture. */
export async function watched<T>(
  file: Uint8Array,
  look: (picture: Picture) => Promise<T> | T,
): Promise<{ readonly timesMs: readonly number[]; readonly seen: readonly T[] }> {
  const path = join(tmpdir(), `vedette-clip-${crypto.randomUUID()}.mp4`);
  await writeFile(path, file);
  const media = avMedia({ log: silentLog });
  const input = await media.open({ kind: 'file', path }, AbortSignal.timeout(10_000));
  const decoder = await input.decoder({ keyFramesOnly: false });
  const timesMs: number[] = [];
  const seen: T[] = [];
  const show = async (pictures: readonly Picture[]) => {
    for (const picture of pictures) {
      seen.push(await look(picture));
      picture.release();
    }
  };
  try {
    for (let packet = await input.read(); packet !== null; packet = await input.read()) {
      timesMs.push((packet.ptsTicks * 1000) / input.init.timescale);
      await show(await decoder.decode(packet));
    }
    await show(await decoder.drain());
  } finally {
    decoder.close();
    await input.close();
    await rm(path, { force: true });
  }
  return { timesMs, seen };
}
