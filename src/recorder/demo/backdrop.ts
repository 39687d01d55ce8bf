// The backdrop: everything that stands still, by day and at dusk, and the mix of both that is in force.

import { paintFar, paintFence, pickets, rails } from './backdrop-far.ts';
import { houseOutline, paintHouse } from './backdrop-house.ts';
import { paintLawn, paintTrunk, paintYard, trunk } from './backdrop-yard.ts';
import { easel } from './easel.ts';
import { noiseMiddle, sensorNoise } from './grain.ts';
import { paintStillLeaves } from './leaves.ts';
import { chromaBlue, chromaRed, dayTint, duskTint, luma, type Rgb } from './light.ts';
import { scan } from './raster.ts';

export const sceneWidth = 1280;
export const sceneHeight = 720;

/** Planes of one picture, as the encoder wants them. */
interface Planes {
  /** Less the middle of the noise, which is added to every picture. */
  readonly y: Uint8Array<ArrayBuffer>;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

export interface Backdrop {
  readonly day: Planes;
  readonly dusk: Planes;
  /** The mix in force, and its depth of dusk. */
  readonly now: Planes;
  depth: number;
  /** How much of each pixel is covered by what stands before the street, 0 to 255. */
  readonly front: Uint8Array;
  readonly noise: Uint8Array<ArrayBuffer>;
}

/** Paints the backdrop in steps of at most a tenth of a second. */
export function* paintBackdrop(): Generator<void, Backdrop> {
  const board = easel(sceneWidth, sceneHeight);
  const steps = [paintFar, paintLawn, paintFence, paintYard, paintHouse, paintTrunk, paintStillLeaves];
  for (const paint of steps) {
    paint(board);
    yield;
  }
  const day = toPlanes(board.colour, board.glow, dayTint, 0);
  yield;
  const night = toPlanes(board.colour, board.glow, duskTint, 1);
  return { day, dusk: night, now: emptyPlanes(), depth: -1, front: frontMask(), noise: sensorNoise() };
}

function frontMask(): Uint8Array {
  const front = new Uint8Array(sceneWidth * sceneHeight);
  for (const path of [...rails, ...pickets(), trunk, houseOutline]) {
    scan(path, sceneWidth, sceneHeight, (y, from, to, coverage) => {
      for (let x = from; x < to; x += 1) {
        const index = y * sceneWidth + x;
        front[index] = Math.max(front[index] ?? 0, (coverage[x] ?? 0) * 255);
      }
    });
  }
  return front;
}

function emptyPlanes(): Planes {
  const size = sceneWidth * sceneHeight;
  return { y: new Uint8Array(size), u: new Uint8Array(size / 4), v: new Uint8Array(size / 4) };
}

function toPlanes(colour: Float32Array, glow: Float32Array, light: Rgb, glowing: number): Planes {
  const planes = emptyPlanes();
  const part = (pixel: number, index: 0 | 1 | 2) => {
    const own = (glow[pixel * 3 + index] ?? 0) * glowing;
    return Math.min(255, (colour[pixel * 3 + index] ?? 0) * light[index] + own * 0.9);
  };
  for (let y = 0; y < sceneHeight; y += 1) {
    for (let x = 0; x < sceneWidth; x += 1) {
      const pixel = y * sceneWidth + x;
      const rgb: Rgb = [part(pixel, 0), part(pixel, 1), part(pixel, 2)];
      planes.y[pixel] = Math.round(luma(rgb)) - noiseMiddle;
      if (((x | y) & 1) !== 0) continue;
      const chroma = (y / 2) * (sceneWidth / 2) + x / 2;
      planes.u[chroma] = Math.round(chromaBlue(rgb));
      planes.v[chroma] = Math.round(chromaRed(rgb));
    }
  }
  return planes;
}

/** Mixes day and dusk anew; 2 ms. */
export function relight(backdrop: Backdrop, depth: number): void {
  const share = Math.round(depth * 256);
  for (const plane of ['y', 'u', 'v'] as const) {
    const [day, night, now] = [backdrop.day[plane], backdrop.dusk[plane], backdrop.now[plane]];
    for (let index = 0; index < now.length; index += 1) {
      const from = day[index] ?? 0;
      now[index] = from + ((((night[index] ?? 0) - from) * share + 128) >> 8);
    }
  }
  backdrop.depth = depth;
}

/** Four pixels at a time: luma lies between 16 and 235 and the noise within ±4, so no byte overflows. */
export function copyWithNoise(
  from: Uint8Array<ArrayBuffer>,
  to: Uint8Array,
  noise: Uint8Array<ArrayBuffer>,
  noiseAt: number,
): void {
  const source = new Uint32Array(from.buffer);
  const grain = new Uint32Array(noise.buffer);
  const target = new Uint32Array(to.buffer, to.byteOffset, to.length / 4);
  const mask = grain.length - 1;
  const at = noiseAt / 4;
  for (let index = 0; index < target.length; index += 1) {
    target[index] = (source[index] ?? 0) + (grain[(index + at) & mask] ?? 0);
  }
}
