// Opening in time: a source that takes too long is given up, and closed should it open after all.

import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { MediaInput } from '../../core/ports/media.ts';

/** Longer than a camera may be silent: opening has to wait for a key frame. */
export const openTimeoutMs = 30_000;

/** What `open` opens. Errors: its own; `source-timeout` after `openTimeoutMs`; `signal.reason`. */
export async function timely(
  clock: Clock,
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<MediaInput>,
): Promise<MediaInput> {
  const limit = new AbortController();
  const done = new AbortController();
  const either = AbortSignal.any([signal, limit.signal]);
  const late = new VedetteError('source-timeout', 'The camera did not send a picture in time.');
  clock.sleep(openTimeoutMs, AbortSignal.any([signal, done.signal])).then(
    () => limit.abort(late),
    () => {},
  );
  const opening = open(either);
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(either.reason);
  either.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([opening, aborted.promise]);
  } catch (error) {
    // An opening that comes to something after all is of no use to anyone.
    opening.then((input) => input.close()).catch(() => {});
    throw error;
  } finally {
    // A composite signal with a listener lives as long as what it is composed of: as long as the camera.
    either.removeEventListener('abort', onAbort);
    done.abort();
  }
}
