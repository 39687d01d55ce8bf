// The body of a clip: made piece by piece as the client takes it, and given up when it leaves.

import { VedetteError } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';

/**
 * A client that takes nothing for this long is given up where that is asked for, in ms: a piece of 1 MB takes 80 s at
 * 100 kbit/s.
 */
export const patienceMs = 180_000;

type Pieces = AsyncGenerator<Uint8Array<ArrayBuffer>, void>;

/**
 * A body that reads the next piece only when the client took the last, and stops when it leaves. The first two, header
 * and first fragment, are read before anything is answered, so that what fails at once is told in a sentence; what fails
 * later cuts the connection, so that nobody takes half a clip for a whole one. With `clock`, a client that takes nothing
 * for `patienceMs` is taken for one that left.
 */
export async function clipBody(
  pieces: Pieces,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock?: Clock },
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const ready = [await pieces.next(), await pieces.next()];
  const end = () => void pieces.return().catch(() => {});
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  let waiting = new AbortController();

  function expect(controller: ReadableStreamDefaultController): void {
    if (clock === undefined) return;
    waiting = new AbortController();
    clock.sleep(patienceMs, waiting.signal).then(
      () => {
        end();
        controller.error(new VedetteError('not-ready', 'The client took nothing for too long.'));
      },
      () => {},
    );
  }
  function over(): void {
    waiting.abort();
    signal.removeEventListener('abort', end);
  }
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: expect,
      async pull(controller) {
        waiting.abort();
        signal.throwIfAborted();
        const next = ready.shift() ?? (await pieces.next());
        if (next.done !== true) {
          controller.enqueue(next.value);
          expect(controller);
          return;
        }
        over();
        controller.close();
      },
      async cancel() {
        over();
        await pieces.return();
      },
    },
    { highWaterMark: 0 },
  );
}
