// An open source whose reader never hangs: one that is silent is given up, whether or not its library gives up too.

import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { MediaInput, Packet } from '../../core/ports/media.ts';

/** A library that does not close in this time is left behind. */
const closeWithinMs = 5_000;

export interface WatchedInput {
  readonly input: MediaInput;
  /** The next packet; null at the end and when interrupted. Errors: the input's; `source-timeout` where it is silent. */
  read(): Promise<Packet | null>;
  /** Called about every second: gives the source up where it was silent for too long. */
  tick(): void;
  /** Ends the read under way, and all later ones. */
  interrupt(): void;
  /** Closes the input; waits a little for it. Errors: the input's. */
  close(): Promise<void>;
}

/** `silentMs`: how long the source may give nothing; null where it may be silent for as long as it likes. */
export function watchInput(clock: Clock, input: MediaInput, silentMs: number | null): WatchedInput {
  let lastMs = clock.monotonicMs();
  let outcome: { readonly error: VedetteError | null } | null = null;
  let giveUp = (): void => {};

  function end(error: VedetteError | null): void {
    if (outcome !== null) return;
    outcome = { error };
    giveUp();
    // Most libraries end the read under way then.
    input.close().catch(() => {});
  }

  return {
    input,
    read() {
      // A promise for each read: racing them against one that lives as long as the source would never free them.
      return new Promise((resolve, reject) => {
        giveUp = () => (outcome?.error ? reject(outcome.error) : resolve(null));
        if (outcome !== null) return giveUp();
        input.read().then((packet) => {
          lastMs = clock.monotonicMs();
          resolve(packet);
        }, reject);
      });
    },
    tick() {
      if (silentMs !== null && clock.monotonicMs() - lastMs >= silentMs)
        end(new VedetteError('source-timeout'));
    },
    interrupt: () => end(null),
    async close() {
      const closed = new AbortController();
      const patience = clock.sleep(closeWithinMs, closed.signal).catch(() => {});
      try {
        await Promise.race([input.close(), patience]);
      } finally {
        closed.abort();
      }
    },
  };
}
