// The timetable: who comes when. It repeats with the day, so the first minutes are like all others.

import { daySeconds, type Rgb } from './light.ts';
import type { Look, Pose } from './person.ts';
import { cycleLength } from './person.ts';

/** A span in which a person is at least partly in the picture, in seconds of the scene. */
export interface Visit {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

interface VisitPlan {
  readonly at: number;
  readonly enters: 'left' | 'right';
  readonly leaves: 'left' | 'right';
  /** Where the person stands for a while, in pixels of the 1280 wide picture. */
  readonly standsAt: number;
  readonly standsSeconds: number;
  readonly look: Look;
}

const sceneWidth = 1280;
/** The walk along the front of the yard, and how tall a person is there. */
const walk = { y: 648, height: 316, pixelsPerSecond: 205 } as const;
/** Half of what a walking person takes up: so far outside the picture a visit begins and ends. */
const margin = 0.32 * walk.height;
/** A person turns from walking to standing in this time. */
const turnSeconds = 0.5;

const looks = {
  red: {
    jacket: [176, 44, 40],
    trousers: [44, 54, 82],
    hair: [52, 36, 26],
    skin: [226, 178, 148],
    shoes: [52, 46, 44],
  },
  blue: {
    jacket: [38, 74, 132],
    trousers: [104, 92, 74],
    hair: [26, 22, 20],
    skin: [186, 132, 98],
    shoes: [88, 60, 40],
  },
  black: {
    jacket: [46, 46, 52],
    trousers: [58, 72, 106],
    hair: [120, 84, 48],
    skin: [232, 188, 160],
    shoes: [60, 60, 64],
  },
  green: {
    jacket: [58, 92, 60],
    trousers: [40, 40, 46],
    hair: [74, 54, 38],
    skin: [214, 164, 132],
    shoes: [44, 40, 40],
  },
} as const satisfies Record<string, Look>;

const visitPlans: readonly VisitPlan[] = [
  { at: 20, enters: 'left', leaves: 'left', standsAt: 660, standsSeconds: 6.5, look: looks.red },
  { at: 93, enters: 'right', leaves: 'left', standsAt: 560, standsSeconds: 7, look: looks.blue },
  { at: 165, enters: 'left', leaves: 'right', standsAt: 700, standsSeconds: 7, look: looks.black },
  { at: 240, enters: 'right', leaves: 'right', standsAt: 620, standsSeconds: 6, look: looks.green },
];

export interface Drive {
  readonly at: number;
  readonly direction: 1 | -1;
  readonly colour: Rgb;
}

export const driveSeconds = 5;
export const drives: readonly Drive[] = [
  { at: 9, direction: 1, colour: [196, 168, 60] },
  { at: 55, direction: -1, colour: [200, 204, 208] },
  { at: 130, direction: 1, colour: [66, 104, 150] },
  { at: 205, direction: -1, colour: [150, 44, 44] },
  { at: 272, direction: 1, colour: [70, 110, 86] },
];

/** The visits that overlap the span from `fromSeconds` to `toSeconds`, in order. */
export function visits(fromSeconds: number, toSeconds: number): readonly Visit[] {
  const found: Visit[] = [];
  for (let day = Math.floor(fromSeconds / daySeconds) - 1; day * daySeconds < toSeconds; day += 1) {
    if (day < 0) continue;
    for (const plan of visitPlans) {
      const startSeconds = day * daySeconds + plan.at;
      const endSeconds = startSeconds + lengthOf(plan);
      if (startSeconds < toSeconds && endSeconds > fromSeconds) found.push({ startSeconds, endSeconds });
    }
  }
  return found;
}

/** The person in the picture at `seconds`, or null where nobody is. */
export function visitor(seconds: number): { pose: Pose; look: Look } | null {
  const time = ((seconds % daySeconds) + daySeconds) % daySeconds;
  for (const plan of visitPlans) {
    const since = time - plan.at;
    if (since >= 0 && since < lengthOf(plan)) return { pose: poseAt(plan, since), look: plan.look };
  }
  return null;
}

function edge(side: 'left' | 'right'): number {
  return side === 'left' ? -margin : sceneWidth + margin;
}

function lengthOf(plan: VisitPlan): number {
  return walkSeconds(plan, plan.enters) + plan.standsSeconds + walkSeconds(plan, plan.leaves);
}

function walkSeconds(plan: VisitPlan, side: 'left' | 'right'): number {
  return Math.abs(edge(side) - plan.standsAt) / walk.pixelsPerSecond;
}

function poseAt(plan: VisitPlan, since: number): Pose {
  const entering = walkSeconds(plan, plan.enters);
  const inwards = plan.enters === 'left' ? 1 : -1;
  const outwards = plan.leaves === 'left' ? -1 : 1;
  const standing = since - entering;
  const leaving = standing - plan.standsSeconds;
  const isLeaving = standing > plan.standsSeconds / 2;
  const walked = standing < 0 ? since * walk.pixelsPerSecond : Math.max(0, leaving) * walk.pixelsPerSecond;
  const x =
    standing < 0
      ? edge(plan.enters) + inwards * walked
      : plan.standsAt + outwards * Math.max(0, leaving) * walk.pixelsPerSecond;
  // 1 while walking; falls to 0 after the last step and rises before the first one.
  const stillFor = Math.min(standing, plan.standsSeconds - standing);
  const turn = Math.min(1, Math.max(0, 1 - stillFor / turnSeconds));
  const sway = Math.sin(since * 1.7) * 1.5 * (1 - turn);
  return {
    x: x + sway,
    y: walk.y,
    height: walk.height,
    direction: isLeaving ? outwards : inwards,
    turn,
    phase: (walked / (cycleLength * walk.height)) * 2 * Math.PI,
    stride: turn,
  };
}
