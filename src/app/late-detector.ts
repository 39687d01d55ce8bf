// A detector that may be used before its model is loaded: recording need not wait for it.

import { VedetteError } from '../core/errors.ts';
import type { Detector } from '../core/ports/detector.ts';

/** Refuses pictures with `detector-unavailable` until `ready` resolves, then hands them on. */
export function lateDetector(
  ready: Promise<Detector>,
  input: Detector['input'],
  concurrency: number,
): Detector {
  let detector: Detector | null = null;
  const settled = ready.then(
    (value) => {
      detector = value;
    },
    // Told where it was started; here it only means that there is none.
    () => {},
  );
  return {
    get input() {
      return detector?.input ?? input;
    },
    get concurrency() {
      return detector?.concurrency ?? concurrency;
    },
    detect: async (picture) => {
      if (detector === null) throw new VedetteError('detector-unavailable');
      return detector.detect(picture);
    },
    close: async () => {
      await settled;
      await detector?.close();
    },
  };
}
