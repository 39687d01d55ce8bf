// The motion gate: which parts of the picture changed, judged against a background it learns.

import type { EpochMs } from '../brand.ts';
import type { Box } from './detection.ts';

export interface Motion {
  /** Part of the picture that moves, 0 to 1. */
  readonly fraction: number;
  /** Where; one box for each connected area. */
  readonly boxes: readonly Box[];
}

export interface MotionGate {
  /**
   * Looks at the next picture: the mean luma of each cell in 256th parts of a grey level, row by row. The first
   * picture, and the first after a pause, is only learned. Keeps nothing of `luma`.
   */
  update(luma: Uint16Array, at: EpochMs): Motion;
}

export interface MotionGateOptions {
  /** Cells across and down. The mean of the pixels in a cell has little of their noise, and a person is many cells. */
  readonly columns: number;
  readonly rows: number;
}

export const stillness: Motion = { fraction: 0, boxes: [] };
const everywhere: Motion = { fraction: 1, boxes: [{ x: 0, y: 0, width: 1, height: 1 }] };

/** Steps of luma in a grey level. */
const stepsPerLevel = 256;
/** A cell has changed when it is off by this many grey levels … */
const baseThreshold = 5;
/** … plus this many times what it usually flickers (leaves, water, a clock in the picture, a noisy sensor) … */
const flickerWeight = 4;
/** … of which no more is believed, so that no place goes blind. */
const maxFlicker = 10;
/** Areas of fewer cells are noise; a person who is a fifteenth of the picture tall has three. */
const minAreaCells = 3;
/**
 * The background is the last seconds: what stops, and the place somebody left, is still after two or three.
 * Who stands still is looked after by the tracker, not by this gate.
 */
const backgroundMs = 1_500;
const flickerMs = 8_000;
/** When more than this changes at once, it is the light or the camera that moved: learn the scene anew. */
const newSceneFraction = 0.6;
const newSceneMs = 400;
/** After a pause as long as this the old background means nothing. */
const maxPauseMs = 10_000;
/** Cells off by more than this say nothing about the light as a whole. */
const lightOutlier = 12;

/** A gate that has learned nothing yet. Costs about 0.04 ms for a picture of 80×45 cells. */
export function motionGate({ columns, rows }: MotionGateOptions): MotionGate {
  const count = columns * rows;
  let cells = new Float32Array(count);
  let before = new Float32Array(count);
  const background = new Float32Array(count);
  const flicker = new Float32Array(count);
  const changed = new Uint8Array(count);
  const areas = areaFinder(columns, rows);
  let lastAt: number | null = null;

  return {
    update(luma, at) {
      [cells, before] = [before, cells];
      toLevels(luma, cells);
      const passedMs = lastAt === null ? Number.POSITIVE_INFINITY : at - lastAt;
      lastAt = at;
      if (passedMs > maxPauseMs || passedMs < 0) {
        background.set(cells);
        flicker.fill(1);
        return stillness;
      }
      const changedCells = compare(cells, background, flicker, changed);
      const isNewScene = changedCells > newSceneFraction * count;
      const rates = {
        background: rate(passedMs, isNewScene ? newSceneMs : backgroundMs),
        flicker: isNewScene ? 0 : rate(passedMs, flickerMs),
      };
      learn({ cells, before, background, flicker }, rates);
      if (isNewScene) return everywhere;
      return changedCells < minAreaCells ? stillness : areas(changed);
    },
  };
}

/** The part of the way an average goes in `passedMs` when it takes `averageMs` for most (1 − 1/e) of it. */
function rate(passedMs: number, averageMs: number): number {
  return 1 - Math.exp(-passedMs / averageMs);
}

function toLevels(luma: Uint16Array, cells: Float32Array): void {
  for (let cell = 0; cell < cells.length; cell++) cells[cell] = (luma[cell] ?? 0) / stepsPerLevel;
}

