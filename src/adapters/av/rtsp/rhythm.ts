// Common beats for all sockets: what arrives between two beats is read at once.

/**
 * A camera sends a picture as many small packets, and each would wake this process; waking costs more than all that
 * is done then. Resting after a read lets the kernel collect packets, and a common beat lets all cameras be read in
 * one waking. The beat is also the most that a picture is late. Measured with eight cameras of 4 Mbit/s, CPU ms a
 * camera-second: 4.3 at beats of 20 ms, 3.4 at 40, 2.0 at 100, 1.9 at 200.
 */
const beatsMs = { slow: 100, quick: 20 } as const;
/**
 * A stream above this is read at the slow beat: 0.5 Mbit/s. Below are the small streams in which people are found,
 * where every moment counts and there is little to collect.
 */
const busyBytesPerSecond = 64 * 1024;
/** How long a stream is looked at before its beat is chosen. */
const windowMs = 1000;

export interface Pulse {
  /** Counts what was read. */
  count(bytes: number): void;
  /** Calls `wake` at the next beat, together with all others that wait for it. */
  rest(wake: () => void): void;
}

const beats = { slow: beat(beatsMs.slow), quick: beat(beatsMs.quick) };

/** The pulse of one socket. */
export function pulse(): Pulse {
  let isBusy = false;
  let bytes = 0;
  let since = performance.now();
  return {
    count(read) {
      bytes += read;
      const elapsedMs = performance.now() - since;
      if (elapsedMs < windowMs) return;
      isBusy = (bytes * 1000) / elapsedMs > busyBytesPerSecond;
      bytes = 0;
      since += elapsedMs;
    },
    rest(wake) {
      (isBusy ? beats.slow : beats.quick)(wake);
    },
  };
}

function beat(everyMs: number): (wake: () => void) => void {
  let waiting: (() => void)[] = [];
  const wakeAll = () => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  return (wake) => {
    waiting.push(wake);
    if (waiting.length > 1) return;
    // At multiples of the beat: whoever comes late waits less, instead of beginning a rhythm of its own.
    setTimeout(wakeAll, everyMs - (performance.now() % everyMs));
  };
}
