// Gives memory back at once that nobody looks at any more.

/** Below this the collector has no trouble, and giving back costs as much as it brings. */
const worthwhileBytes = 4 * 1024;

/**
 * Frees the memory of `bytes` where it is all its own: afterwards it is empty. What cameras send in two seconds,
 * left to the collector, makes it run every two seconds: a third of what recording costs.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < worthwhileBytes) return;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
