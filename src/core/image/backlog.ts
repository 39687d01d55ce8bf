// The backlog: how much waits in the inbox, and when no more is taken.

import { VedetteError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inbox } from '../ports/inbox.ts';
import type { Log } from '../ports/log.ts';
import { repeat } from '../repeat.ts';

/** Images that may wait: a quarter of an hour of a hundred a second; what comes then would not be seen for longer. */
export const maxBacklog = 100_000;
/** Between two looks at the inbox; what this process put in since is counted beside. */
const lookEveryMs = 2_000;
/** Time in ms after which trying again makes sense: some looks later. */
const retryAfterMs = 10_000;

export interface Backlog {
  /** Errors: `intake-busy`. */
  requireRoom(): void;
  /** One more was put in. */
  noteOne(): void;
  stop(): Promise<void>;
}

/** Looks at the inbox now and every 2 s. An inbox that does not answer is the business of who puts something in. */
export function watchBacklog(
  deps: { inbox: Pick<Inbox, 'backlog'>; clock: Clock; log: Log },
  { max = maxBacklog }: { max?: number } = {},
): Backlog {
  let seen = 0;
  let since = 0;
  const looking = repeat(
    deps,
    { everyMs: lookEveryMs, failed: 'The backlog of images could not be read' },
    async () => {
      const before = since;
      try {
        seen = await deps.inbox.backlog();
      } catch (error) {
        // How much waits is not known: counting on from what was seen last would refuse images for ever.
        seen = 0;
        throw error;
      } finally {
        since -= before;
      }
    },
  );
  return {
    requireRoom() {
      if (seen + since < max) return;
      throw new VedetteError('intake-busy', undefined, { retryAfterMs });
    },
    noteOne() {
      since += 1;
    },
    stop: () => looking.stop(),
  };
}
