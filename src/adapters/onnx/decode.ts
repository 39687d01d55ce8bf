// From the numbers a model puts out to detections: one decoder for each layout, and non-maximum suppression.

import type { Box, Detection, ObjectKind } from '../../core/detection/detection.ts';

export const modelLayouts = ['centernet', 'yolox', 'yolo'] as const;
export type ModelLayout = (typeof modelLayouts)[number];

/** Lower scores are noise in every model tried; who uses detections asks for more than this. */
export const minScore = 0.15;
/** Boxes of one kind that cover each other more than this are one object seen twice. */
const sameObjectIou = 0.5;
/** No camera's picture has more objects that matter; it bounds the work of suppression. */
const maxDetections = 50;

/** A model's output as ONNX Runtime hands it over. */
export interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

interface Candidate {
  readonly kind: ObjectKind;
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A class of the model's output and what it means; `channel` counts from 0. */
export interface Channel {
  readonly channel: number;
  readonly kind: ObjectKind;
}

/**
 * CenterNet: an object is a peak of its class's heat map (nothing higher among the eight neighbours).
 * `heat` [1, classes, rows, columns], `distances` [1, 4, rows, columns]: left, top, right, bottom in input pixels.
 */
export function decodeCenternet(
  heat: Values,
  distances: Values,
  channels: readonly Channel[],
  picture: PictureSize,
): Detection[] {
  const [, , rows = 0, columns = 0] = heat.shape;
  const cells = rows * columns;
  const distance = (side: number, cell: number): number => distances.data[side * cells + cell] ?? 0;
  const candidates: Candidate[] = [];
  for (const { channel, kind } of channels) {
    const map = heat.data.subarray(channel * cells, (channel + 1) * cells);
    for (let cell = 0; cell < cells; cell++) {
      const score = map[cell] ?? 0;
      if (score < minScore || !isPeak(map, columns, rows, cell, score)) continue;
      const x = (cell % columns) * (picture.width / columns);
      const y = Math.floor(cell / columns) * (picture.height / rows);
      candidates.push({
        kind,
        score,
        left: x - distance(0, cell),
        top: y - distance(1, cell),
        right: x + distance(2, cell),
        bottom: y + distance(3, cell),
      });
    }
  }
  return suppressed(candidates, picture);
}

function isPeak(map: Float32Array, columns: number, rows: number, cell: number, score: number): boolean {
  const x = cell % columns;
  const y = (cell - x) / columns;
  for (let row = Math.max(0, y - 1); row <= Math.min(rows - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(columns - 1, x + 1); column++) {
      if ((map[row * columns + column] ?? 0) > score) return false;
    }
  }
  return true;
}

/** Grid steps of YOLOX, in input pixels, in the order of its output (github.com/Megvii-BaseDetection/YOLOX). */
const yoloxStrides = [8, 16, 32];

/**
 * YOLOX as its exporter makes it: [1, cells, 5 + classes], one row a grid cell: centre relative to the cell and
 * logarithm of the size, both in strides; objectness and class scores after the sigmoid.
 */
export function decodeYolox(output: Values, channels: readonly Channel[], picture: PictureSize): Detection[] {
  const rowLength = output.shape[2] ?? 0;
  const candidates: Candidate[] = [];
  let row = 0;
  for (const stride of yoloxStrides) {
    const columns = Math.floor(picture.width / stride);
    const lines = Math.floor(picture.height / stride);
    for (let cell = 0; cell < columns * lines; cell++, row++) {
      const values = output.data.subarray(row * rowLength, (row + 1) * rowLength);
      const [x = 0, y = 0, width = 0, height = 0, objectness = 0] = values;
      if (objectness < minScore) continue;
      const best = bestChannel(channels, (channel) => values[5 + channel] ?? 0);
      addCentred(candidates, best.kind, best.score * objectness, {
        x: (x + (cell % columns)) * stride,
        y: (y + Math.floor(cell / columns)) * stride,
        width: Math.exp(width) * stride,
        height: Math.exp(height) * stride,
      });
    }
  }
  return suppressed(candidates, picture);
}

/** YOLO since version 8: [1, 4 + classes, cells], one row a number: centre and size in input pixels, then scores. */
export function decodeYolo(output: Values, channels: readonly Channel[], picture: PictureSize): Detection[] {
  const cells = output.shape[2] ?? 0;
  const candidates: Candidate[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const value = (row: number): number => output.data[row * cells + cell] ?? 0;
    const best = bestChannel(channels, (channel) => value(4 + channel));
    addCentred(candidates, best.kind, best.score, {
      x: value(0),
      y: value(1),
      width: value(2),
      height: value(3),
    });
  }
  return suppressed(candidates, picture);
}

function bestChannel(channels: readonly Channel[], score: (channel: number) => number) {
  let best: { kind: ObjectKind; score: number } = { kind: 'person', score: 0 };
  for (const { channel, kind } of channels) {
    const value = score(channel);
    if (value > best.score) best = { kind, score: value };
  }
  return best;
}

/** `box`: x and y are its centre, in input pixels. */
function addCentred(candidates: Candidate[], kind: ObjectKind, score: number, box: Box): void {
  if (score < minScore) return;
  const [halfWidth, halfHeight] = [box.width / 2, box.height / 2];
  candidates.push({
    kind,
    score,
    left: box.x - halfWidth,
    top: box.y - halfHeight,
    right: box.x + halfWidth,
    bottom: box.y + halfHeight,
  });
}

/** Keeps the best of every heap of boxes, cuts them at the picture's edges; best first. */
function suppressed(candidates: Candidate[], picture: PictureSize): Detection[] {
  candidates.sort((one, other) => other.score - one.score);
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    if (kept.length === maxDetections) break;
    if (candidate.right <= candidate.left || candidate.bottom <= candidate.top) continue;
    if (kept.some((other) => other.kind === candidate.kind && overlap(other, candidate) > sameObjectIou))
      continue;
    kept.push(candidate);
  }
  return kept
    .map(({ kind, score, ...edges }) => ({ kind, score: Math.min(1, score), box: boxOf(edges, picture) }))
    .filter(({ box }) => box.width > 0 && box.height > 0);
}

/** Intersection over union. */
function overlap(one: Candidate, other: Candidate): number {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(one) + area(other) - shared);
}

function area(box: Candidate): number {
  return (box.right - box.left) * (box.bottom - box.top);
}

function boxOf(edges: Omit<Candidate, 'kind' | 'score'>, picture: PictureSize): Box {
  const x = fraction(edges.left, picture.width);
  const y = fraction(edges.top, picture.height);
  return {
    x,
    y,
    width: Math.min(1 - x, fraction(edges.right, picture.width) - x),
    height: Math.min(1 - y, fraction(edges.bottom, picture.height) - y),
  };
}

function fraction(pixels: number, size: number): number {
  return Math.min(1, Math.max(0, pixels / size));
}
