// One consumer of the queue on Kafka: keys side by side, the messages of a key one after the other, each until it is
// done or given up.

import { attemptHandler } from '../../core/attempt-handler.ts';
import { backoffMs } from '../../core/backoff.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { ConsumeOptions, DeadLetter, Handler } from '../../core/ports/queue.ts';
import { type Flow, hold } from './flow.ts';
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
}

/** The messages of one key, the first of them in hand, waiting for its next attempt, or ready. */
interface Lane {
  readonly flow: Flow;
  readonly key: string;
  readonly entries: Entry[];
}

/** Attempts are begun while fewer than `concurrency` are under way. */
export function worker(context: WorkerContext, options: ConsumeOptions, handler: Handler): Worker {
  const { clock, marks, topic } = context;
  const log = context.log.with({ topic });
  const lanes = new Map<Flow, Map<string, Lane>>();
  /** Lanes whose first message may be begun, oldest first. */
  const ready: Lane[] = [];
  let hands = 0;

  function take(flow: Flow, record: InRecord): void {
    const message = messageOf(topic, record);
    if (message === null) {
      log.error('A record that is not one of ours lies in a topic of the queue: it is passed over', {
        partition: record.partition,
        offset: Number(record.offset),
      });
      context.finish(flow, record);
      return;
    }
    const lane = lanesOf(flow).get(message.key);
    if (lane !== undefined) {
      lane.entries.push({ record, message });
      return;
    }
    const begun: Lane = { flow, key: message.key, entries: [{ record, message }] };
    lanesOf(flow).set(message.key, begun);
    ready.push(begun);
    begin();
  }

  function lanesOf(flow: Flow): Map<string, Lane> {
    const known = lanes.get(flow);
    if (known !== undefined) return known;
    const own = new Map<string, Lane>();
    lanes.set(flow, own);
    flow.leaving.signal.addEventListener('abort', () => lanes.delete(flow), { once: true });
    return own;
  }

  function begin(): void {
    while (hands < options.concurrency) {
      const lane = ready.shift();
      if (lane === undefined) return;
      const [entry] = lane.entries;
      if (entry === undefined || lane.flow.leaving.signal.aborted) continue;
      hands += 1;
      hold(lane.flow, handle(lane, entry).finally(putDown));
    }
  }

  function putDown(): void {
    hands -= 1;
    begin();
  }

  /** One attempt, and what comes of it. */
  async function handle(lane: Lane, { record, message }: Entry): Promise<void> {
    const { flow } = lane;
    const attempt = await marks.begin(message, record);
    // Done before: published again, or told too late to Kafka.
    if (attempt === null) return next(lane, record);
    const stops = options.toleratedStops ?? 0;
    const taken = flow.lost.signal;
    const reason =
      attempt > options.maxAttempts + stops
        ? 'Vedette stopped while it was being handled.'
        : await attemptHandler(
            { clock, handler, timeoutMs: options.timeoutMs, taken },
            { ...message, attempt },
          );
    if (taken.aborted) return;
    if (reason !== null) log.warn('A message was not handled', { id: message.id, attempt, reason });
    if (reason !== null && attempt < options.maxAttempts) return later(lane, attempt);
    if (reason !== null) await bury(flow, { ...message, attempt, failedAt: clock.now(), reason });
    if (taken.aborted) return;
    await marks.done(message, record);
    next(lane, record);
  }

  /** Must succeed, or the message would be gone; the key stands still until then. */
  async function bury(flow: Flow, letter: DeadLetter): Promise<void> {
    while (!flow.lost.signal.aborted) {
      try {
        return await context.bury(letter);
      } catch (error) {
        log.error('A dead letter cannot be written', { id: letter.id, error });
        await pause(flow.lost.signal, 1_000);
      }
    }
  }

  function later(lane: Lane, attempt: number): void {
    const { signal } = lane.flow.leaving;
    clock.sleep(backoffMs(options.backoff, attempt, context.random), signal).then(
      () => {
        ready.push(lane);
        begin();
      },
      () => {},
    );
  }

  function next(lane: Lane, record: InRecord): void {
    lane.entries.shift();
    context.finish(lane.flow, record);
    if (lane.entries.length > 0) ready.push(lane);
    else lanes.get(lane.flow)?.delete(lane.key);
  }

  return { take };
}
