// The person: a figure with joints, clothes and light from the left, drawn from the side or from the front.

import type { Canvas, Paint } from './canvas.ts';
import { type Rgb, times } from './light.ts';
import { bounds, type Path } from './raster.ts';
import { ellipse, limb, placed, smooth } from './shapes.ts';

export interface Look {
  readonly jacket: Rgb;
  readonly trousers: Rgb;
  readonly hair: Rgb;
  readonly skin: Rgb;
  readonly shoes: Rgb;
}

export interface Pose {
  /** Where the feet stand, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Body height in pixels. */
  readonly height: number;
  /** 1 walks to the right, -1 to the left. */
  readonly direction: 1 | -1;
  /** 0 seen from the front, 1 from the side. */
  readonly turn: number;
  /** Of the walk, in radians: 2π is two steps. */
  readonly phase: number;
  /** 0 standing, 1 walking. */
  readonly stride: number;
}

/** Lengths in body heights, of an adult (Drillis and Contini's proportions, rounded). */
const body = {
  shin: 0.235,
  thigh: 0.245,
  upperArm: 0.165,
  forearm: 0.145,
  hip: 0.485,
  shoulder: 0.815,
} as const;

type Joint = readonly [number, number];

interface Leg {
  readonly hip: Joint;
  readonly knee: Joint;
  readonly ankle: Joint;
  /** Angle of the sole, in radians. */
  readonly foot: number;
}

/** How far a walker comes in one turn of the phase, in body heights: it keeps the feet from sliding. */
export const cycleLength = 0.86;

/** Draws the person with its shadow. */
export function drawPerson(target: Canvas, pose: Pose, look: Look): void {
  const { height } = pose;
  const left = legOf(pose, pose.phase, -1);
  const right = legOf(pose, pose.phase + Math.PI, 1);
  const lowest = Math.min(left.ankle[1], right.ankle[1]);
  // The lower foot stands on the ground, whatever the knees do.
  const lift = 0.045 - lowest;
  const at = ([x, y]: Joint): Joint => [pose.x + x * height * pose.direction, pose.y - (y + lift) * height];
  const tools: Tools = { target, at, pose, look, height };

  target.shade(pose.x + 0.05 * height, pose.y + 1, 0.24 * height, 0.045 * height, 0.45);
  const far = pose.turn > 0.5;
  drawArm(tools, pose.phase, 1, far);
  drawLeg(tools, right, far);
  drawLeg(tools, left, false);
  drawTorso(tools);
  drawHead(tools);
  drawArm(tools, pose.phase + Math.PI, -1, false);
}

interface Tools {
  readonly target: Canvas;
  /** Body units (x forwards, y up from the ground) to pixels. */
  readonly at: (joint: Joint) => Joint;
  readonly pose: Pose;
  readonly look: Look;
  readonly height: number;
}

function legOf({ turn, stride }: Pose, phase: number, side: -1 | 1): Leg {
  const swing = 0.44 * Math.sin(phase) * stride * turn;
  const bend = 0.04 + (0.1 + 0.8 * Math.max(0, Math.cos(phase + 0.35))) * stride * turn;
  const apart = 0.052 * side * (1 - turn);
  const hip: Joint = [apart, body.hip];
  const knee: Joint = [
    hip[0] + Math.sin(swing) * body.thigh + apart * 0.2,
    hip[1] - Math.cos(swing) * body.thigh,
  ];
  const shin = swing - bend;
  const ankle: Joint = [
    knee[0] + Math.sin(shin) * body.shin + apart * 0.25,
    knee[1] - Math.cos(shin) * body.shin,
  ];
  return { hip, knee, ankle, foot: (shin + 0.1) * stride * turn };
}

function drawLeg({ target, at, pose, look, height }: Tools, leg: Leg, far: boolean): void {
  const cloth = far ? times(look.trousers, 0.68) : look.trousers;
  const [hip, knee, ankle] = [at(leg.hip), at(leg.knee), at(leg.ankle)];
  drawShoe({ target, at, pose, look, height }, leg, far);
  const width = (share: number) => share * height;
  part(
    target,
    limb([...knee, width(0.042)], [ankle[0], ankle[1] - width(0.012), width(0.036)]),
    cloth,
    height,
  );
  part(target, limb([hip[0], hip[1] - width(0.015), width(0.062)], [...knee, width(0.045)]), cloth, height);
  // A fold behind the knee and a seam: what cloth has and a drawing lacks.
  const fold = times(cloth, 0.72);
  target.fill(ellipse(knee[0], knee[1] + width(0.012), width(0.036), width(0.005), 0.25), fold, 0.6);
  target.fill(ellipse(ankle[0], ankle[1] - width(0.028), width(0.036), width(0.005), -0.15), fold, 0.6);
}

