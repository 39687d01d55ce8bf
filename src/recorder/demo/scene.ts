// The scene: a yard with a house, as a function of time alone. The same second is the same picture, always.

import type { YuvPicture } from '../../core/ports/media.ts';
import { pickets, paintFar, paintFence, rails, streetLane } from './backdrop-far.ts';
import { paintHouse } from './backdrop-house.ts';
import { paintLawn, paintTrunk, paintYard } from './backdrop-yard.ts';
import { canvas } from './canvas.ts';
import { drawCar } from './car.ts';
import { easel } from './easel.ts';
import { sensorNoise } from './grain.ts';
import { drawLeaves } from './leaves.ts';
import { chromaBlue, chromaRed, daySeconds, dayTint, dusk, duskTint, luma, type Rgb, tint } from './light.ts';
import { drawPerson } from './person.ts';
import { drives, driveSeconds, visitor } from './timetable.ts';
import { scan } from './raster.ts';

export { type Visit, visits } from './timetable.ts';

export const sceneWidth = 1280;
export const sceneHeight = 720;

/** Planes of one picture, as the encoder wants them. */
interface Planes {
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

interface Backdrop {
  readonly day: Planes;
  readonly dusk: Planes;
  /** The mix in force, and its depth of dusk. */
  readonly now: Planes;
  depth: number;
  /** How much of each pixel the fence covers, 0 to 255: it stands before the street. */
  readonly fence: Uint8Array;
  readonly noise: Int8Array;
}

let prepared: Backdrop | null = null;

/**
 * Draws the scene at `seconds` into `picture`, which is 1280×720. The first call paints the backdrop (about half
 * a second); it is kept, because every picture begins with it.
 */
export function drawScene(seconds: number, picture: YuvPicture): void {
  prepared ??= prepare();
  const backdrop = prepared;
  const depth = dusk(seconds);
  if (depth !== backdrop.depth) relight(backdrop, depth);
  const noiseAt = (Math.round(seconds * 1000) * 7919) & (backdrop.noise.length - 1);
  copyWithNoise(backdrop.now.y, picture.y, backdrop.noise, noiseAt);
  picture.u.set(backdrop.now.u);
  picture.v.set(backdrop.now.v);
  const target = canvas(picture, tint(depth), backdrop.noise, noiseAt);
  const passing = passingCar(seconds);
  if (passing !== null) {
    drawCar(target, passing.place, passing.colour);
    restoreFence(picture, backdrop, passing.place.x, passing.place.length);
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

function prepare(): Backdrop {
  const board = easel(sceneWidth, sceneHeight);
  paintFar(board);
  paintLawn(board);
  paintFence(board);
  paintYard(board);
  paintHouse(board);
  paintTrunk(board);
  const fence = new Uint8Array(sceneWidth * sceneHeight);
  for (const path of [...rails, ...pickets(), [716, 0, 1280, 0, 1280, 480, 716, 480]]) {
    scan(path, sceneWidth, sceneHeight, (y, from, to, coverage) => {
      for (let x = from; x < to; x += 1) {
        const index = y * sceneWidth + x;
        fence[index] = Math.max(fence[index] ?? 0, (coverage[x] ?? 0) * 255);
      }
    });
  }
  return {
    day: toPlanes(board.colour, board.glow, dayTint, 0),
    dusk: toPlanes(board.colour, board.glow, duskTint, 1),
    now: emptyPlanes(),
    depth: -1,
    fence,
    noise: sensorNoise(),
  };
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
      planes.y[pixel] = Math.round(luma(rgb));
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

function copyWithNoise(from: Uint8Array, to: Uint8Array, noise: Int8Array, noiseAt: number): void {
  const mask = noise.length - 1;
  // Luma lies between 16 and 235, and the noise within ±4: it cannot overflow.
  for (let index = 0; index < from.length; index += 1) {
    to[index] = (from[index] ?? 0) + (noise[(index + noiseAt) & mask] ?? 0);
  }
}

function restoreFence(picture: YuvPicture, backdrop: Backdrop, x: number, length: number): void {
  const [left, right] = [Math.max(0, Math.floor(x - length)), Math.min(sceneWidth, Math.ceil(x + length))];
  for (let row = streetLane - 90; row < streetLane + 20; row += 1) {
    for (let column = left; column < right; column += 1) {
      const index = row * sceneWidth + column;
      const share = (backdrop.fence[index] ?? 0) / 255;
      if (share === 0) continue;
      const old = picture.y[index] ?? 0;
      picture.y[index] = old + ((backdrop.now.y[index] ?? 0) - old) * share;
      if (((row | column) & 1) !== 0) continue;
      const chroma = (row / 2) * (sceneWidth / 2) + column / 2;
      const [oldBlue, oldRed] = [picture.u[chroma] ?? 0, picture.v[chroma] ?? 0];
      picture.u[chroma] = oldBlue + ((backdrop.now.u[chroma] ?? 0) - oldBlue) * share;
      picture.v[chroma] = oldRed + ((backdrop.now.v[chroma] ?? 0) - oldRed) * share;
    }
  }
}
