// The yard: lawn, the walk of flagstones, the drive with the parked car, the tree's trunk and shade.

import { drawCar } from './car.ts';
import { type Easel, rough } from './easel.ts';
import { bumps, fractal, seeded } from './grain.ts';
import { mixRgb, type Rgb, times } from './light.ts';
import { ellipse, limb, rectangle, smooth } from './shapes.ts';

/** The eye stands above the yard: a row y lies `depth(y)` away, so that textures grow towards the viewer. */
const vanishing = 190;
const depth = (y: number) => 170 / Math.max(20, y - vanishing);

export function paintYard(easel: Easel): void {
  paintDrive(easel);
  paintWalk(easel);
}

export function paintLawn(easel: Easel): void {
  const lawn = rectangle(0, 326, easel.width, easel.height);
  easel.fill(lawn, (x, y) => {
    const away = depth(y);
    const [u, v] = [(x - 640) * away, away * 900];
    const patches = fractal(u / 90, v / 90, 4);
    const blades = fractal(u / 4, v / 12, 2);
    const dry: Rgb = [142, 148, 84];
    const fresh: Rgb = [86, 122, 58];
    const mown = 1 + 0.05 * Math.sign(Math.sin(u / 34 + v / 90));
    return times(mixRgb(fresh, dry, Math.max(0, patches - 0.38) * 1.3), (0.72 + 0.5 * blades) * mown);
  });
  const draw = seeded(77);
  for (let tuft = 0; tuft < 260; tuft += 1) {
    const x = draw() * easel.width;
    const y = 392 + draw() * 330;
    const length = 0.7 / depth(y);
    const tone = 0.7 + draw() * 0.5;
    easel.fill(
      [x - length, y, x + (draw() - 0.5) * 3, y - 5 * length, x + length, y],
      [80 * tone, 118 * tone, 52 * tone],
      0.6,
    );
  }
}

function paintDrive(easel: Easel): void {
  const drive = [-80, 396, 120, 390, 420, 392, 512, 428, 548, 500, 500, 540, 240, 550, -80, 548];
  easel.fill(
    smoothEdges(drive),
    rough([150, 144, 134], (x, y) => {
      const away = depth(y);
      return 0.82 + 0.34 * fractal(((x - 640) * away) / 3, (away * 900) / 6, 3);
    }),
  );
  easel.soften(270, 486, 240, 34, [26, 28, 28], 0.75);
  const place = { x: 268, y: 490, length: 372, direction: 1, roll: 0.4 } as const;
  drawCar(
    { fill: (path, colour, opacity) => easel.fill(path, shaded(colour), opacity) },
    place,
    [96, 118, 138],
  );
}

/** Paint reflects the sky above and the ground below. */
function shaded(colour: Rgb) {
  return (_x: number, y: number): Rgb =>
    times(colour, 1.12 - Math.max(0, Math.min(1, (y - 350) / 140)) * 0.34);
}

function smoothEdges(path: readonly number[]): readonly number[] {
  return smooth(path, 6);
}

function paintWalk(easel: Easel): void {
  const toDoor = smooth(
    [946, 468, 1040, 468, 1030, 520, 1000, 572, 968, 600, 820, 600, 880, 560, 930, 512],
    6,
  );
  const across = [-10, 590, 400, 586, 900, 588, 1290, 592, 1290, 690, 900, 694, 400, 692, -10, 686];
  const stone = (x: number, y: number): Rgb => {
    const away = depth(y);
    const [u, v] = [(x - 640) * away, away * 900];
    const row = Math.floor(v / 27);
    const column = Math.floor((u + row * 23) / 46);
    const inRow = v - row * 27;
    const inColumn = u + row * 23 - column * 46;
    const joint = inRow < 1.8 || inColumn < 1.5;
    const tone = 0.86 + 0.2 * bumps(column * 3.7, row * 5.1) + 0.14 * (fractal(u / 5, v / 5, 3) - 0.5);
    return joint ? [112, 112, 92] : [184 * tone, 176 * tone, 162 * tone];
  };
  for (const path of [toDoor, across]) {
    easel.fill(
      path.map((value, index) => (index % 2 === 0 ? value : value + 5)),
      [72, 84, 50],
      0.6,
    );
    easel.fill(path, stone);
  }
}

/** The trunk's outline: it also hides the car that passes behind it. */
export const trunk = smooth(
  [58, 416, 70, 330, 68, 230, 60, 150, 96, 150, 100, 230, 104, 330, 122, 418, 100, 410, 84, 420],
  6,
);

/** The trunk stands before fence and street; its crown of moving leaves is painted per picture. */
export function paintTrunk(easel: Easel): void {
  easel.soften(120, 420, 170, 26, [34, 46, 26], 0.6);
  const bark = (x: number, y: number): Rgb => {
    const round = 1.1 - Math.abs((x - 84) / 34) * 0.4 - Math.max(0, (x - 84) / 70);
    return times([104, 84, 64], round * (0.7 + 0.6 * fractal(x / 3, y / 22, 3)));
  };
  easel.fill(trunk, bark);
  easel.fill(limb([78, 240, 12], [150, 140, 6]), bark);
  easel.fill(limb([80, 230, 10], [18, 150, 5]), bark);
  easel.fill(ellipse(92, 300, 5, 9), [70, 56, 42]);
}
