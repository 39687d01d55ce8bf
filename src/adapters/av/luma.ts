// Luma: the grey picture that motion is looked for in, as cheap as it can be had.

import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
} from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { copyPlane, type Scaler } from './scaler.ts';

/** Formats whose first plane is luma, one byte a pixel. */
const bytePerLuma: ReadonlySet<number> = new Set<number>([
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ444P,
  AV_PIX_FMT_GRAY8,
]);

/** Fills `target` with the luma of `frame` at `width` × `height`, each pixel the mean of those it covers. */
export function scaleLuma(
  frame: Frame,
  size: { width: number; height: number },
  target: Uint8Array,
  scaler: Scaler,
): void {
  const factorX = frame.width / size.width;
  const factorY = frame.height / size.height;
  const plane = frame.data?.[0];
  if (plane !== undefined && bytePerLuma.has(frame.format) && factorX === 2 && factorY === 2) {
    halve(plane, frame.linesize[0] ?? 0, size, target);
    return;
  }
  const isBox = Number.isInteger(factorX) && Number.isInteger(factorY);
  if (plane !== undefined && bytePerLuma.has(frame.format) && isBox) {
    average(plane, frame.linesize[0] ?? 0, size, { factorX, factorY }, target);
    return;
  }
  const scaled = scaler.scaledNow(frame, { ...size, format: AV_PIX_FMT_GRAY8 });
  copyPlane(scaled, 0, { rowBytes: size.width, rows: size.height }, target);
  scaled.free();
}

/** 640×360 → 320×180, the usual case, without inner loops. */
function halve(
  plane: Uint8Array,
  stride: number,
  size: { width: number; height: number },
  target: Uint8Array,
): void {
  let out = 0;
  for (let y = 0; y < size.height; y += 1) {
    let upper = y * 2 * stride;
    let lower = upper + stride;
    for (let x = 0; x < size.width; x += 1) {
      const sum = at(plane, upper) + at(plane, upper + 1) + at(plane, lower) + at(plane, lower + 1);
      target[out] = (sum + 2) >> 2;
      out += 1;
      upper += 2;
      lower += 2;
    }
  }
}

function average(
  plane: Uint8Array,
  stride: number,
  size: { width: number; height: number },
  factor: { factorX: number; factorY: number },
  target: Uint8Array,
): void {
  const { factorX, factorY } = factor;
  const covered = factorX * factorY;
  const sums = new Uint32Array(size.width);
  for (let y = 0; y < size.height; y += 1) {
    sums.fill(0);
    for (let row = 0; row < factorY; row += 1) {
      let position = (y * factorY + row) * stride;
      for (let x = 0; x < size.width; x += 1) {
        let sum = 0;
        for (let column = 0; column < factorX; column += 1) sum += at(plane, position + column);
        sums[x] = (sums[x] ?? 0) + sum;
        position += factorX;
      }
    }
    for (let x = 0; x < size.width; x += 1) target[y * size.width + x] = (sums[x] ?? 0) / covered;
  }
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
