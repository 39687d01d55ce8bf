// One attempt of a queue's handler at a message, in the time it has.

import type { Clock } from './ports/clock.ts';
import type { Handler, ReceivedMessage } from './ports/queue.ts';

/** What is kept of why a message failed. */
const maxReasonLength = 500;

export interface Attempt {
  readonly clock: Clock;
  readonly handler: Handler;
  readonly timeoutMs: number;
  /** Aborted when the message is somebody else's now: the handler is given up at once. */
  readonly taken?: AbortSignal;
}

/** Null when the handler succeeded, else why it failed; one that takes longer than `timeoutMs` is given up. */
export async function attemptHandler(
  { clock, handler, timeoutMs, taken }: Attempt,
  message: ReceivedMessage,
): Promise<string | null> {
  const given = new AbortController();
  const over = new AbortController();
  const away = new Promise<string>((resolve) => {
    const giveUp = () => {
      given.abort(new Error('The message was taken away.'));
      resolve('It was taken away.');
    };
    if (taken?.aborted === true) giveUp();
    else taken?.addEventListener('abort', giveUp, { signal: over.signal });
  });
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
  const reason = await Promise.race([handled, late, away]);
  over.abort();
  return reason;
}
