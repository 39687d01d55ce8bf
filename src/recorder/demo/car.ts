// Cars: one that is parked, and one that passes, from the side.

import { type Rgb, times } from './light.ts';
import type { Path } from './raster.ts';
import { ellipse, placed, smooth } from './shapes.ts';

/** Whoever fills paths: the easel for the parked car, the canvas for the passing one. */
export interface CarPainter {
  fill(path: Path, colour: Rgb, opacity?: number): void;
}

export interface CarPlace {
  /** Middle of the car and the ground below it, in pixels. */
  readonly x: number;
  readonly y: number;
  readonly length: number;
  /** 1 drives to the right. */
  readonly direction: 1 | -1;
  /** How far the wheels have turned, in radians. */
  readonly roll: number;
}

/** In car lengths, the front to the right, y down from the roof. */
const bodyShape: Path = [
  -0.485, -0.1, -0.49, -0.17, -0.47, -0.225, -0.36, -0.25, -0.26, -0.335, -0.2, -0.352, 0.02, -0.352, 0.09,
  -0.33, 0.2, -0.24, 0.4, -0.21, 0.465, -0.18, 0.488, -0.13, 0.484, -0.085, 0.465, -0.062, 0.4, -0.058, 0,
  -0.056, -0.4, -0.058, -0.468, -0.066,
];
const rearWindow: Path = [-0.33, -0.245, -0.245, -0.325, -0.1, -0.332, -0.1, -0.24];
const frontWindow: Path = [-0.075, -0.24, -0.075, -0.332, 0.015, -0.33, 0.075, -0.31, 0.155, -0.236];
const wheels = [-0.31, 0.305] as const;

export function drawCar(painter: CarPainter, place: CarPlace, colour: Rgb): void {
  const { x, y, length, direction } = place;
  const at = (path: Path) => placed(path, length * direction, length, x, y);
  painter.fill(ellipse(x, y - 0.005 * length, length * 0.53, length * 0.035), [30, 32, 34], 0.55);
  painter.fill(at(smooth(bodyShape, 4)), colour);
  // Light on the bonnet and shoulder line, shadow on the sill.
  painter.fill(
    at([-0.47, -0.222, -0.36, -0.245, 0.2, -0.235, 0.4, -0.208, 0.42, -0.196, -0.47, -0.205]),
    times(colour, 1.22),
    0.7,
  );
  painter.fill(
    at([-0.48, -0.11, 0.482, -0.11, 0.472, -0.066, 0.45, -0.06, -0.45, -0.06, -0.474, -0.072]),
    times(colour, 0.62),
    0.8,
  );
  for (const glass of [rearWindow, frontWindow]) {
    painter.fill(at(glass), [46, 56, 66]);
    painter.fill(
      at(glass.map((value, index) => (index % 2 === 0 ? value * 0.96 + 0.008 : value - 0.01))),
      [92, 112, 128],
      0.45,
    );
  }
  const seam = times(colour, 0.6);
  painter.fill(at([-0.09, -0.235, -0.084, -0.235, -0.084, -0.09, -0.09, -0.09]), seam, 0.8);
  painter.fill(at([0.148, -0.225, 0.153, -0.225, 0.14, -0.09, 0.134, -0.09]), seam, 0.8);
  painter.fill(at([-0.06, -0.2, -0.015, -0.2, -0.015, -0.192, -0.06, -0.192]), [208, 210, 212]);
  painter.fill(at([0.43, -0.185, 0.48, -0.16, 0.485, -0.14, 0.425, -0.15]), [238, 236, 214]);
  painter.fill(at([-0.493, -0.195, -0.465, -0.2, -0.462, -0.15, -0.494, -0.15]), [166, 34, 30]);
  for (const wheel of wheels)
    drawWheel(painter, x + wheel * length * direction, y - 0.068 * length, length, place);
}

function drawWheel(painter: CarPainter, x: number, y: number, length: number, place: CarPlace): void {
  painter.fill(ellipse(x, y - 0.004 * length, length * 0.088, length * 0.088), [20, 20, 22], 0.9);
  painter.fill(ellipse(x, y, length * 0.07, length * 0.07), [34, 34, 36]);
  painter.fill(ellipse(x, y, length * 0.045, length * 0.045), [172, 176, 180]);
  for (let spoke = 0; spoke < 5; spoke += 1) {
    const angle = place.roll * place.direction + (spoke / 5) * 2 * Math.PI;
    const [dx, dy] = [Math.cos(angle) * length * 0.028, Math.sin(angle) * length * 0.028];
    painter.fill(ellipse(x + dx, y + dy, length * 0.012, length * 0.012), [70, 72, 76]);
  }
}
