// The backdrop behind the fence: sky, hills, the houses over the way, the street.

import { type Easel, rough, vertical } from './easel.ts';
import { bumps, fractal, seeded } from './grain.ts';
import { mixRgb, type Rgb } from './light.ts';
import type { Path } from './raster.ts';
import { ellipse, rectangle, smooth } from './shapes.ts';

export const horizon = 214;
/** Rows between which the street runs; the passing car's wheels stand on `streetLane`. */
export const streetLane = 296;

export function paintFar(easel: Easel): void {
  paintSky(easel);
  paintHills(easel);
  paintNeighbours(easel);
  paintStreet(easel);
}

function paintSky(easel: Easel): void {
  const sky = rectangle(0, 0, easel.width, horizon + 20);
  const blue = vertical(sky, [104, 152, 208], [206, 222, 232]);
  easel.fill(sky, (x, y) => {
    const depth = 1 - y / 420;
    const cloud = fractal(x / (250 * depth) + 3, (y * 2.6) / (220 * depth), 5);
    const cover = Math.min(1, Math.max(0, (cloud - 0.5) * 4.2));
    const light: Rgb = [246, 246, 245];
    const shade: Rgb = [206, 213, 222];
    const inner = fractal(x / 130, y / 60 + 9, 4);
    return mixRgb(blue(x, y), mixRgb(light, shade, inner), cover * 0.88);
  });
  // The last light of the evening over the hills.
  easel.shine(sky, (x, y) => {
    const low = Math.max(0, (y - 60) / (horizon - 60)) ** 2;
    const side = Math.max(0, 1 - Math.abs(x - 470) / 900);
    return [96 * low * side, 44 * low * side, 14 * low * side];
  });
}

function paintHills(easel: Easel): void {
  const layers: readonly { base: number; rise: number; scale: number; colour: Rgb }[] = [
    { base: 196, rise: 34, scale: 260, colour: [138, 158, 170] },
    { base: 206, rise: 30, scale: 150, colour: [112, 138, 128] },
    { base: 220, rise: 34, scale: 46, colour: [74, 104, 72] },
  ];
  for (const [index, { base, rise, scale, colour }] of layers.entries()) {
    const path: number[] = [0, horizon + 40];
    for (let x = 0; x <= easel.width; x += 4) {
      path.push(x, base - rise * fractal(x / scale + index * 31, index * 7.7, index === 2 ? 5 : 3));
    }
    path.push(easel.width, horizon + 40);
    easel.fill(
      path,
      rough(colour, (x, y) => 0.82 + 0.36 * fractal(x / 9, y / 7, 3)),
    );
  }
}

function paintNeighbours(easel: Easel): void {
  const houses: readonly { x: number; width: number; wall: Rgb; roof: Rgb }[] = [
    { x: 318, width: 92, wall: [206, 196, 176], roof: [124, 78, 62] },
    { x: 560, width: 110, wall: [188, 184, 178], roof: [92, 88, 92] },
  ];
  for (const { x, width, wall, roof } of houses) {
    const top = horizon - 26;
    easel.fill(rectangle(x, top, x + width, horizon + 26), wall);
    easel.fill(
      [x - 8, top, x + 14, top - 26, x + width - 14, top - 26, x + width + 8, top],
      vertical([0, top - 26, 0, top], roof, [roof[0] * 0.8, roof[1] * 0.8, roof[2] * 0.8]),
    );
    for (const offset of [0.16, 0.44, 0.72]) {
      const window = rectangle(x + width * offset, top + 12, x + width * (offset + 0.13), top + 28);
      easel.fill(window, [86, 98, 108]);
      if (offset !== 0.44) easel.shine(window, [196, 150, 80], 0.8);
    }
  }
  const draw = seeded(21);
  for (let bush = 0; bush < 60; bush += 1) {
    const x = draw() * easel.width;
    const radius = 9 + draw() * 13;
    const tone = 0.75 + draw() * 0.4;
    const colour: Rgb = [70 * tone, 96 * tone, 58 * tone];
    easel.fill(
      ellipse(x, 246 - radius * 0.4, radius * 1.3, radius),
      rough(colour, (px, py) => 0.7 + 0.6 * fractal(px / 4, py / 4, 2)),
    );
  }
}

function paintStreet(easel: Easel): void {
  const pavement = rectangle(0, 248, easel.width, 262);
  easel.fill(
    pavement,
    rough([168, 164, 156], (x, y) => 0.93 + 0.14 * bumps(x / 3, y)),
  );
  easel.fill(rectangle(0, 260, easel.width, 263), [128, 126, 122]);
  const road = rectangle(0, 263, easel.width, 316);
  easel.fill(
    road,
    rough(
      vertical(road, [104, 106, 110], [118, 119, 121]),
      (x, y) => 0.92 + 0.16 * fractal(x / 5, y / 1.5, 2),
    ),
  );
  for (let x = 20; x < easel.width; x += 120) {
    easel.fill([x, 284, x + 56, 284, x + 58, 287, x + 1, 287], [206, 204, 196], 0.85);
  }
  easel.fill(
    rectangle(0, 312, easel.width, 330),
    rough([158, 154, 146], (x, y) => 0.92 + 0.16 * bumps(x / 3, y)),
  );
}

/** The pickets, as one outline each: they are painted again over the car that passes behind them. */
export function pickets(): readonly Path[] {
  const list: Path[] = [];
  for (let x = -6; x < 742; x += 21) {
    const lean = (bumps(x / 9, 3) - 0.5) * 2;
    list.push([x, 376, x + lean, 292, x + 6.5 + lean, 283, x + 13 + lean, 292, x + 13, 376]);
  }
  return list;
}

export const rails: readonly Path[] = [rectangle(0, 306, 742, 315), rectangle(0, 348, 742, 357)];

export function paintFence(easel: Easel): void {
  easel.soften(380, 384, 470, 20, [38, 52, 30], 0.45);
  for (const rail of rails) easel.fill(rail, vertical(rail, [206, 200, 188], [158, 152, 142]));
  for (const picket of pickets()) {
    const x = picket[0] ?? 0;
    const tone = 0.95 + 0.08 * bumps(x, 5);
    easel.fill(picket, (px, py) => {
      const across = (px - x) / 13;
      const worn = 0.94 + 0.1 * fractal(px / 2.2, py / 26, 3) - (py > 366 ? 0.12 : 0);
      const light = (1.06 - 0.26 * across) * tone * worn;
      return [230 * light, 226 * light, 216 * light];
    });
  }
}

/** A round crown of leaves for what does not move. */
export function crown(x: number, y: number, radius: number): Path {
  const draw = seeded(Math.round(x * 7 + y));
  const points: number[] = [];
  for (let corner = 0; corner < 18; corner += 1) {
    const turn = (corner / 18) * 2 * Math.PI;
    const length = radius * (0.84 + draw() * 0.28);
    points.push(x + Math.cos(turn) * length, y + Math.sin(turn) * length * 0.86);
  }
  return smooth(points);
}
