// A detector that says what it is told to say: the double for tests.

import type { Detection } from '../../core/detection/detection.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Detector, RgbPicture } from '../../core/ports/detector.ts';

export interface MemoryDetectorOptions {
  /** Default 64×36. */
  readonly input?: { readonly width: number; readonly height: number };
  /** Default 1. */
  readonly concurrency?: number;
  /** What is in a picture. May take its time, may throw. Default: nothing. */
  readonly answer?: (picture: RgbPicture) => readonly Detection[] | Promise<readonly Detection[]>;
}

export function memoryDetector(options: MemoryDetectorOptions = {}): Detector {
  const { input = { width: 64, height: 36 }, concurrency = 1, answer = () => [] } = options;
  const waiting: (() => void)[] = [];
  const underWay = new Set<Promise<unknown>>();
  let free = concurrency;
  let closed = false;

  async function detect(picture: RgbPicture): Promise<readonly Detection[]> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await answer(picture);
    } catch (cause) {
      throw cause instanceof VedetteError
        ? cause
        : new VedetteError('detector-unavailable', undefined, { cause });
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  }

  return {
    input,
    concurrency,
    async detect(picture) {
      if (picture.width !== input.width || picture.height !== input.height) {
        throw new VedetteError('request-invalid', `The detector wants ${input.width}×${input.height}.`);
      }
      if (closed) throw new VedetteError('detector-unavailable');
      if (free === 0 && waiting.length >= 2 * concurrency) throw new VedetteError('detector-busy');
      const result = detect(picture);
      underWay.add(result);
      const over = () => underWay.delete(result);
      result.then(over, over);
      return result;
    },
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
    },
  };
}
