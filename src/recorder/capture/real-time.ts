// A file in real time: its packets come as a camera would send them.

import type { Clock } from '../../core/ports/clock.ts';
import type { MediaInput } from '../../core/ports/media.ts';

/** Timers are not more exact than this; sleeping for less costs more than it brings. */
const leastSleepMs = 4;
/** A pause in a file that is longer is not waited for. */
const longestPauseMs = 10_000;

/** Holds each packet back until its time has come, as a camera would. */
export function inRealTime(input: MediaInput, clock: Clock, signal: AbortSignal): MediaInput {
  const { timescale } = input.init;
  let originMs: number | null = null;
  let closed = false;
  const closing = new AbortController();
  const stopped = AbortSignal.any([signal, closing.signal]);
  return {
    init: input.init,
    framesPerSecond: input.framesPerSecond,
    get damaged() {
      return input.damaged ?? 0;
    },
    async read() {
      const packet = await input.read();
      if (packet === null) return null;
      const mediaMs = (packet.dtsTicks * 1000) / timescale;
      const nowMs = clock.monotonicMs();
      originMs ??= nowMs - mediaMs;
      const waitMs = originMs + mediaMs - nowMs;
      if (waitMs > longestPauseMs || waitMs < -longestPauseMs) originMs = nowMs - mediaMs;
      else if (waitMs > leastSleepMs) await clock.sleep(waitMs, stopped).catch(() => {});
      return closed || signal.aborted ? null : packet;
    },
    decoder: (options) => input.decoder(options),
    async close() {
      closed = true;
      closing.abort();
      await input.close();
    },
  };
}
