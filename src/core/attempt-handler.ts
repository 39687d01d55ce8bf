// One attempt of a queue's handler at a message, in the time it has.

import { isAway } from './complaint.ts';
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

/** Why a message was not handled. */
export interface FailedAttempt {
  readonly reason: string;
  /** Whether it is as where a service is away: it says so, or is waited for in vain. */
  readonly isOfAway: boolean;
}

/** Null when the handler succeeded, else why it failed; one that takes longer than `timeoutMs` is given up. */
export async function attemptHandler(
  { clock, handler, timeoutMs, taken }: Attempt,
  message: ReceivedMessage,
): Promise<FailedAttempt | null> {
  const given = new AbortController();
  const over = new AbortController();
  const away = new Promise<FailedAttempt>((resolve) => {
    const giveUp = () => {
      given.abort(new Error('The message was taken away.'));
      resolve({ reason: 'It was taken away.', isOfAway: false });
    };
    if (taken?.aborted === true) giveUp();
    else taken?.addEventListener('abort', giveUp, { signal: over.signal });
  });
  const late = clock.sleep(timeoutMs, over.signal).then(
    () => {
      given.abort(new Error('The handler took too long.'));
      return { reason: `It took longer than ${timeoutMs} ms.`, isOfAway: true };
    },
    () => null,
  );
  const handled = (async () => handler(message, given.signal))().then(
    () => null,
    (error: unknown) => ({
      reason: (error instanceof Error ? error.message : String(error)).slice(0, maxReasonLength),
      isOfAway: isAway(error),
    }),
  );
  const failed = await Promise.race([handled, late, away]);
  over.abort();
  return failed;
}