/** Marks the cells that changed and counts them. A change of all cells alike (a cloud, exposure) is taken out. */
function compare(
  cells: Float32Array,
  background: Float32Array,
  flicker: Float32Array,
  changed: Uint8Array,
): number {
  const light = commonShift(cells, background);
  let count = 0;
  for (let cell = 0; cell < cells.length; cell++) {
    const difference = Math.abs((cells[cell] ?? 0) - (background[cell] ?? 0) - light);
    const isChanged = difference > baseThreshold + flickerWeight * (flicker[cell] ?? 0) ? 1 : 0;
    changed[cell] = isChanged;
    count += isChanged;
  }
  return count;
}

/** Mean difference of the cells that differ by about as much as all do. */
function commonShift(cells: Float32Array, background: Float32Array): number {
  let sum = 0;
  for (let cell = 0; cell < cells.length; cell++) sum += (cells[cell] ?? 0) - (background[cell] ?? 0);
  const mean = sum / cells.length;
  let inliers = 0;
  let inlierSum = 0;
  for (let cell = 0; cell < cells.length; cell++) {
    const difference = (cells[cell] ?? 0) - (background[cell] ?? 0);
    if (Math.abs(difference - mean) > lightOutlier) continue;
    inliers++;
    inlierSum += difference;
  }
  return inliers === 0 ? mean : inlierSum / inliers;
}

interface Scene {
  readonly cells: Float32Array;
  readonly before: Float32Array;
  readonly background: Float32Array;
  readonly flicker: Float32Array;
}

/**
 * Flicker is how much a cell differs from the picture before, not from the background: what comes and stays
 * (a person who stops) does not flicker, what comes and goes all the time (leaves) does.
 */
function learn(scene: Scene, rates: { background: number; flicker: number }): void {
  const { cells, before, background, flicker } = scene;
  for (let cell = 0; cell < cells.length; cell++) {
    const now = cells[cell] ?? 0;
    const was = background[cell] ?? 0;
    background[cell] = was + rates.background * (now - was);
    const step = Math.min(maxFlicker, Math.abs(now - (before[cell] ?? 0)));
    const usual = flicker[cell] ?? 0;
    flicker[cell] = usual + rates.flicker * (step - usual);
  }
}

/** Finds connected areas (eight neighbours) among the marked cells; unmarks them. */
function areaFinder(columns: number, rows: number): (changed: Uint8Array) => Motion {
  const stack = new Uint16Array(columns * rows);
  /** The area that `start` belongs to, as its edges in cells (right and bottom exclusive) and its size. */
  const areaAt = (changed: Uint8Array, start: number) => {
    let [left, right, top, bottom, size, depth] = [columns, 0, rows, 0, 0, 1];
    stack[0] = start;
    changed[start] = 0;
    while (depth > 0) {
      const cell = stack[--depth] ?? 0;
      const column = cell % columns;
      const row = (cell - column) / columns;
      size++;
      if (column < left) left = column;
      if (column >= right) right = column + 1;
      if (row < top) top = row;
      if (row >= bottom) bottom = row + 1;
      const lastX = column + 1 < columns ? column + 1 : column;
      const lastY = row + 1 < rows ? row + 1 : row;
      for (let y = row > 0 ? row - 1 : 0; y <= lastY; y++) {
        for (let x = column > 0 ? column - 1 : 0; x <= lastX; x++) {
          const neighbour = y * columns + x;
          if (changed[neighbour] === 0) continue;
          changed[neighbour] = 0;
          stack[depth++] = neighbour;
        }
      }
    }
    return { left, right, top, bottom, size };
  };
  return (changed) => {
    const boxes: Box[] = [];
    let moving = 0;
    for (let start = 0; start < changed.length; start++) {
      if (changed[start] === 0) continue;
      const { left, right, top, bottom, size } = areaAt(changed, start);
      if (size < minAreaCells) continue;
      moving += size;
      boxes.push({
        x: left / columns,
        y: top / rows,
        width: (right - left) / columns,
        height: (bottom - top) / rows,
      });
    }
    return boxes.length === 0 ? stillness : { fraction: moving / changed.length, boxes };
  };
}
