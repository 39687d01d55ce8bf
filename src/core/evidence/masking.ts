// Making masked clips beside everything else: a fragment at a time, in turn, and only a few clips at once.

import { VedetteError } from '../errors.ts';
import type { Masker } from '../ports/masker.ts';

/**
 * Masked clips that are made for waiting people at once. Each holds a decoder and an encoder, some 60 MB at 1080p and
 * four times that at 4K.
 */
export const maxMaskedAtOnce = 3;
/** When to ask again where there is no place: about how long a short clip takes. */
const retryAfterMs = 15_000;

/** The one place of a process where masked clips are made. */
export interface Masking {
  readonly masker: Masker;
  /**
   * A place for a clip that somebody waits for; it is given back by the function returned, which may be called twice.
   * Errors: `clips-busy`.
   */
  enter(): () => void;
  /**
   * Does a fragment's work when it is its turn, first come, first served: however many clips are made, they keep one core
   * busy at a time, and share it evenly.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

export function openMasking(masker: Masker): Masking {
  let last: Promise<unknown> = Promise.resolve();
  let made = 0;
  return {
    masker,
    enter() {
      if (made >= maxMaskedAtOnce) {
        const detail = `${made} clips with covered masks are being made just now. Try again when one of them is done, or take the clip as it was recorded.`;
        throw new VedetteError('clips-busy', detail, { retryAfterMs });
      }
      made += 1;
      let isInside = true;
      return () => {
        if (isInside) made -= 1;
        isInside = false;
      };
    },
    inTurn(work) {
      const result = last.then(work);
      last = result.catch(() => null);
      return result;
    },
  };
}
