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

/** Formats whose first plane is luma, one byte a pixel: scaling needs to look at nothing else. */
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
  if (bytePerLuma.has(frame.format)) {
    scaler.scaledGrey(frame, size, target);
    return;
  }
  const scaled = scaler.scaledNow(frame, { ...size, format: AV_PIX_FMT_GRAY8 });
  copyPlane(scaled, 0, { rowBytes: size.width, rows: size.height }, target);
  scaled.free();
}
