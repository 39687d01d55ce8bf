// A common beat for all sockets: what arrives between two beats is read at once.

/**
 * A camera sends a picture as many small packets, and every packet would wake this process. Resting for this long
 * after a read lets the kernel collect them; it is also the most that a picture is late.
 */
export const beatMs = 20;

let waiting: (() => void)[] = [];

/** Calls `wake` at the next beat, together with all others that wait. */
export function atNextBeat(wake: () => void): void {
  waiting.push(wake);
  if (waiting.length === 1) setTimeout(beat, beatMs);
}

function beat(): void {
  const woken = waiting;
  waiting = [];
  for (const wake of woken) wake();
}
