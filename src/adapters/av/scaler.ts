// Scaling and converting pictures: contexts are made once per pair of formats and kept.

import { AV_PIX_FMT_GRAY8, AV_PIX_FMT_GRAY16LE, SWS_AREA, SWS_BILINEAR } from 'node-av/constants';
import { Frame, SoftwareScaleContext } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import type { Luma } from '../../core/ports/media.ts';
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
  /**
   * The first plane of `source`, whatever its format, scaled by areas into `target` (no row padding). 0.02 ms
   * for 640×360 to cells of 8×8 pixels in 16 bits, 0.06 ms to half its size in 8. Looks at no `Frame.data`: each look makes buffers of the picture's size for the
   * collector, which then ran twice a second with eight cameras.
   */
  scaledGrey(source: Frame, size: { width: number; height: number }, target: Luma): void;
  /** Only when nothing is being scaled. */
  free(): void;
}

/** Contexts kept: luma, detector, snapshot and thumbnail sizes of one camera. */
const maxContexts = 8;

/** Scaling up to this many source pixels takes under a millisecond: less than a thread hop under load. */
const maxPixelsNow = 640 * 480;

/** A picture that is scaled into over and over, and its memory. */
interface GreyPicture {
  readonly frame: Frame;
  readonly plane: Buffer;
  readonly stride: number;
}

export function scaler(): Scaler {
  const contexts = new Map<string, SoftwareScaleContext>();
  let grey: GreyPicture | null = null;
  // A context works on one picture at a time, on whichever thread.
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
  function greyPicture(wanted: PictureFormat): GreyPicture {
    const { width, height, format } = wanted;
    if (grey?.frame.width === width && grey.frame.height === height && grey.frame.format === format)
      return grey;
    grey?.frame.free();
    grey = null;
    const frame = emptyFrame(wanted);
    const plane = frame.data?.[0];
    const stride = frame.linesize[0];
    if (plane === undefined || stride === undefined) {
      throw new VedetteError('internal-error', 'There is no memory for a grey picture.');
    }
    grey = { frame, plane, stride };
    return grey;
  }
  function scaledGrey(source: Frame, { width, height }: { width: number; height: number }, target: Luma) {
    const isFine = target instanceof Uint16Array;
    const wanted = { width, height, format: isFine ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY8 };
    const { frame, plane, stride } = greyPicture(wanted);
    // The context believes that the frame is grey, so it takes the first plane as it is: as luma of limited range.
    const shown = { width: source.width, height: source.height, format: AV_PIX_FMT_GRAY8 };
    mustWork(contextFor(shown, wanted, SWS_AREA).scaleFrameSync(frame, source), 'scaling');
    const rowBytes = width * target.BYTES_PER_ELEMENT;
    copyRows(plane, stride, { rowBytes, rows: height }, bytesOf(target));
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
      grey?.frame.free();
      grey = null;
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
  if (plane !== undefined) copyRows(plane, stride, size, target);
}

/** The bytes of `target`, as a little-endian machine orders them: as all that Vedette runs on. */
export function bytesOf({ buffer, byteOffset, byteLength }: Luma): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function copyRows(
  plane: Buffer,
  stride: number,
  size: { rowBytes: number; rows: number },
  target: Uint8Array,
): void {
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
