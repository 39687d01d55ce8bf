// The clips that benchmark cameras play, drawn and encoded once and kept among the temporary files.

import { existsSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { avMedia } from '../src/adapters/av/media.ts';
import { type Sample, trackIdOf, writeFragment } from '../src/core/footage/cmaf.ts';
import { silentLog } from '../src/core/ports/log.ts';
import type { EncoderOptions, YuvPicture } from '../src/core/ports/media.ts';
import { drawScene, visits } from '../src/recorder/demo/scene.ts';
import { emptyPicture } from '../test/servers/clip.ts';

const folder = join(tmpdir(), 'vedette-bench-clips-3');

interface Clip extends EncoderOptions {
  readonly name: string;
  /** Seconds that are drawn; repeated until the clip is long enough. */
  readonly seconds: number;
  readonly draw: (index: number, picture: YuvPicture) => void;
}

const substream = {
  width: 640,
  height: 360,
  framesPerSecond: 5,
  framesPerKeyFrame: 10,
  bitsPerSecond: 400_000,
} as const;

/** 1080p25, 4 Mbit/s, a key frame every 2 s: what a camera's main stream is. */
export function mainClip(minutes = 2): Promise<string> {
  return makeClip(
    {
      name: 'main',
      width: 1920,
      height: 1080,
      framesPerSecond: 25,
      framesPerKeyFrame: 50,
      bitsPerSecond: 4_000_000,
      seconds: 20,
      draw: noise(),
    },
    minutes,
  );
}

/**
 * 640×360 at 5 fps: the yard with leaves that move, between a car and a visit: nobody to be found. There and back
 * again, because a jump from the end to the beginning is no quiet scene.
 */
export function quietClip(minutes = 2): Promise<string> {
  const [, second] = visits(0, 120);
  const until = (second?.startSeconds ?? 93) - 2;
  const oneWay = 28;
  const at = (index: number) => until - Math.abs(oneWay - index / substream.framesPerSecond);
  return makeClip({ ...substream, name: 'quiet', seconds: 2 * oneWay, draw: scene(at) }, minutes);
}

/** 640×360 at 5 fps: the yard with somebody in it all the time. */
export function peopleClip(minutes = 2): Promise<string> {
  const [first] = visits(0, 120);
  if (first === undefined) throw new Error('The demo scene has no visit.');
  const seconds = Math.floor(first.endSeconds - first.startSeconds) - 4;
  return makeClip(
    { ...substream, name: 'people', seconds, draw: scene((index) => first.startSeconds + 2 + index / 5) },
    minutes,
  );
}

/** 640×360 at 5 fps: the yard as it is, with its visits. */
export function visitsClip(minutes: number): Promise<string> {
  return makeClip(
    { ...substream, name: 'visits', seconds: minutes * 60, draw: scene((index) => index / 5) },
    minutes,
  );
}

async function makeClip(clip: Clip, minutes: number): Promise<string> {
  const path = join(folder, `${clip.name}-${minutes}.mp4`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const encoder = await avMedia({ log: silentLog }).encoder(clip);
  const picture = emptyPicture(clip.width, clip.height);
  const durationTicks = encoder.init.timescale / clip.framesPerSecond;
  const samples: Sample[] = [];
  for (let index = 0; index < clip.seconds * clip.framesPerSecond; index += 1) {
    clip.draw(index, picture);
    for (const { data, keyFrame } of await encoder.encode(picture)) {
      samples.push({ data, keyFrame, durationTicks, compositionOffsetTicks: 0 });
    }
  }
  encoder.close();
  await write(path, encoder.init.bytes, samples, {
    durationTicks,
    frames: minutes * 60 * clip.framesPerSecond,
  });
  return path;
}

// The same groups of pictures again and again, each with its own time.
async function write(
  path: string,
  init: Uint8Array,
  samples: readonly Sample[],
  length: { durationTicks: number; frames: number },
): Promise<void> {
  const groups: Sample[][] = [];
  for (const sample of samples) {
    if (sample.keyFrame) groups.push([]);
    groups.at(-1)?.push(sample);
  }
  const trackId = trackIdOf(init);
  await using file = await open(`${path}.part`, 'w');
  await file.write(init);
  for (let frames = 0, sequence = 1; frames < length.frames; sequence += 1) {
    const group = groups[(sequence - 1) % groups.length] ?? [];
    const decodeTimeTicks = frames * length.durationTicks;
    await file.write(writeFragment({ trackId, sequence, decodeTimeTicks, samples: group }));
    frames += group.length;
  }
  await rename(`${path}.part`, path);
}

function noise(): Clip['draw'] {
  const length = 1920 * 1080;
  const grain = Uint8Array.from({ length: length + 65_536 }, () => 96 + Math.random() * 48);
  // Three rows of four stand still, as most of a yard does; the fourth is what four megabits are spent on.
  return (index, picture) => {
    if (index === 0) picture.y.set(grain.subarray(0, length));
    const from = (index % 4) * 270 * 1920;
    picture.y.set(grain.subarray((index * 977) % 65_536, ((index * 977) % 65_536) + 270 * 1920), from);
  };
}

function scene(at: (index: number) => number): Clip['draw'] {
  const full = emptyPicture(1280, 720);
  return (index, picture) => {
    drawScene(at(index), full);
    halve(full.y, 1280, picture.y, 640, 360);
    halve(full.u, 640, picture.u, 320, 180);
    halve(full.v, 640, picture.v, 320, 180);
  };
}

function halve(from: Uint8Array, fromWidth: number, to: Uint8Array, width: number, height: number): void {
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = row * 2 * fromWidth + column * 2;
      const sum =
        (from[at] ?? 0) + (from[at + 1] ?? 0) + (from[at + fromWidth] ?? 0) + (from[at + fromWidth + 1] ?? 0);
      to[row * width + column] = (sum + 2) >> 2;
    }
  }
}