function drawShoe({ target, pose, look, height, at }: Tools, leg: Leg, far: boolean): void {
  const ankle = at(leg.ankle);
  const side: Path = smooth([
    -0.045, -0.018, -0.03, -0.038, 0.02, -0.036, 0.06, -0.008, 0.1, 0.006, 0.105, 0.03, -0.04, 0.032,
  ]);
  const front: Path = smooth([-0.03, -0.02, 0.03, -0.02, 0.042, 0.02, 0.03, 0.04, -0.03, 0.04, -0.042, 0.02]);
  const outline = side.map(
    (value, index) => value * pose.turn + frontValue(front, side, index) * (1 - pose.turn),
  );
  const turned = rotated(outline, leg.foot);
  const shoe = placed(turned, height * pose.direction, height, ankle[0], ankle[1] + 0.008 * height);
  part(target, shoe, far ? times(look.shoes, 0.7) : look.shoes, height);
  const soleLine = rotated([-0.04, 0.027, 0.104, 0.027, 0.104, 0.038, -0.04, 0.038], leg.foot);
  if (pose.turn > 0.5) {
    const sole = placed(soleLine, height * pose.direction, height, ankle[0], ankle[1] + 0.008 * height);
    target.fill(sole, [222, 218, 210]);
  }
}

/** The front outline has fewer points than the side one: it is walked through at the same share of its length. */
function frontValue(front: Path, side: Path, index: number): number {
  const share = Math.floor((Math.floor(index / 2) / (side.length / 2)) * (front.length / 2));
  return front[share * 2 + (index % 2)] ?? 0;
}

function drawArm({ target, at, pose, look, height }: Tools, phase: number, side: -1 | 1, far: boolean): void {
  const jacket = far ? times(look.jacket, 0.66) : times(look.jacket, 0.94);
  const swing = -0.42 * Math.sin(phase) * pose.stride * pose.turn;
  const shoulder: Joint = [0.1 * side * (1 - pose.turn), body.shoulder - 0.026];
  const outwards = 0.2 * side * (1 - pose.turn);
  const elbow: Joint = [
    shoulder[0] + Math.sin(swing + outwards) * body.upperArm,
    shoulder[1] - Math.cos(swing) * body.upperArm,
  ];
  const bend = 0.16 + 0.32 * pose.stride * pose.turn;
  const lower = swing + bend * pose.turn - outwards * 0.3;
  const wrist: Joint = [elbow[0] + Math.sin(lower) * body.forearm, elbow[1] - Math.cos(lower) * body.forearm];
  const [from, middle, to] = [at(shoulder), at(elbow), at(wrist)];
  const width = (share: number) => share * height;
  const hand = at([wrist[0] + Math.sin(lower) * 0.035, wrist[1] - 0.035]);
  part(
    target,
    ellipse(hand[0], hand[1], width(0.02), width(0.034), -lower * pose.direction),
    look.skin,
    height,
  );
  part(target, limb([...middle, width(0.03)], [...to, width(0.024)]), jacket, height);
  part(target, limb([...from, width(0.038)], [...middle, width(0.031)]), jacket, height);
  const cuff = times(jacket, 0.6);
  target.fill(
    limb([to[0] - width(0.016), to[1], width(0.009)], [to[0] + width(0.016), to[1], width(0.009)]),
    cuff,
  );
}

