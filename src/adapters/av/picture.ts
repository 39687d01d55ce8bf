// A decoded picture: kept in the library's memory until it is released.

import { AV_PIX_FMT_RGB24 } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import type { Picture } from '../../core/ports/media.ts';
import { coverFrame } from './cover.ts';
import { encodeJpeg } from './jpeg.ts';
import { scaleLuma } from './luma.ts';
import type { Scaler } from './scaler.ts';

/** Takes over `frame`; `onFree` is called once, when it was released and nothing works on it any more. */
export function picture(frame: Frame, ptsTicks: number, scaler: Scaler, onFree: () => void): Picture {
  let released = false;
  let users = 0;

  function freeWhenUnused(): void {
    if (!released || users > 0) return;
    users = -1;
    frame.free();
    onFree();
  }
  function mustLive(): void {
    if (released) throw new VedetteError('internal-error', 'A picture was used after its release.');
  }
  async function using<T>(work: () => Promise<T>): Promise<T> {
    mustLive();
    users += 1;
    try {
      return await work();
    } finally {
      users -= 1;
      freeWhenUnused();
    }
  }
  return {
    width: frame.width,
    height: frame.height,
    ptsTicks,
    luma(width, height, target) {
      mustLive();
      scaleLuma(frame, { width, height }, target, scaler);
    },
    cover(areas) {
      mustLive();
      coverFrame(frame, areas);
    },
    rgb: (width, height) =>
      using(async () => {
        const scaled = await scaler.scaled(frame, { width, height, format: AV_PIX_FMT_RGB24 });
        try {
          // One copy, without row padding, into memory of its own: it can be moved to the detector's thread.
          return { width, height, data: scaled.toBuffer() };
        } finally {
          scaled.free();
        }
      }),
    jpeg: (maxWidth) => using(() => encodeJpeg(frame, maxWidth, scaler)),
    release() {
      if (released) return;
      released = true;
      freeWhenUnused();
    },
  };
}
