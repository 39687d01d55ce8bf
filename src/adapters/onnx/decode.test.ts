// Decoding: what each layout's numbers mean.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Channel, decodeCenternet, decodeYolo, decodeYolox } from './decode.ts';

const picture = { width: 64, height: 32 };
const channels: Channel[] = [
  { channel: 0, kind: 'person' },
  { channel: 2, kind: 'vehicle' },
];

test('CenterNet: a peak is one object, its box reaches as far as the distances say', () => {
  const [columns, rows] = [16, 8];
  const cells = columns * rows;
  const heat = { data: new Float32Array(3 * cells), shape: [1, 3, rows, columns] };
  const distances = { data: new Float32Array(4 * cells).fill(4), shape: [1, 4, rows, columns] };
  const peak = 3 * columns + 5;
  heat.data[peak] = 0.75;
  heat.data[peak + 1] = 0.5; // the slope of the same peak
  heat.data[cells + 9] = 0.9; // a class nobody asked for
  heat.data[2 * cells + 7 * columns + 15] = 0.5; // a vehicle in the corner
  distances.data.set([8], 3 * cells + peak);
  const found = decodeCenternet(heat, distances, channels, picture);
  assert.deepEqual(found, [
    { kind: 'person', score: 0.75, box: { x: 16 / 64, y: 8 / 32, width: 8 / 64, height: 12 / 32 } },
    { kind: 'vehicle', score: 0.5, box: { x: 56 / 64, y: 24 / 32, width: 8 / 64, height: 8 / 32 } },
  ]);
});

test('boxes of one kind on top of each other are one object; of two kinds they are two', () => {
  const rows = [
    [20, 16, 10, 20, 0.5, 0, 0],
    [21, 16, 10, 20, 0.75, 0, 0],
    [20, 16, 10, 20, 0, 0, 0.625],
    [50, 16, 10, 20, 0.25, 0, 0],
    [50, 16, 10, 20, 0.05, 0.9, 0],
  ];
  const data = Float32Array.from({ length: 7 * rows.length }, (_, index) => {
    return rows[index % rows.length]?.[Math.floor(index / rows.length)] ?? 0;
  });
  const found = decodeYolo({ data, shape: [1, 7, rows.length] }, channels, picture);
  assert.deepEqual(
    found.map(({ kind, score }) => [kind, score]),
    [
      ['person', 0.75],
      ['vehicle', 0.625],
      ['person', 0.25],
    ],
  );
  assert.deepEqual(found[0]?.box, { x: 16 / 64, y: 6 / 32, width: 10 / 64, height: 20 / 32 });
});

test('YOLOX: the row says the grid cell and the stride, the score is objectness times class', () => {
  const cells = 8 * 4 + 4 * 2 + 2 * 1;
  const data = new Float32Array(cells * 8);
  const secondGrid = 8 * 4 + 1 * 4 + 2; // stride 16, column 2, line 1
  data.set([0.5, 0.25, Math.log(1), Math.log(0.5), 0.8, 0.9, 0, 0.1], secondGrid * 8);
  const [found, ...others] = decodeYolox({ data, shape: [1, cells, 8] }, channels, picture);
  assert.equal(others.length, 0);
  assert.equal(found?.kind, 'person');
  assert.ok(Math.abs((found?.score ?? 0) - 0.72) < 1e-6);
  const { x = 0, y = 0, width = 0, height = 0 } = found?.box ?? {};
  const close = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-6);
  close(x * 64, 2.5 * 16 - 8);
  close(y * 32, 1.25 * 16 - 4);
  close(width * 64, 16);
  close(height * 32, 8);
});

test('a box that reaches out of the picture is cut at its edge; one that lies outside is dropped', () => {
  const rows = [
    [0, 16, 20, 20, 0.5],
    [-40, 16, 20, 20, 0.5],
  ];
  const data = Float32Array.from({ length: 10 }, (_, index) => rows[index % 2]?.[index >> 1] ?? 0);
  const found = decodeYolo({ data, shape: [1, 5, 2] }, channels.slice(0, 1), picture);
  assert.deepEqual(
    found.map(({ box }) => box),
    [{ x: 0, y: 6 / 32, width: 10 / 64, height: 20 / 32 }],
  );
});
