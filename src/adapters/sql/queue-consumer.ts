// One consumer of the queue: takes what is due, hands it over, and settles what came of it.

import { attemptHandler, type FailedAttempt } from '../../core/attempt-handler.ts';
import { complaintOfMessages } from '../../core/attempt-complaint.ts';
import { backoffMs } from '../../core/backoff.ts';
import { branded, type EpochMs } from '../../core/brand.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { ConsumeOptions, Consumer, Handler, ReceivedMessage } from '../../core/ports/queue.ts';
import { wakeup } from '../../core/wakeup.ts';
import type { Claimed, QueueStore } from './queue-store.ts';

/** Pause after the database refused (full disk, say): long enough not to flood the log. */
const troublePauseMs = 1_000;

export interface ConsumerContext {
  readonly store: QueueStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** Resolves when what an earlier process had in hand is back in the queue. */
  readonly recovered: Promise<void>;
  /** Called when a message was settled: the next of its key may be due, for any consumer of the topic. */
  readonly freed: () => void;
}

export interface RunningConsumer extends Consumer {
  wake(): void;
}

/** Starts taking messages of `topic`, until stopped. */
export function startConsumer(
  context: ConsumerContext,
  topic: string,
  options: ConsumeOptions,
  handler: Handler,
): RunningConsumer {
  const { store, clock, recovered, freed } = context;
  const log = context.log.with({ topic });
  const stopping = new AbortController();
  const inHand = new Set<Promise<void>>();
  const unhandled = complaintOfMessages({ clock, log }, topic);
  const bell = wakeup({ clock });

  async function take(): Promise<number | null> {
    const free = options.concurrency - inHand.size;
    if (free <= 0) return null;
    const maxDelayMs = options.backoff.maxMs;
    const taken = await store.claim(topic, { now: clock.now(), limit: free, maxDelayMs });
    for (const claimed of taken) hold(claimed);
    if (taken.length === free) return null;
    const dueAt = await store.nextDueAt(topic);
    return dueAt === null ? null : Math.max(1, dueAt - clock.now());
  }

  function hold(claimed: Claimed): void {
    const work = handle(claimed).finally(() => {
      inHand.delete(work);
      freed();
    });
    inHand.add(work);
  }

  async function handle(claimed: Claimed): Promise<void> {
    const { message } = claimed;
    // Only where the process died in the last attempt: the message may be what killed it.
    const failed: FailedAttempt | null =
      message.attempt > options.maxAttempts + (options.toleratedStops ?? 0)
        ? { reason: 'Vedette stopped while it was being handled.', isOfAway: false }
        : await attemptHandler({ clock, handler, timeoutMs: options.timeoutMs }, message);
    const reason = failed?.reason ?? null;
    const next =
      outcome(context, options, message, reason) ??
      (reason === null ? null : await giveUp(context, options, message, reason));
    if (failed === null) unhandled.well();
    else unhandled.failed(failed, { id: message.id, attempt: message.attempt });
    await persistently(async () => {
      if (next !== null) return store.retryAt(claimed, next);
      await store.finish(claimed, { at: clock.now(), reason });
      if (reason !== null) unhandled.gaveUp(message, reason);
    });
  }

  /** Settling must succeed, or the key would stand still; what is left at a stop is put back at the next start. */
  async function persistently(settle: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await settle();
      } catch (error) {
        log.error('The queue cannot be written', { error });
        if (stopping.signal.aborted) return;
        await clock.sleep(troublePauseMs, stopping.signal).catch(() => {});
      }
    }
  }

  async function run(): Promise<void> {
    await recovered;
    while (!stopping.signal.aborted) {
      try {
        await bell.wait(await take());
      } catch (error) {
        log.error('The queue cannot be read', { error });
        await bell.wait(troublePauseMs);
      }
    }
  }

  const running = run().catch((error) => log.error('The queue could not be opened', { error }));
  return {
    wake: () => bell.call(),
    async stop() {
      stopping.abort();
      bell.call();
      await running;
      await Promise.all(inHand);
    },
  };
}

/** Tells that a message is put aside; when to try again where that cannot be written down, else null. */
async function giveUp(
  { clock, log }: ConsumerContext,
  { givenUp, backoff }: ConsumeOptions,
  message: ReceivedMessage,
  reason: string,
): Promise<EpochMs | null> {
  try {
    await givenUp?.(message, reason);
    return null;
  } catch (error) {
    log.error('It could not be written down that a message was given up', { id: message.id, error });
    return branded<EpochMs>(clock.now() + backoff.maxMs);
  }
}

/** When to try again; null where it is over, one way or the other. */
function outcome(
  { clock, random }: ConsumerContext,
  { backoff, maxAttempts }: ConsumeOptions,
  { attempt: tried }: ReceivedMessage,
  reason: string | null,
): EpochMs | null {
  if (reason === null || tried >= maxAttempts) return null;
  return branded<EpochMs>(clock.now() + backoffMs(backoff, tried, random));
}
