// The relay: hands messages that were committed with their rows to the queue.

import type { EpochMs } from '../core/brand.ts';
import { complaint } from '../core/complaint.ts';
import { errorCode } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Queue, QueueMessage } from '../core/ports/queue.ts';
import type { Records } from '../core/ports/records.ts';
import { wakeup } from '../core/wakeup.ts';

/** Messages handed over at once: one transaction of the queue. */
const batchSize = 100;
/** Pause after a failure; doubled with each one more, so that a full disk does not flood the log. */
const firstPauseMs = 100;
const maxPauseMs = 10_000;
/** The wall clock that messages wait by may be set: it is looked at again after this. */
const maxWaitMs = 60_000;

/**
 * Moves messages from the outbox to the queue when they are due, until stopped: what is there already, then whenever a
 * transaction added some or the time of one has come. A crash between publishing and removing has them published again, which the queue
 * ignores by their ids.
 */
export function startRelay({
  records,
  queue,
  clock,
  log,
}: {
  records: Pick<Records, 'outbox' | 'onOutbox'>;
  queue: Pick<Queue, 'publish'>;
  clock: Clock;
  log: Log;
}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const waiting = complaint({ clock, log }, { says: 'Messages could not be handed to the queue' });
  const bell = wakeup({ clock });
  const unsubscribe = records.onOutbox(() => bell.call());

  /**
   * Hands over what is due; returns the time by which that was all. A topic that the queue refuses is passed over, so that
   * nothing else waits for it, and its refusal is thrown at the end.
   */
  async function drain(): Promise<EpochMs> {
    const refused = new Map<string, unknown>();
    for (;;) {
      const now = clock.now();
      const messages = await records.outbox.list(batchSize, now, [...refused.keys()]);
      if (stopping.signal.aborted) return now;
      if (messages.length === 0) {
        for (const [topic, error] of refused) throw new Error(`The queue refuses ${topic}`, { cause: error });
        return now;
      }
      await handOver(messages).catch(async (error: unknown) => {
        if (errorCode(error) !== 'queue-refused') throw error;
        for (const [topic, group] of Map.groupBy(messages, (message) => message.topic)) {
          await handOver(group).catch((reason: unknown) => {
            if (errorCode(reason) !== 'queue-refused') throw reason;
            refused.set(topic, reason);
          });
        }
      });
    }
  }

  async function handOver(messages: readonly QueueMessage[]): Promise<void> {
    await queue.publish(messages);
    await records.outbox.remove(messages.map(({ id }) => id));
  }

  /**
   * How long to wait for the next message that was not due at `drainedAt`; null where none waits. Not by the time as it
   * is now: what became due between the two would be neither handed over nor waited for.
   */
  async function untilNextMs(drainedAt: EpochMs): Promise<number | null> {
    const dueAt = await records.outbox.nextDueAt(drainedAt);
    return dueAt === null ? null : Math.min(Math.max(0, dueAt - clock.now()), maxWaitMs);
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const drainedAt = await drain();
        failures = 0;
        waiting.well();
        if (!stopping.signal.aborted) await bell.wait(await untilNextMs(drainedAt));
      } catch (error) {
        waiting.failed(error);
        const pauseMs = Math.min(maxPauseMs, firstPauseMs * 2 ** failures++);
        await clock.sleep(pauseMs, stopping.signal).catch(() => {});
      }
    }
  }

  const running = run();
  return {
    async stop() {
      unsubscribe();
      stopping.abort();
      bell.call();
      await running;
    },
  };
}
