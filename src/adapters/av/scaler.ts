// Scaling and converting pictures: contexts are made once per pair of formats and kept.

import { SWS_BILINEAR } from 'node-av/constants';
import { Frame, SoftwareScaleContext } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import { mustWork } from './errors.ts';

type PixelFormat = Parameters<SoftwareScaleContext['getContext']>[2];

export interface PictureFormat {
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
}

export interface Scaler {
  /** A scaled copy of `source`, which the caller frees. Runs beside the event loop when the picture is large. */
  scaled(source: Frame, target: PictureFormat): Promise<Frame>;
  scaledNow(source: Frame, target: PictureFormat): Frame;
  /** Only when nothing is being scaled. */
  free(): void;
}

/** Contexts kept: luma, detector, snapshot and thumbnail sizes of one camera. */
const maxContexts = 8;

/** Scaling up to this many source pixels takes under a millisecond: less than a thread hop under load. */
const maxPixelsNow = 640 * 480;

export function scaler(): Scaler {
  const contexts = new Map<string, SoftwareScaleContext>();
  // A context works on one picture at a time, on whichever thread.
  let last: Promise<unknown> = Promise.resolve();

  function contextFor(source: Frame, target: PictureFormat): SoftwareScaleContext {
    const sizes = [source.width, source.height, source.format, target.width, target.height, target.format];
    const key = sizes.join(' ');
    const known = contexts.get(key);
    if (known !== undefined) return known;
    const { format } = source;
    if (!isVideoFormat(format, source)) throw new VedetteError('internal-error', 'This is not a picture.');
    const context = new SoftwareScaleContext();
    context.getContext(
      source.width,
      source.height,
      format,
      target.width,
      target.height,
      target.format,
      SWS_BILINEAR,
    );
    contexts.set(key, context);
    const [oldest] = contexts;
    if (contexts.size > maxContexts && oldest !== undefined) {
      contexts.delete(oldest[0]);
      oldest[1].freeContext();
    }
    return context;
  }
  function scaledNow(source: Frame, target: PictureFormat): Frame {
    const result = emptyFrame(target);
    mustWork(contextFor(source, target).scaleFrameSync(result, source), 'scaling');
    return result;
  }
  async function scaledLater(source: Frame, target: PictureFormat): Promise<Frame> {
    const result = emptyFrame(target);
    mustWork(await contextFor(source, target).scaleFrame(result, source), 'scaling');
    return result;
  }
  return {
    scaledNow,
    scaled(source, target) {
      const isSmall = source.width * source.height <= maxPixelsNow;
      const result = last.then(() => (isSmall ? scaledNow(source, target) : scaledLater(source, target)));
      last = result.catch(() => null);
      return result;
    },
    free() {
      for (const context of contexts.values()) context.freeContext();
      contexts.clear();
    },
  };
}

/** A frame with memory of its own, padded as the library's vector code needs it. */
export function emptyFrame(picture: PictureFormat): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = picture.width;
  frame.height = picture.height;
  frame.format = picture.format;
  mustWork(frame.getBuffer(), 'memory for a picture');
  return frame;
}

/** Copies plane `index` of `frame` without row padding, `rowBytes` × `rows`, into `target`. */
export function copyPlane(
  frame: Frame,
  index: number,
  size: { rowBytes: number; rows: number },
  target: Uint8Array,
): void {
  const plane = frame.data?.[index];
  const stride = frame.linesize[index] ?? 0;
  if (plane === undefined) return;
  if (stride === size.rowBytes) {
    target.set(plane.subarray(0, size.rowBytes * size.rows));
    return;
  }
  for (let row = 0; row < size.rows; row += 1) {
    target.set(plane.subarray(row * stride, row * stride + size.rowBytes), row * size.rowBytes);
  }
}

/** The library types a frame's format as "of video or of audio". */
function isVideoFormat(_format: Frame['format'], frame: Frame): _format is PixelFormat {
  return frame.isVideo();
}
