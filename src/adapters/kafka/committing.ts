// Telling the group up to where all is done: together, a few times a second, and at once before something is let go.

import type { Consumer } from '@platformatic/kafka';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { wakeup } from '../../core/wakeup.ts';
import type { Flow } from './flow.ts';
import { pause } from './patience.ts';

/** Between two commits: what is done in between and lost with the process is known by its marks, and skipped. */
const betweenMs = 25;
/** How often a commit is tried before what is not told is let go. */
const lastTries = 4;
const noEpoch = -1;

export interface Committing {
  /** There may be something to tell. */
  wake(): void;
  /** Tells what there is, trying a few times; whatever comes of it. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

interface CommitContext {
  readonly client: Consumer;
  readonly topic: string;
  readonly flows: () => Iterable<Flow>;
  readonly clock: Clock;
  readonly log: Log;
}

export function startCommitting({ client, topic, flows, clock, log }: CommitContext): Committing {
  const stopping = new AbortController();
  const bell = wakeup({ clock });
  let turn: Promise<unknown> = Promise.resolve();

  /** Whether all that is done is told. */
  async function commit(): Promise<boolean> {
    const told = [...flows()]
      .filter(({ lost }) => !lost.signal.aborted)
      .map((flow) => ({ flow, offset: flow.window.committable(flow.next) }))
      .filter(({ flow, offset }) => offset > flow.committed);
    if (told.length === 0) return true;
    try {
      const offsets = told.map(({ flow: { partition }, offset }) => ({
        topic,
        partition,
        offset,
        leaderEpoch: noEpoch,
      }));
      await client.commit({ offsets });
      for (const { flow, offset } of told) flow.committed = offset;
      return true;
    } catch (error) {
      log.debug('What is done could not be told to Kafka yet', { error });
      return false;
    }
  }

  /** One at a time: of two under way the older might win. */
  function commitInTurn(): Promise<boolean> {
    const own = turn.then(commit);
    turn = own;
    return own;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await bell.wait(null);
      while (!stopping.signal.aborted && !(await commitInTurn())) await pause(stopping.signal);
      await pause(stopping.signal, betweenMs);
    }
  }

  const running = run();
  return {
    wake: () => bell.call(),
    async flush() {
      for (let tries = 0; tries < lastTries && !(await commitInTurn()); tries += 1) {
        await pause(AbortSignal.timeout(2_000), 100);
      }
    },
    async stop() {
      stopping.abort();
      bell.call();
      await running;
    },
  };
}
