// Topics of Kafka for others: what integrators send is read, at least once and no faster than it is handled; what they
// are told is written. Each with a connection, and so with credentials, of its own.

import { Admin, Producer } from '@platformatic/kafka';
import { type Backoff, backoffMs } from '../../core/backoff.ts';
import { branded, type EpochMs } from '../../core/brand.ts';
import { complaint } from '../../core/complaint.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { clientOptions, type KafkaConnection } from './connection.ts';
import type { Flow } from './flow.ts';
import { startGroupReader } from './group-reader.ts';
import { lanes, type Outcome } from './lanes.ts';
import { persistently, within } from './patience.ts';
import { headersOf, type InRecord } from './record.ts';
import { sender } from './sender.ts';
import { ensureTopic, type TopicWanted } from './topics.ts';

export interface KafkaRecord {
  readonly topic: string;
  /** Records of one key are handled one after the other; null: whenever there is a hand. */
  readonly key: string | null;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ReceivedRecord extends KafkaRecord {
  /** Where it lies: together with the topic they name the record for ever. */
  readonly partition: number;
  readonly offset: number;
  readonly writtenAt: EpochMs;
  /** 1 for the first time that this process hands it over. */
  readonly attempt: number;
}

export interface ConsumeRecordsOptions {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly group: string;
  /**
   * Resolves when the record is done with, whatever became of it (what can never be used is put aside here); throws to
   * have it handed over again after a back-off, for as long as it takes. It must be idempotent: a record comes again when
   * a process dies. `signal` is aborted when the record may be somebody else's.
   */
  readonly onRecord: (record: ReceivedRecord, signal: AbortSignal) => Promise<void>;
  /** Records handled at the same time. */
  readonly concurrency: number;
  /** Longest that `onRecord` takes: who stops or shares waits so long for it. */
  readonly maxWorkMs: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly log: Log;
  /** Deletes what is done so often, in ms; null leaves that to the retention of the topic, which is somebody else's. */
  readonly purgeEveryMs?: number | null;
  /** Makes the topic where it is ours; by default it is waited for. */
  readonly prepare?: () => Promise<void>;
  /** Bytes of records in memory, beside those of one answer (32 MiB). */
  readonly maxHeldBytes?: number;
  readonly timings?: { readonly sessionMs: number; readonly heartbeatMs: number };
  /** 0 ≤ n < 1; what spreads retries. */
  readonly random?: () => number;
}

export interface RecordConsumer {
  /** What was done beyond what is committed, given the committed offset of each partition. */
  finishedFrom(committed: ReadonlyMap<number, bigint>): number;
  /** Bytes of records that were read and are not done, for metrics. */
  heldBytes(): number;
  /** Begins nothing more and waits for what is in hand; the rest comes again. */
  stop(): Promise<void>;
}

/** Room for the largest image (20 MB) with its headers. */
export const maxRecordBytes = 21 * 1024 * 1024;

const defaultTimings = { sessionMs: 10_000, heartbeatMs: 2_000 };
const defaultHeldBytes = 128 * 1024 * 1024;
const patienceMs = 10_000;
const closeMs = 3_000;
const answerBytes = 32 * 1024 * 1024;

/** Reads `topic` as one of `group`, until stopped. Waits while the topic is missing. Errors: `settings-invalid`. */
export function consumeRecords(options: ConsumeRecordsOptions): RecordConsumer {
  const { connection, topic, clock, log, random = Math.random } = options;
  const { maxHeldBytes = defaultHeldBytes, timings = defaultTimings, purgeEveryMs = null } = options;
  const admin = new Admin(clientOptions(connection));
  const attempts = new WeakMap<InRecord, number>();
  const unhandled = complaint({ clock, log }, { says: 'A record was not handled', of: topic, level: 'warn' });

  async function handle({ lost }: Flow, record: InRecord): Promise<Outcome> {
    const attempt = (attempts.get(record) ?? 0) + 1;
    attempts.set(record, attempt);
    try {
      await options.onRecord(receivedOf(topic, record, attempt), lost.signal);
      unhandled.well();
      return lost.signal.aborted ? 'taken' : 'done';
    } catch (error) {
      if (lost.signal.aborted) return 'taken';
      const { partition, offset } = record;
      unhandled.failed(error, { topic, partition, offset: Number(offset), attempt });
      return { againMs: backoffMs(options.backoff, attempt, random) };
    }
  }

  const finish = (flow: Flow, record: InRecord) => reading.finish(flow, record);
  const work = lanes<InRecord>({ clock, concurrency: options.concurrency, handle, finish });
  const reading = startGroupReader({
    connection,
    topic,
    groupId: options.group,
    timings: { ...timings, maxWorkMs: options.maxWorkMs },
    limits: {
      maxUnfinished: 10_000,
      maxAhead: 10_000,
      maxHeldBytes,
      maxTotalBytes: maxHeldBytes,
      maxBytes: answerBytes,
      maxPartitionBytes: answerBytes,
    },
    purge: purgeEveryMs === null ? null : { admin, everyMs: purgeEveryMs },
    clock,
    log,
    // It is theirs to make: nothing is created by looking.
    prepare:
      options.prepare ?? (async () => void (await admin.metadata({ topics: [topic], forceUpdate: true }))),
    take: (flow, record) => work.add(flow, record.key?.toString() ?? null, record),
  });
  return {
    finishedFrom: reading.finishedFrom,
    heldBytes: reading.heldBytes,
    async stop() {
      await reading.stop();
      await within(closeMs, admin.close());
    },
  };
}

export interface RecordWriter {
  /** Durable when it resolves. Errors: `queue-unavailable` within 10 s, `queue-refused`, `body-too-large`. */
  publishRecords(records: readonly KafkaRecord[]): Promise<void>;
  /**
   * Makes the topic where it is missing, for records of at most `maxBytes`.
   * Errors: `queue-refused` with what is to be done, `queue-unavailable`.
   */
  prepare(topic: Omit<TopicWanted, 'batchBytes'> & { readonly maxBytes: number }): Promise<void>;
  close(): Promise<void>;
}

export interface RecordWriterOptions {
  readonly connection: KafkaConnection;
  readonly log: Log;
  /** As `sender`'s. */
  readonly paceMs?: number;
}

/** Errors: `settings-invalid`. */
export function recordWriter({ connection, log, paceMs = 0 }: RecordWriterOptions): RecordWriter {
  const shared = clientOptions(connection);
  const admin = new Admin(shared);
  const producer = new Producer({ ...shared, idempotent: true, acks: -1, retries: 8, retryDelay: 200 });
  const sending = sender(producer, { patienceMs, paceMs });
  return {
    publishRecords: (records) =>
      sending.send(
        records.map(({ topic, key, value, headers }) => ({
          topic,
          key: key === null ? null : Buffer.from(key),
          value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
          headers: headersOf(headers),
        })),
      ),
    async prepare({ maxBytes, ...wanted }) {
      const configuration = { ...wanted.configuration, 'max.message.bytes': String(maxBytes) };
      const topic = { ...wanted, configuration, batchBytes: maxBytes };
      await persistently(patienceMs, () => ensureTopic(admin, topic, log));
    },
    async close() {
      await sending.close();
      for (const client of [producer, admin]) await within(closeMs, client.close());
    },
  };
}

function receivedOf(topic: string, record: InRecord, attempt: number): ReceivedRecord {
  const { partition, offset, key, value, headers, timestampMs } = record;
  return {
    topic,
    partition,
    offset: Number(offset),
    key: key?.toString() ?? null,
    value: value ?? new Uint8Array(),
    headers: Object.fromEntries([...headers].map(([name, content]) => [name, content.toString()])),
    writtenAt: branded<EpochMs>(timestampMs),
    attempt,
  };
}
