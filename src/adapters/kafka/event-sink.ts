// Where integrators read events: topics of Kafka beside those of the queue, one for all or one an organization.

import type { EventSink } from '../../core/outgoing/cloud-event.ts';
import type { OrganizationId } from '../../core/brand.ts';
import type { Log } from '../../core/ports/log.ts';
import type { KafkaConnection } from './connection.ts';
import { recordWriter } from './records.ts';

/** Largest event: the one of an incident with every camera and sensor of a large site has 60 KiB. */
const maxEventBytes = 1024 * 1024;
/** How long a topic that we make keeps events. Its owner may set another. */
const keptMs = 7 * 86_400_000;

export interface KafkaEventSinkOptions {
  readonly connection: KafkaConnection;
  /** Before the names of topics. */
  readonly prefix: string;
  /** Whether each organization has a topic, so that rights in Kafka can keep them apart. */
  readonly perOrganization: boolean;
  readonly partitions: number;
  /** Null: as many as the cluster makes by default. */
  readonly replicas: number | null;
  readonly log: Log;
}

/** Topics are made when something is first to be told in them. Errors: `settings-invalid`. */
export function kafkaEventSink(options: KafkaEventSinkOptions): EventSink {
  const { connection, prefix, perOrganization, partitions, replicas, log } = options;
  const writer = recordWriter({ connection, log });
  const made = new Set<string>();
  const configuration = { 'retention.ms': String(keptMs), 'cleanup.policy': 'delete' };

  async function ensure(topic: string): Promise<void> {
    if (made.has(topic)) return;
    await writer.prepare({ name: topic, partitions, replicas, configuration, maxBytes: maxEventBytes });
    made.add(topic);
  }

  return {
    topicOf: (organizationId: OrganizationId) =>
      perOrganization ? `${prefix}events.${organizationId}` : `${prefix}events`,
    async publish(topic, records) {
      await ensure(topic);
      try {
        await writer.publishRecords(
          records.map(({ key, value, headers }) => ({ topic, key, headers, value: Buffer.from(value) })),
        );
      } catch (error) {
        // Somebody may have removed the topic: it is looked for again.
        made.delete(topic);
        throw error;
      }
    },
    close: () => writer.close(),
  };
}
