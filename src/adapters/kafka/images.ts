// The topic that integrators write images to: made by us, read by us, and emptied of what was handled, for what lies in it is not
// encrypted by us.

import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { KafkaConnection } from './connection.ts';
import { interruptible } from './inbox.ts';
import { imagesTopic } from './our-topics.ts';
import {
  consumeRecords,
  maxRecordBytes,
  type ReceivedRecord,
  type RecordConsumer,
  recordWriter,
} from './records.ts';

/** Images in hand at a time: enough to fill a batch of rows; large ones are held back by their bytes. */
const concurrency = 48;
/** Bytes of records in memory, beside one answer of 32 MiB: three of the largest, or a second of usual ones. */
const maxHeldBytes = 64 * 1024 * 1024;
/** Taking one in costs a decode and a write: what takes longer hangs. */
const maxWorkMs = 60_000;
const backoff = { firstMs: 500, maxMs: 60_000 };
const purgeEveryMs = 60_000;

export interface ConsumeImagesOptions {
  readonly connection: KafkaConnection;
  /** Kafka's name; the group has the same. */
  readonly topic: string;
  readonly partitions: number;
  /** Null: as many as the cluster makes by default. */
  readonly replicas: number | null;
  readonly clock: Clock;
  readonly log: Log;
  /** Throws to have the record again. It must be idempotent. */
  readonly onRecord: (
    record: Omit<ReceivedRecord, 'value'> & { readonly value: Uint8Array<ArrayBuffer> },
    /** Aborted when it takes too long. */
    signal: AbortSignal,
  ) => Promise<void>;
}

/** Reads the topic until stopped; makes it where it is missing, for images of 20 MB. Errors: `settings-invalid`. */
export function consumeImages(options: ConsumeImagesOptions): Pick<RecordConsumer, 'stop'> {
  const { connection, topic, partitions, replicas, clock, log, onRecord } = options;
  const writer = recordWriter({ connection, log });
  const wanted = imagesTopic({ name: topic, partitions, replicas });
  const consumer = consumeRecords({
    ...{ connection, topic, group: topic, concurrency, maxHeldBytes, maxWorkMs, backoff, clock, log },
    purgeEveryMs,
    prepare: () => writer.prepare({ ...wanted, maxBytes: maxRecordBytes }),
    async onRecord(record) {
      const value = new Uint8Array(record.value);
      const signal = AbortSignal.timeout(maxWorkMs);
      await interruptible(onRecord({ ...record, value }, signal), signal);
    },
  });
  return {
    async stop() {
      await consumer.stop();
      await writer.close();
    },
  };
}
