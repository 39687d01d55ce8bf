// The house: wall, roof, door with its lamp, windows, and what grows along it.

import { type Easel, rough, vertical } from './easel.ts';
import { bumps, fractal, seeded } from './grain.ts';
import { type Rgb, times } from './light.ts';
import { ellipse, limb, rectangle } from './shapes.ts';

const wallLeft = 742;
const ground = 470;
const eaves = 128;

/** What the house hides of the street. */
export const houseOutline = rectangle(716, 0, 1280, 480);

export function paintHouse(easel: Easel): void {
  paintWalls(easel);
  paintRoof(easel);
  paintWindow(easel, 1092, 232, 124, 116);
  paintWindow(easel, 792, 236, 92, 108);
  paintDoor(easel, 946, 226);
  paintPlants(easel);
}

function paintWalls(easel: Easel): void {
  const right = easel.width;
  const front = rectangle(wallLeft, eaves - 6, right, ground);
  easel.fill(
    front,
    rough(vertical(front, [222, 208, 182], [206, 190, 162]), (x, y) => {
      const plaster = 0.955 + 0.09 * fractal(x / 7, y / 7, 4);
      const eavesShadow = Math.min(1, 0.62 + Math.max(0, y - eaves) / 70);
      const damp = y > ground - 30 ? 0.93 : 1;
      return plaster * eavesShadow * damp;
    }),
  );
  const corner = [wallLeft, eaves - 6, wallLeft, ground, 716, 452, 716, 150];
  easel.fill(
    corner,
    rough([164, 150, 128], (x, y) => 0.94 + 0.12 * fractal(x / 6, y / 6, 3)),
  );
  // Stones at the foot of the wall.
  for (let x = wallLeft; x < right; x += 44) {
    for (const row of [0, 1]) {
      const left = x + (row === 0 ? 0 : 22) + 1;
      const tone = 0.86 + 0.22 * bumps(x / 13, row * 3.1);
      const stone = rectangle(left, ground - 38 + row * 19, left + 42, ground - 20 + row * 19);
      easel.fill(
        stone,
        rough(times([150, 142, 130], tone), (px, py) => 0.9 + 0.2 * fractal(px / 4, py / 4, 3)),
      );
    }
  }
  const pipe = wallLeft + 13;
  easel.fill(limb([pipe, eaves + 4, 5], [pipe, ground - 4, 5]), (x) =>
    times([196, 188, 176], 1.1 - Math.abs(x - pipe + 2) * 0.06),
  );
}

function paintRoof(easel: Easel): void {
  const right = easel.width;
  const roof = [702, eaves + 6, 792, 8, right, 8, right, eaves + 6];
  easel.fill(roof, (x, y) => {
    const row = Math.floor((y - 8) / 13);
    const column = Math.floor((x + (row % 2) * 10) / 20);
    const tone = 0.84 + 0.26 * bumps(column * 1.7, row * 2.3) + 0.06 * fractal(x / 3, y / 3, 2);
    const lip = (y - 8) % 13 < 2.4 ? 0.68 : 1 - ((y - 8) % 13) * 0.006;
    const seam = (x + (row % 2) * 10) % 20 < 1.6 ? 0.84 : 1;
    const light = tone * lip * seam;
    return [162 * light, 88 * light, 68 * light];
  });
  easel.fill([786, 10, 792, 4, right, 4, right, 12], [128, 72, 58]);
  const gutter = [698, eaves + 4, right, eaves + 4, right, eaves + 15, 702, eaves + 15];
  easel.fill(gutter, vertical(gutter, [206, 202, 194], [120, 116, 110]));
  easel.fill(
    rectangle(1120, 0, 1172, 46),
    rough([142, 84, 68], (x, y) => (y % 9 < 1.5 || (x + Math.floor(y / 9) * 9) % 18 < 1.5 ? 0.78 : 1)),
  );
}

function paintWindow(easel: Easel, x: number, y: number, width: number, height: number): void {
  const shutter: Rgb = [62, 92, 84];
  for (const left of [x - 36, x + width + 6]) {
    easel.fill(rectangle(left, y - 3, left + 30, y + height + 3), (_px, py) =>
      times(shutter, (py - y) % 8 < 2.5 ? 0.68 : 1.04),
    );
    easel.fill(rectangle(left + 26, y - 3, left + 30, y + height + 3), times(shutter, 0.75));
  }
  easel.fill(rectangle(x - 8, y - 8, x + width + 8, y + height + 8), [238, 235, 228]);
  const glass = rectangle(x, y, x + width, y + height);
  easel.fill(glass, (px, py) => {
    const sky = Math.max(0, 1 - (py - y) / height);
    const slant = (px - x) * 0.6 + (py - y) > width * 0.75 ? 0.82 : 1.1;
    const curtain = Math.abs(px - x - width / 2) > width * 0.3 ? 34 : 0;
    return [
      (58 + 44 * sky + curtain) * slant,
      (70 + 56 * sky + curtain) * slant,
      (82 + 66 * sky + curtain) * slant,
    ];
  });
  easel.shine(glass, (px, py) => {
    const curtain = Math.abs(px - x - width / 2) > width * 0.3 ? 0.72 : 1;
    const warm =
      (0.72 + 0.28 * Math.max(0, 1 - Math.hypot(px - x - width / 2, py - y - height * 0.35) / width)) *
      curtain;
    return [214 * warm, 158 * warm, 84 * warm];
  });
  easel.fill(rectangle(x + width / 2 - 3, y, x + width / 2 + 3, y + height), [236, 233, 226]);
  easel.fill(rectangle(x, y + height * 0.42 - 2.5, x + width, y + height * 0.42 + 2.5), [230, 227, 220]);
  easel.fill(
    rectangle(x - 14, y + height + 8, x + width + 14, y + height + 17),
    vertical([0, y + height + 8, 0, y + height + 17], [226, 222, 214], [150, 146, 138]),
  );
  easel.soften(x + width / 2, y + height + 30, width * 0.62, 16, [120, 108, 92], 0.35);
}

