// A detector that may be used before its model is loaded: recording need not wait for it.

import { VedetteError } from '../core/errors.ts';
import type { Detector } from '../core/ports/detector.ts';

/**
 * Hands pictures on once `ready` resolved. Until then it refuses them with `not-ready`, and with
 * `detector-unavailable` when `ready` rejected.
 */
export function lateDetector(
  ready: Promise<Detector>,
  input: Detector['input'],
  concurrency: number,
): Detector {
  let detector: Detector | null = null;
  let hasFailed = false;
  const settled = ready.then(
    (value) => {
      detector = value;
    },
    // Told where it was started; here it only means that there is none.
    () => {
      hasFailed = true;
    },
  );
  return {
    get input() {
      return detector?.input ?? input;
    },
    get concurrency() {
      return detector?.concurrency ?? concurrency;
    },
    detect: async (picture) => {
      if (detector !== null) return detector.detect(picture);
      throw hasFailed
        ? new VedetteError('detector-unavailable')
        : new VedetteError('not-ready', 'The detector is still starting.');
    },
    close: async () => {
      await settled;
      await detector?.close();
    },
  };
}
