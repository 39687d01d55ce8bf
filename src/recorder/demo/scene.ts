// The scene: a yard with a house, as a function of time alone. The same second is the same picture, always.

import { setImmediate } from 'node:timers/promises';
import type { YuvPicture } from '../../core/ports/media.ts';
import { pickets, paintFar, paintFence, rails, streetLane } from './backdrop-far.ts';
import { houseOutline, paintHouse } from './backdrop-house.ts';
import { paintLawn, paintTrunk, paintYard, trunk } from './backdrop-yard.ts';
import { canvas } from './canvas.ts';
import { drawCar } from './car.ts';
import { easel } from './easel.ts';
import { noiseMiddle, sensorNoise } from './grain.ts';
import { drawLeaves, paintStillLeaves } from './leaves.ts';
import { chromaBlue, chromaRed, daySeconds, dayTint, dusk, duskTint, luma, type Rgb, tint } from './light.ts';
import { drawPerson } from './person.ts';
import { drives, driveSeconds, visitor } from './timetable.ts';
import { scan } from './raster.ts';

export { type Visit, visits } from './timetable.ts';

export const sceneWidth = 1280;
export const sceneHeight = 720;

/** Planes of one picture, as the encoder wants them. */
interface Planes {
  /** Less the middle of the noise, which is added to every picture. */
  readonly y: Uint8Array<ArrayBuffer>;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

interface Backdrop {
  readonly day: Planes;
  readonly dusk: Planes;
  /** The mix in force, and its depth of dusk. */
  readonly now: Planes;
  depth: number;
  /** How much of each pixel is covered by what stands before the street, 0 to 255. */
  readonly front: Uint8Array;
  readonly noise: Uint8Array<ArrayBuffer>;
}

let prepared: Backdrop | null = null;

/** Paints the backdrop, half a second of work, without keeping anything else waiting for long. */
export async function prepareScene(): Promise<void> {
  const painting = prepare();
  while (prepared === null) {
    const step = painting.next();
    if (step.done === true) prepared = step.value;
    else await setImmediate();
  }
}

function prepareNow(): Backdrop {
  const painting = prepare();
  for (;;) {
    const step = painting.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Draws the scene at `seconds` into `picture`, which is 1280×720. Its planes lie at multiples of four bytes.
 * Without `prepareScene` before it, the first call takes half a second longer.
 */
export function drawScene(seconds: number, picture: YuvPicture): void {
  prepared ??= prepareNow();
  const backdrop = prepared;
  const depth = dusk(seconds);
  if (depth !== backdrop.depth) relight(backdrop, depth);
  const noiseAt = (Math.round(seconds * 1000) * 7919 * 4) & (backdrop.noise.length - 1);
  copyWithNoise(backdrop.now.y, picture.y, backdrop.noise, noiseAt);
  picture.u.set(backdrop.now.u);
  picture.v.set(backdrop.now.v);
  const target = canvas(picture, tint(depth), backdrop.noise, noiseAt);
  const passing = passingCar(seconds);
  if (passing !== null) {
    drawCar(target, passing.place, passing.colour);
    restoreFront(picture, backdrop, passing.place.x, passing.place.length);
  }
  const guest = visitor(seconds);
  if (guest !== null) drawPerson(target, guest.pose, guest.look);
  drawLeaves(target, seconds);
}

function passingCar(seconds: number) {
  const time = ((seconds % daySeconds) + daySeconds) % daySeconds;
  const drive = drives.find(({ at }) => time >= at && time < at + driveSeconds);
  if (drive === undefined) return null;
  const [length, from, to] = [196, -120, 860];
  const share = (time - drive.at) / driveSeconds;
  const x = drive.direction === 1 ? from + (to - from) * share : to - (to - from) * share;
  return {
    colour: drive.colour,
    place: { x, y: streetLane, length, direction: drive.direction, roll: (x - from) / (length * 0.07) },
  };
}

/** Paints the backdrop in steps of at most a tenth of a second. */
function* prepare(): Generator<void, Backdrop> {
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

function relight(backdrop: Backdrop, depth: number): void {
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
function copyWithNoise(
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

/** What stands before the street is put back over the car. */
function restoreFront(picture: YuvPicture, backdrop: Backdrop, x: number, length: number): void {
  const [left, right] = [Math.max(0, Math.floor(x - length)), Math.min(sceneWidth, Math.ceil(x + length))];
  for (let row = streetLane - 90; row < streetLane + 20; row += 1) {
    for (let column = left; column < right; column += 1) {
      const index = row * sceneWidth + column;
      const share = (backdrop.front[index] ?? 0) / 255;
      if (share === 0) continue;
      const old = picture.y[index] ?? 0;
      picture.y[index] = old + ((backdrop.now.y[index] ?? 0) + noiseMiddle - old) * share;
      if (((row | column) & 1) !== 0) continue;
      const chroma = (row / 2) * (sceneWidth / 2) + column / 2;
      const [oldBlue, oldRed] = [picture.u[chroma] ?? 0, picture.v[chroma] ?? 0];
      picture.u[chroma] = oldBlue + ((backdrop.now.u[chroma] ?? 0) - oldBlue) * share;
      picture.v[chroma] = oldRed + ((backdrop.now.v[chroma] ?? 0) - oldRed) * share;
    }
  }
}
