// The motion gate: what it must see and what it must not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branded, type EpochMs } from '../brand.ts';
import type { Box } from './detection.ts';
import { type Motion, motionGate } from './motion.ts';

const size = { width: 320, height: 180 };
const cells = { columns: size.width / 4, rows: size.height / 4 };
const frameMs = 200;

/** Grey level of pixel x, y in picture `index`. */
type Scene = (x: number, y: number, index: number) => number;

/** Shows `pictures` pictures and returns what the gate said of each. */
function show(scene: Scene, pictures: number, gate = motionGate(cells), from = 0): Motion[] {
  return Array.from({ length: pictures }, (_, step) => {
    const index = from + step;
    const luma = new Uint16Array(cells.columns * cells.rows);
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const cell = (y >> 2) * cells.columns + (x >> 2);
        // A cell is the mean of 16 pixels, in 256th parts.
        luma[cell] = (luma[cell] ?? 0) + scene(x, y, index) * 16;
      }
    }
    return gate.update(luma, branded<EpochMs>(index * frameMs));
  });
}

/** Sensor noise: even over ±9 grey levels, the same at every run. */
function noise(x: number, y: number, index: number): number {
  let hash = Math.imul(x + 1, 0x9e3779b1) ^ Math.imul(y + 1, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (((hash ^ (hash >>> 13)) >>> 0) % 19) - 9;
}

const wall: Scene = (x, y, index) => 110 + (x >> 3) + noise(x, y, index);

/** A figure 10×30 pixels, 25 grey levels darker than the wall, at `x`. */
function figure(at: (index: number) => number | null): Scene {
  return (x, y, index) => {
    const left = at(index);
    const isInside = left !== null && x >= left && x < left + 10 && y >= 80 && y < 110;
    return wall(x, y, index) - (isInside ? 25 : 0);
  };
}

const moves = (motions: readonly Motion[]) => motions.filter(({ fraction }) => fraction > 0).length;
const holds = (box: Box, x: number, y: number) =>
  x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;

test('sensor noise is no motion', () => {
  assert.equal(moves(show(wall, 50)), 0);
});

test('a small figure that walks is seen in every picture, where it is', () => {
  const walking = figure((index) => (index < 10 ? null : (index - 10) * 6));
  const motions = show(walking, 50).slice(10);
  motions.forEach(({ boxes, fraction }, index) => {
    const [x, y] = [(index * 6 + 5) / size.width, 95 / size.height];
    assert.ok(
      boxes.some((box) => holds(box, x, y)),
      `picture ${index}`,
    );
    assert.ok(fraction < 0.05);
  });
});

test('what stops, and the place somebody left, is still after three seconds', () => {
  const gate = motionGate(cells);
  const visiting = figure((index) => (index >= 10 && index < 60 ? 100 : null));
  const motions = show(visiting, 110, gate);
  assert.ok(moves(motions.slice(10, 13)) === 3 && moves(motions.slice(60, 63)) === 3);
  assert.equal(moves(motions.slice(25, 60)), 0);
  assert.equal(moves(motions.slice(75)), 0);
});

test('a cloud or a new exposure changes everything alike and is no motion', () => {
  const cloudy: Scene = (x, y, index) =>
    wall(x, y, index) + (index >= 10 ? Math.min(40, (index - 9) * 8) : 0);
  assert.equal(moves(show(cloudy, 40)), 0);
});

test('when the light is switched the scene is learned anew within two seconds', () => {
  const switched: Scene = (x, y, index) =>
    index < 10 ? wall(x, y, index) : 60 + ((x * 7 + y * 3) % 120) + noise(x, y, index);
  const motions = show(switched, 40);
  assert.equal(motions[10]?.fraction, 1);
  assert.equal(moves(motions.slice(20)), 0);
});

test('leaves that flicker are learned, and a figure before them is still seen', () => {
  const isTree = (x: number, y: number) => x >= 200 && x < 280 && y >= 20 && y < 120;
  const windy: Scene = (x, y, index) =>
    wall(x, y, index) + (isTree(x, y) ? noise(x >> 2, y >> 2, index) * 2 : 0);
  const gate = motionGate(cells);
  const learning = show(windy, 150, gate);
  assert.ok(moves(learning.slice(0, 10)) > 0, 'at first it is motion');
  assert.ok(moves(learning.slice(100)) <= 5, 'later hardly ever');
  const somebody: Scene = (x, y, index) => {
    const left = 190 + (index - 150) * 5;
    return x >= left && x < left + 14 && y >= 60 && y < 110 ? 10 : windy(x, y, index);
  };
  assert.ok(moves(show(somebody, 15, gate, 150)) >= 14);
});

test('after a pause, and when time goes back, the scene is learned and nothing is reported', () => {
  const gate = motionGate(cells);
  show(wall, 10, gate);
  const other: Scene = (x, y, index) => 40 + ((x * 5 + y) % 100) + noise(x, y, index);
  assert.equal(moves(show(other, 5, gate, 1000)), 0);
  assert.equal(moves(show(wall, 1, gate, 3)), 0);
});
