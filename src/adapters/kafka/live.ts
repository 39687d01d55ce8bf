// Live events of all processes, over a topic of Kafka: to listeners here at once, to those elsewhere a moment later.
//
// Every process reads the whole topic from the moment it came, with no group: nothing is shared out, nothing is
// remembered for a process that ends, and nothing of it stays behind in the cluster.

import { Consumer } from '@platformatic/kafka';
import type { Clock } from '../../core/ports/clock.ts';
import type { Events, LiveEvent } from '../../core/ports/events.ts';
import type { Log } from '../../core/ports/log.ts';
import { clientOptions, type KafkaConnection } from './connection.ts';
import { startFetching } from './fetching.ts';
import { type Flow, newFlow } from './flow.ts';
import { persistently, within } from './patience.ts';
import type { InRecord } from './record.ts';
import { recordWriter } from './records.ts';

/** Long enough for a process that was held up, short enough to cost nothing: the records are the truth. */
const keptMs = 3_600_000;
const maxEventBytes = 64 * 1024;
const answerBytes = 4 * 1024 * 1024;
const patienceMs = 10_000;
const closeMs = 3_000;

export interface KafkaEvents extends Events {
  close(): Promise<void>;
}

export interface KafkaEventsDeps {
  readonly connection: KafkaConnection;
  /** Before the name of the topic. */
  readonly prefix: string;
  /** Null: as many as the cluster makes by default. */
  readonly replicas: number | null;
  /** Who hands events to the listeners of this process. */
  readonly local: Events;
  /** Names this process, so that it does not hear itself twice. */
  readonly processId: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes the topic where it is missing and begins to listen. While Kafka does not answer, events reach the listeners of
 * their own process only. Errors: `queue-unavailable`, `queue-refused`, `settings-invalid`.
 */
export async function openKafkaEvents(deps: KafkaEventsDeps): Promise<KafkaEvents> {
  const { connection, prefix, replicas, local, processId, clock, log } = deps;
  const topic = `${prefix}live`;
  await using opening = new AsyncDisposableStack();
  const writer = recordWriter({ connection, log });
  opening.defer(() => writer.close());
  const configuration = { 'retention.ms': String(keptMs), 'cleanup.policy': 'delete' };
  // One partition: all hear the same order.
  await writer.prepare({ name: topic, partitions: 1, replicas, configuration, maxBytes: maxEventBytes });
  const client = new Consumer({ ...clientOptions(connection), groupId: `${prefix}live`, minBytes: 1 });
  opening.defer(async () => void (await within(closeMs, client.close(true))));
  const flows = await persistently(patienceMs, () => fromNowOn(client, topic));
  const reading = startFetching({
    ...{ client, topic, clock, log, maxBytes: answerBytes, maxPartitionBytes: answerBytes },
    flows: () => flows,
    hasRoom: () => true,
    take: (_flow, records) => {
      for (const record of records) hear(record);
    },
  });
  // Before the client is closed, whose connections it uses: what it waits for ends with them.
  const running = opening.move();
  reading.wake();

  function hear(record: InRecord): void {
    const from = record.headers.get('from')?.toString();
    if (from === processId) return;
    const event = parsed(record, log);
    if (event !== null) local.publish(event);
  }

  return {
    publish(event) {
      local.publish(event);
      const value = new TextEncoder().encode(JSON.stringify(event));
      writer
        .publishRecords([{ topic, key: null, value, headers: { from: processId } }])
        .catch((error: unknown) => log.debug('An event did not reach the other processes', { error }));
    },
    subscribe: local.subscribe,
    async close() {
      const stopped = reading.stop();
      await running.disposeAsync();
      await within(closeMs, stopped);
    },
  };
}

async function fromNowOn(client: Consumer, topic: string): Promise<readonly Flow[]> {
  const ends = await client.listOffsets({ topics: [topic] });
  return (ends.get(topic) ?? []).map((end, partition) => newFlow(partition, end));
}

/** Our own processes wrote it, with the same type; whoever else may write to the topic is not believed. */
function parsed({ value }: InRecord, log: Log): LiveEvent | null {
  try {
    const event = JSON.parse(value?.toString() ?? '');
    if (typeof event?.type === 'string' && typeof event.organizationId === 'string') return event;
  } catch {
    // Said below.
  }
  log.warn('Something that is no event lies in the topic of events');
  return null;
}
