// One consumer of the queue on Kafka: hands messages over, counts attempts, and buries what is given up.

import { attemptHandler, type FailedAttempt } from '../../core/attempt-handler.ts';
import { complaintOfMessages } from '../../core/attempt-complaint.ts';
import { backoffMs } from '../../core/backoff.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { ConsumeOptions, DeadLetter, Handler, ReceivedMessage } from '../../core/ports/queue.ts';
import type { Flow } from './flow.ts';
import { lanes, type Outcome } from './lanes.ts';
import type { Marks } from './marks.ts';
import { pause } from './patience.ts';
import { type InRecord, messageOf, type StoredMessage } from './record.ts';

export interface WorkerContext {
  readonly topic: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly marks: Marks;
  /** Resolves when the letter is durable. */
  readonly bury: (letter: DeadLetter) => Promise<void>;
  /** The record is done, one way or the other. */
  readonly finish: (flow: Flow, record: InRecord) => void;
}

export interface Worker {
  take(flow: Flow, record: InRecord): void;
}

interface Entry {
  readonly record: InRecord;
  readonly message: StoredMessage;
  /** Why the last attempt in this process failed; null where none was made here. */
  failure: FailedAttempt | null;
}

/** Pause before a dead letter that Kafka did not take is written again. */
const buryAgainMs = 1_000;

/** Works on what it is given to take. */
export function worker(context: WorkerContext, options: ConsumeOptions, handler: Handler): Worker {
  const { clock, marks, topic } = context;
  const log = context.log.with({ topic });
  const { concurrency, maxAttempts, timeoutMs, toleratedStops = 0 } = options;
  const unhandled = complaintOfMessages({ clock, log }, topic);
  const finish = (flow: Flow, { record }: Entry) => context.finish(flow, record);
  const work = lanes<Entry>({ clock, concurrency, handle, finish });

  async function handle(flow: Flow, entry: Entry): Promise<Outcome> {
    const { lost } = flow;
    const { record, message } = entry;
    const begun = await marks.begin(message, record);
    // Others may have begun it while this process was held up.
    flow.check();
    if (lost.signal.aborted) return 'taken';
    // Done before: published again, or Kafka was told too late.
    if (begun === null) return 'done';
    const { attempt } = begun;
    const failed = begun.givenUp === null ? await attempted(entry, attempt, lost.signal) : null;
    if (lost.signal.aborted) return 'taken';
    const reason = begun.givenUp ?? failed?.reason ?? null;
    if (reason === null) unhandled.well();
    else {
      if (failed !== null) {
        unhandled.failed(failed, { id: message.id, attempt });
        if (attempt < maxAttempts) return { againMs: backoffMs(options.backoff, attempt, context.random) };
        if (!(await giveUp({ ...message, attempt }, reason))) return { againMs: options.backoff.maxMs };
        if (lost.signal.aborted) return 'taken';
        // Before the letter: who ends in between neither tries nor tells of it again, and puts it aside for this reason.
        await marks.gaveUp(message, record, { attempt, reason });
        unhandled.gaveUp({ ...message, attempt }, reason);
      }
      await bury(lost.signal, { ...message, attempt, failedAt: clock.now(), reason });
      if (lost.signal.aborted) return 'taken';
    }
    await marks.done(message, record);
    return 'done';
  }

  /** Why it was not handled; null where it was. */
  async function attempted(entry: Entry, attempt: number, lost: AbortSignal): Promise<FailedAttempt | null> {
    // Tried often enough: what is left is to tell of it, which did not work or did not come about.
    if (attempt > maxAttempts + toleratedStops) {
      return entry.failure ?? { reason: 'Vedette stopped while it was being handled.', isOfAway: false };
    }
    entry.failure = await attemptHandler(
      { clock, handler, timeoutMs, taken: lost },
      { ...entry.message, attempt },
    );
    return entry.failure;
  }

  /** Tells that a message is put aside; false where that could not be written down. */
  async function giveUp(message: ReceivedMessage, reason: string): Promise<boolean> {
    try {
      await options.givenUp?.(message, reason);
      return true;
    } catch (error) {
      log.error('It could not be written down that a message was given up', { id: message.id, error });
      return false;
    }
  }

  /** Must succeed, or the message would be gone; its key stands still until then. */
  async function bury(lost: AbortSignal, letter: DeadLetter): Promise<void> {
    for (let failures = 0; !lost.aborted; failures += 1) {
      try {
        return await context.bury(letter);
      } catch (error) {
        const say = failures === 0 ? log.error : log.debug;
        say('A dead letter cannot be written; it is tried every second, and its key waits', {
          id: letter.id,
          error,
        });
        await pause(lost, buryAgainMs);
      }
    }
  }

  return {
    take(flow, record) {
      const message = messageOf(topic, record);
      if (message !== null) return work.add(flow, message.key, { record, message, failure: null });
      const { partition, offset } = record;
      log.error('A record that is not ours lies in a topic of the queue: it is passed over', {
        partition,
        offset: Number(offset),
      });
      context.finish(flow, record);
    },
  };
}
