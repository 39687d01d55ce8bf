// Scaling and converting pictures: contexts are made once per pair of formats and kept.

import { AV_PIX_FMT_GRAY8, SWS_AREA, SWS_BILINEAR } from 'node-av/constants';
import { Frame, SoftwareScaleContext } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import { mustWork } from './errors.ts';

type PixelFormat = Parameters<SoftwareScaleContext['getContext']>[2];
type Flags = Parameters<SoftwareScaleContext['getContext']>[6];

export interface PictureFormat {
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
}

export interface Scaler {
  /** A scaled copy of `source`, which the caller frees. Runs beside the event loop when the picture is large. */
  scaled(source: Frame, target: PictureFormat): Promise<Frame>;
  scaledNow(source: Frame, target: PictureFormat): Frame;
  /** One plane of bytes, scaled by areas; valid until the next call. 0.1 ms for 640×360, 0.3 ms for 1080p. */
  scaledGrey(
    plane: Buffer,
    source: { readonly width: number; readonly height: number; readonly stride: number },
    target: { readonly width: number; readonly height: number },
  ): Uint8Array;
  /** Only when nothing is being scaled. */
  free(): void;
}

/** Contexts kept: luma, detector, snapshot and thumbnail sizes of one camera. */
const maxContexts = 8;

/** Scaling up to this many source pixels takes under a millisecond: less than a thread hop under load. */
const maxPixelsNow = 640 * 480;

/** The library's vector code may write this much beyond the last row. */
const overrunBytes = 1024;

export function scaler(): Scaler {
  const contexts = new Map<string, SoftwareScaleContext>();
  // A context works on one picture at a time, on whichever thread.
  let grey = Buffer.alloc(0);
  let last: Promise<unknown> = Promise.resolve();

  function contextFor(source: PictureFormat, target: PictureFormat, flags: Flags): SoftwareScaleContext {
    const key = [
      source.width,
      source.height,
      source.format,
      target.width,
      target.height,
      target.format,
    ].join();
    const known = contexts.get(key);
    if (known !== undefined) return known;
    const context = new SoftwareScaleContext();
    context.getContext(
      source.width,
      source.height,
      source.format,
      target.width,
      target.height,
      target.format,
      flags,
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
    mustWork(
      contextFor(pictureFormat(source), target, SWS_BILINEAR).scaleFrameSync(result, source),
      'scaling',
    );
    return result;
  }
  async function scaledLater(source: Frame, target: PictureFormat): Promise<Frame> {
    const result = emptyFrame(target);
    mustWork(
      await contextFor(pictureFormat(source), target, SWS_BILINEAR).scaleFrame(result, source),
      'scaling',
    );
    return result;
  }
  function scaledGrey(
    plane: Buffer,
    source: { width: number; height: number; stride: number },
    target: { width: number; height: number },
  ): Uint8Array {
    const pixels = target.width * target.height;
    if (grey.length < pixels + overrunBytes) grey = Buffer.alloc(pixels + overrunBytes);
    const format = AV_PIX_FMT_GRAY8;
    const context = contextFor({ ...source, format }, { ...target, format }, SWS_AREA);
    mustWork(
      context.scaleSync([plane], [source.stride], 0, source.height, [grey], [target.width]),
      'scaling',
    );
    return grey.subarray(0, pixels);
  }
  return {
    scaledNow,
    scaledGrey,
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

function pictureFormat(frame: Frame): PictureFormat {
  const { width, height, format } = frame;
  if (!isVideoFormat(format, frame)) throw new VedetteError('internal-error', 'This is not a picture.');
  return { width, height, format };
}

/** The library types a frame's format as "of video or of audio". */
function isVideoFormat(_format: Frame['format'], frame: Frame): _format is PixelFormat {
  return frame.isVideo();
}
