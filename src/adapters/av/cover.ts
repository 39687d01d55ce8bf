// Covering areas of a picture with grey: privacy masks, before anything looks.

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
import { type Point, spansAt } from '../../core/detection/polygon.ts';
import { VedetteError } from '../../core/errors.ts';
import { mustWork } from './errors.ts';

/** How a plane lies to the picture: samples across and down are the picture's divided by these. */
interface Plane {
  readonly across: number;
  readonly down: number;
  readonly bytesPerSample: number;
}

const whole: Plane = { across: 1, down: 1, bytesPerSample: 1 };
const quarter: Plane = { across: 2, down: 2, bytesPerSample: 1 };
const half: Plane = { across: 2, down: 1, bytesPerSample: 1 };

const formats: ReadonlyMap<number, readonly Plane[]> = new Map<number, readonly Plane[]>([
  [AV_PIX_FMT_YUV420P, [whole, quarter, quarter]],
  [AV_PIX_FMT_YUVJ420P, [whole, quarter, quarter]],
  [AV_PIX_FMT_YUV422P, [whole, half, half]],
  [AV_PIX_FMT_YUVJ422P, [whole, half, half]],
  [AV_PIX_FMT_YUV444P, [whole, whole, whole]],
  [AV_PIX_FMT_YUVJ444P, [whole, whole, whole]],
  [AV_PIX_FMT_NV12, [whole, { ...quarter, bytesPerSample: 2 }]],
  [AV_PIX_FMT_GRAY8, [whole]],
]);

/** Middle grey, and no colour. */
const grey = 128;

/**
 * Fills the areas. The decoder may still need the picture to make the next ones of, so a copy is filled where it is
 * shared. Errors: `internal-error` (a format that is not known: better no picture than one that shows too much).
 */
export function coverFrame(frame: Frame, areas: readonly (readonly Point[])[]): void {
  if (areas.length === 0) return;
  const planes = formats.get(frame.format);
  if (planes === undefined) {
    throw new VedetteError('internal-error', 'A picture of this format cannot be masked.');
  }
  mustWork(frame.makeWritable(), 'a picture of its own');
  const data = frame.data;
  for (const [index, plane] of planes.entries()) {
    const bytes = data?.[index];
    const stride = frame.linesize[index];
    if (bytes === undefined || stride === undefined) {
      throw new VedetteError('internal-error', 'A picture to be masked has no memory.');
    }
    const size = {
      width: Math.ceil(frame.width / plane.across),
      height: Math.ceil(frame.height / plane.down),
    };
    for (const area of areas) fill(bytes, stride, size, plane.bytesPerSample, area);
  }
}

/** Whatever the area touches of a row is filled: a sample too many rather than one too few. */
function fill(
  bytes: Buffer,
  stride: number,
  { width, height }: { width: number; height: number },
  bytesPerSample: number,
  area: readonly Point[],
): void {
  const ys = area.map(({ y }) => y);
  const first = Math.max(0, Math.floor(Math.min(...ys) * height));
  const last = Math.min(height - 1, Math.ceil(Math.max(...ys) * height));
  for (let row = first; row <= last; row += 1) {
    for (const part of [0.001, 0.5, 0.999]) {
      for (const [from, to] of spansAt(area, (row + part) / height)) {
        const start = Math.max(0, Math.floor(from * width));
        const end = Math.min(width, Math.ceil(to * width));
        const at = row * stride;
        if (end > start) bytes.fill(grey, at + start * bytesPerSample, at + end * bytesPerSample);
      }
    }
  }
}
