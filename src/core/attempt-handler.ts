// One attempt of a queue's handler at a message, in the time it has.

import type { Clock } from './ports/clock.ts';
import type { Handler, ReceivedMessage } from './ports/queue.ts';

/** What is kept of why a message failed. */
const maxReasonLength = 500;

/** Null when the handler succeeded, else why it failed; one that takes longer than `timeoutMs` is given up. */
export async function attemptHandler(
  { clock, handler, timeoutMs }: { clock: Clock; handler: Handler; timeoutMs: number },
  message: ReceivedMessage,
): Promise<string | null> {
  const given = new AbortController();
  const over = new AbortController();
  const late = clock.sleep(timeoutMs, over.signal).then(
    () => {
      given.abort(new Error('The handler took too long.'));
      return `It took longer than ${timeoutMs} ms.`;
    },
    () => null,
  );
  const handled = (async () => handler(message, given.signal))().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, maxReasonLength),
  );
  const reason = await Promise.race([handled, late]);
  over.abort();
  return reason;
}
