// Deletes what is done: the topics of the queue keep everything else for as long as it takes.

import type { Admin } from '@platformatic/kafka';
import type { Log } from '../../core/ports/log.ts';
import { isReason } from './failure.ts';
import type { Flow } from './flow.ts';
import { pause } from './patience.ts';

export interface PurgeContext {
  readonly admin: Admin;
  readonly topic: string;
  readonly everyMs: number;
  readonly flows: () => Iterable<Flow>;
  readonly log: Log;
}

/** Runs until stopped. Where Kafka does not allow it, that is said once, and the topic grows. */
export function startPurging({ admin, topic, everyMs, flows, log }: PurgeContext): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const purged = new Map<number, bigint>();

  async function purge(): Promise<void> {
    const partitions = [...flows()]
      .map(({ partition, committed: offset }) => ({ partition, offset }))
      .filter(({ partition, offset }) => offset > (purged.get(partition) ?? 0n));
    if (partitions.length === 0) return;
    await admin.deleteRecords({ topics: [{ name: topic, partitions }] });
    for (const { partition, offset } of partitions) purged.set(partition, offset);
  }

  async function run(): Promise<void> {
    for (;;) {
      await pause(stopping.signal, everyMs);
      if (stopping.signal.aborted) return;
      try {
        await purge();
      } catch (error) {
        if (isReason(error, 'TOPIC_AUTHORIZATION_FAILED', 'POLICY_VIOLATION')) {
          log.warn(
            'Kafka does not allow this user to delete what is done: give it Delete, or the topic a retention',
            { topic },
          );
          return;
        }
        log.debug('What is done could not be deleted yet', { topic, error });
      }
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
