// The scene: a yard with a house, as a function of time alone. The same second is the same picture, always.

import { setImmediate } from 'node:timers/promises';
import type { YuvPicture } from '../../core/ports/media.ts';
import { type Backdrop, copyWithNoise, paintBackdrop, relight, sceneWidth } from './backdrop.ts';
import { streetLane } from './backdrop-far.ts';
import { canvas } from './canvas.ts';
import { drawCar } from './car.ts';
import { noiseMiddle } from './grain.ts';
import { drawLeaves } from './leaves.ts';
import { daySeconds, dusk, tint } from './light.ts';
import { drawPerson } from './person.ts';
import { driveSeconds, drives, visitor } from './timetable.ts';

export { type Visit, visits } from './timetable.ts';

let prepared: Backdrop | null = null;

/** Paints the backdrop, half a second of work, without keeping anything else waiting for long. */
export async function prepareScene(): Promise<void> {
  const painting = paintBackdrop();
  while (prepared === null) {
    const step = painting.next();
    if (step.done === true) prepared = step.value;
    else await setImmediate();
  }
}

function prepareNow(): Backdrop {
  const painting = paintBackdrop();
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