function paintDoor(easel: Easel, x: number, y: number): void {
  const [width, bottom] = [94, ground - 22];
  easel.fill(rectangle(x - 12, y - 12, x + width + 12, bottom), [234, 230, 222]);
  easel.fill(rectangle(x, y, x + width, bottom), (px, py) =>
    times([52, 86, 104], 1.08 - 0.2 * ((px - x) / width) - 0.04 * bumps(px / 2, py / 30)),
  );
  for (const [left, top, w, h] of [
    [14, 96, 28, 48],
    [52, 96, 28, 48],
    [14, 154, 28, 50],
    [52, 154, 28, 50],
  ] as const) {
    easel.fill(rectangle(x + left, y + top, x + left + w, Math.min(bottom - 6, y + top + h)), [42, 70, 86]);
    easel.fill(
      rectangle(x + left + 3, y + top + 3, x + left + w - 1, Math.min(bottom - 8, y + top + h - 1)),
      [60, 98, 116],
    );
  }
  const pane = rectangle(x + 16, y + 16, x + width - 16, y + 82);
  easel.fill(pane, vertical(pane, [112, 130, 142], [66, 80, 92]));
  easel.shine(pane, [196, 144, 78]);
  easel.fill(rectangle(x + width / 2 - 2, y + 16, x + width / 2 + 2, y + 82), [46, 78, 94]);
  easel.fill(ellipse(x + width - 11, y + 128, 4.5, 4.5), [206, 178, 98]);
  easel.fill(
    [x - 40, bottom, x + width + 40, bottom, x + width + 46, bottom + 12, x - 46, bottom + 12],
    [186, 182, 174],
  );
  easel.fill(
    [x - 46, bottom + 12, x + width + 46, bottom + 12, x + width + 46, bottom + 24, x - 46, bottom + 24],
    [146, 142, 134],
  );
  // The lamp beside the door and its light on wall and step.
  const [lampX, lampY] = [x + width + 34, y + 22];
  const pool = ellipse(lampX, lampY + 40, 128, 150);
  easel.shine(pool, (px, py) => {
    const strength = Math.max(0, 1 - Math.hypot((px - lampX) / 128, (py - lampY - 40) / 150)) ** 1.6;
    return [128 * strength, 92 * strength, 46 * strength];
  });
  easel.fill(
    [lampX - 11, lampY - 15, lampX + 11, lampY - 15, lampX + 6, lampY - 24, lampX - 6, lampY - 24],
    [44, 44, 46],
  );
  easel.fill(rectangle(lampX - 9, lampY - 15, lampX + 9, lampY + 13), [236, 224, 190]);
  easel.shine(rectangle(lampX - 9, lampY - 15, lampX + 9, lampY + 13), [246, 216, 150]);
  easel.fill(rectangle(lampX - 11, lampY + 13, lampX + 11, lampY + 18), [44, 44, 46]);
}

function paintPlants(easel: Easel): void {
  const draw = seeded(5);
  easel.soften(1010, ground + 6, 330, 20, [52, 62, 40], 0.5);
  for (let bush = 0; bush < 26; bush += 1) {
    const x = bush < 9 ? wallLeft + 18 + draw() * 128 : 1098 + draw() * 190;
    const radius = 15 + draw() * 16;
    const y = ground + 4 - radius * 0.5 + draw() * 8;
    const tone = 0.75 + draw() * 0.5;
    easel.fill(
      ellipse(x, y, radius * 1.15, radius),
      rough(
        [64 * tone, 98 * tone, 52 * tone],
        (px, py) => 0.62 + 0.74 * fractal(px / 3.4, py / 3.4, 2) - (py - y) / 90,
      ),
    );
  }
  for (let flower = 0; flower < 90; flower += 1) {
    const x = flower < 34 ? wallLeft + 18 + draw() * 132 : 1094 + draw() * 186;
    const y = ground - 24 + draw() * 36;
    const colours: readonly Rgb[] = [
      [214, 88, 96],
      [232, 206, 96],
      [224, 224, 236],
      [178, 108, 178],
    ];
    easel.fill(ellipse(x, y, 2.6, 2.2), colours[flower % colours.length] ?? [255, 255, 255]);
  }
}
