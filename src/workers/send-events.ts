// The sender of outgoing events: what was committed with its change goes where integrators read it, at least once, in the
// order in which it was committed.

import type { EpochMs, OrganizationId } from '../core/brand.ts';
import { branded } from '../core/brand.ts';
import { complaint } from '../core/complaint.ts';
import { errorCode } from '../core/errors.ts';
import { cloudEvent, type EventSink } from '../core/outgoing/cloud-event.ts';
import { lostEvent } from '../core/outgoing/compose.ts';
import { keepWaitingMs, maxWaiting, type OutgoingEvent } from '../core/outgoing/event.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records } from '../core/ports/records.ts';
import { wakeup } from '../core/wakeup.ts';

/** Events sent together: a request of some hundred KiB. */
const batchSize = 200;
/** Pause after a failure; doubled with each one more. */
const firstPauseMs = 200;
const maxPauseMs = 10_000;
/** A call of the outbox that was lost costs no more than this. */
const maxWaitMs = 10_000;
/** What waits for too long is looked for so often: what grows in between is little beside what may wait. */
const dropEveryMs = 60_000;
/** Topics that refuse are passed over, so that others go on; so many are no refusal of a topic any more. */
const maxPassedOver = 100;

export interface SenderDeps {
  readonly records: Pick<Records, 'outgoingEvents' | 'onOutbox' | 'transaction'>;
  readonly sink: EventSink;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SenderOptions {
  /** Where people reach this installation, without a slash at its end. */
  readonly publicUrl: string;
  readonly limits?: { readonly keepMs: number; readonly maxWaiting: number };
}

/**
 * Sends what waits, until stopped. A crash between sending and removing sends it again, with the same id. Where the sink
 * is away, events wait within their limits; beyond them the oldest are dropped, and an event says so.
 */
export function startSendingEvents(
  { records, sink, clock, log }: SenderDeps,
  { publicUrl, limits = { keepMs: keepWaitingMs, maxWaiting } }: SenderOptions,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const waiting = complaint({ clock, log }, { says: 'Events could not be sent; they wait' });
  const bell = wakeup({ clock });
  const unsubscribe = records.onOutbox(() => bell.call());
  let droppedAtMs = Number.NEGATIVE_INFINITY;

  /** Sends all there is. Returns whether some were passed over, for their topic refuses them. */
  async function drain(): Promise<boolean> {
    const passedOver = new Set<OrganizationId>();
    while (!stopping.signal.aborted) {
      const events = await records.outgoingEvents.list(batchSize, [...passedOver]);
      if (events.length === 0) break;
      for (const [topic, own] of Map.groupBy(events, ({ organizationId }) => sink.topicOf(organizationId))) {
        if (await isSent(topic, own)) continue;
        for (const { organizationId } of own) passedOver.add(organizationId);
        if (passedOver.size > maxPassedOver) return true;
      }
    }
    return passedOver.size > 0;
  }

  /** False where the topic refuses. Errors: those of the sink, where it is away. */
  async function isSent(topic: string, events: readonly OutgoingEvent[]): Promise<boolean> {
    try {
      await sink.publish(
        topic,
        events.map((event) => cloudEvent(event, publicUrl)),
      );
    } catch (error) {
      if (errorCode(error) !== 'queue-refused') throw error;
      log.error('Kafka refuses events; they wait', { topic, error });
      return false;
    }
    await records.outgoingEvents.remove(events.map(({ id }) => id));
    return true;
  }

  async function dropWhatIsTooMuch(): Promise<void> {
    if (clock.monotonicMs() - droppedAtMs < dropEveryMs) return;
    droppedAtMs = clock.monotonicMs();
    const bounds = { before: branded<EpochMs>(clock.now() - limits.keepMs), keep: limits.maxWaiting };
    const lost = await records.transaction(async (tx) => {
      const dropped = await tx.outgoingEvents.drop(bounds);
      await tx.outgoingEvents.add(dropped.map((each) => lostEvent({ clock }, each)));
      return dropped;
    });
    for (const each of lost)
      log.error('Events waited for too long, or too many did, and were dropped', { ...each });
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await dropWhatIsTooMuch();
        const isHeldUp = await drain();
        failures = isHeldUp ? failures + 1 : 0;
        waiting.well();
        if (!isHeldUp && !stopping.signal.aborted) await bell.wait(maxWaitMs);
      } catch (error) {
        failures += 1;
        waiting.failed(error);
      }
      if (failures === 0) continue;
      const pauseMs = Math.min(maxPauseMs, firstPauseMs * 2 ** (failures - 1));
      await clock.sleep(pauseMs, stopping.signal).catch(() => {});
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
