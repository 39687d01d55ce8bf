// Luma: the grey picture that motion is looked for in, as cheap as it can be had.

import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_GRAY16LE,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
} from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { Luma } from '../../core/ports/media.ts';
import { bytesOf, copyPlane, type Scaler } from './scaler.ts';

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
  target: Luma,
  scaler: Scaler,
): void {
  if (bytePerLuma.has(frame.format)) {
    scaler.scaledGrey(frame, size, target);
    return;
  }
  const format = target instanceof Uint16Array ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY8;
  const scaled = scaler.scaledNow(frame, { ...size, format });
  const rowBytes = size.width * target.BYTES_PER_ELEMENT;
  copyPlane(scaled, 0, { rowBytes, rows: size.height }, bytesOf(target));
  scaled.free();
}