function drawTorso({ target, at, pose, look, height }: Tools): void {
  const front = [
    -0.108, 0.79, -0.05, 0.842, 0.05, 0.842, 0.108, 0.79, 0.096, 0.66, 0.092, 0.47, -0.092, 0.47, -0.096,
    0.66,
  ];
  const side = [
    -0.075, 0.79, -0.04, 0.845, 0.035, 0.845, 0.075, 0.78, 0.085, 0.66, 0.075, 0.47, -0.078, 0.47, -0.075,
    0.64,
  ];
  const outline = front.map((value, index) => value + ((side[index] ?? 0) - value) * pose.turn);
  const points = smooth(pixels(outline, at), 4);
  const neck = [at([0.0, 0.83]), at([0.006, 0.87])] as const;
  part(
    target,
    limb([...neck[0], 0.036 * height], [...neck[1], 0.032 * height]),
    times(look.skin, 0.82),
    height,
  );
  part(target, points, look.jacket, height);
  const dark = times(look.jacket, 0.62);
  const line = (a: Joint, b: Joint, width: number, colour: Rgb) =>
    target.fill(limb([...at(a), width * height], [...at(b), width * height]), colour, 0.85);
  // Zip, hem, pocket and collar.
  const zip = pose.turn * 0.062;
  line([zip, 0.83], [zip, 0.48], 0.0035, dark);
  line([-0.083 + pose.turn * 0.015, 0.482], [0.083 - pose.turn * 0.015, 0.482], 0.008, dark);
  line([-0.075 + pose.turn * 0.06, 0.575], [-0.05 + pose.turn * 0.075, 0.53], 0.004, dark);
  line([0.075 - pose.turn * 0.05, 0.575], [0.05 - pose.turn * 0.02, 0.53], 0.004, dark);
  line([-0.045, 0.847], [0.045, 0.843], 0.016, times(look.jacket, 0.8));
}

function drawHead({ target, at, pose, look, height }: Tools): void {
  const { turn } = pose;
  const skull = at([0.012 * turn, 0.934]);
  const width = (share: number) => share * height;
  part(target, ellipse(skull[0], skull[1], width(0.05), width(0.066)), look.skin, height);
  if (turn > 0.3) {
    const profile = pixels(
      [0.05, 0.95, 0.068, 0.92, 0.058, 0.912, 0.06, 0.897, 0.05, 0.875, 0.02, 0.872, 0.02, 0.95],
      at,
    );
    target.fill(smooth(profile, 3), look.skin);
  }
  const hairFront = [
    -0.054, 0.93, -0.054, 0.975, -0.03, 1.002, 0.03, 1.002, 0.054, 0.975, 0.054, 0.93, 0.044, 0.962, 0, 0.972,
    -0.044, 0.962,
  ];
  const hairSide = [
    -0.052, 0.9, -0.056, 0.965, -0.03, 1.004, 0.03, 1.006, 0.062, 0.978, 0.058, 0.958, 0.024, 0.968, 0.0,
    0.945, -0.016, 0.9,
  ];
  const outline = hairFront.map((value, index) => value + ((hairSide[index] ?? 0) - value) * turn);
  part(target, smooth(pixels(outline, at), 4), look.hair, height);
  const ear = at([-0.006 * turn + 0.05 * (1 - turn), 0.928]);
  target.fill(ellipse(ear[0], ear[1], width(0.008), width(0.015)), times(look.skin, 0.8), turn);
  const eyes: readonly Joint[] =
    turn > 0.5
      ? [[0.046, 0.938]]
      : [
          [-0.019, 0.937],
          [0.019, 0.937],
        ];
  for (const eye of eyes) {
    const [x, y] = at(eye);
    target.fill(ellipse(x, y, width(0.0075), width(0.0045)), [38, 28, 26]);
    target.fill(ellipse(x, y - width(0.013), width(0.012), width(0.0028)), times(look.hair, 0.9));
  }
  const nose = at([0.004 + 0.05 * turn, 0.918]);
  target.fill(ellipse(nose[0], nose[1], width(0.006), width(0.01)), times(look.skin, 0.84), 1 - turn);
  const mouth = at([0.044 * turn, 0.897]);
  target.fill(ellipse(mouth[0], mouth[1], width(0.016 - 0.005 * turn), width(0.0035)), [150, 84, 78], 0.9);
}

/** Fills a part of the body with light from the upper left. */
function part(target: Canvas, path: Path, colour: Rgb, height: number): void {
  const { left, right, top } = bounds(path);
  const paint: Paint = {
    from: times(colour, 1.2),
    to: times(colour, 0.62),
    line: [left, top, right, top + 0.04 * height],
  };
  target.fill(path, paint);
}

function pixels(path: Path, at: (joint: Joint) => Joint): Path {
  const result: number[] = [];
  for (let index = 0; index < path.length; index += 2) {
    result.push(...at([path[index] ?? 0, path[index + 1] ?? 0]));
  }
  return result;
}

function rotated(path: Path, angle: number): Path {
  const [cosine, sine] = [Math.cos(-angle), Math.sin(-angle)];
  return path.map((value, index) => {
    const other = path[index % 2 === 0 ? index + 1 : index - 1] ?? 0;
    return index % 2 === 0 ? value * cosine - other * sine : other * sine + value * cosine;
  });
}
