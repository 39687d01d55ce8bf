// The inbox on Kafka: small bodies as records of one topic, larger ones as blobs that a record names (a claim check), so
// that brokers need no setting for large messages.

import { Admin } from '@platformatic/kafka';
import { branded, type Sha256 } from '../../core/brand.ts';
import { checkItem } from '../../core/inbox-limits.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type Inbox, maxInboxBodyBytes } from '../../core/ports/inbox.ts';
import type { Log } from '../../core/ports/log.ts';
import { clientOptions, type KafkaConnection } from './connection.ts';
import { lagOf } from './depth.ts';
import { defaultPartitions, inboxTopic, maxInlineBytes } from './our-topics.ts';
import { persistently, within } from './patience.ts';
import { consumeRecords, type ReceivedRecord, type RecordConsumer, recordWriter } from './records.ts';
import { ensureTopic } from './topics.ts';

const patienceMs = 10_000;
/** An image more or less a moment later is nothing to its integrator, and requests to Kafka are what accepting costs most. */
export const paceMs = 20;
const closeMs = 3_000;
const purgeEveryMs = 60_000;
/** Header that names the blob of a large body, beside those of the item; none of theirs begins like it. */
const claimHeader = 'inbox-claim';
const sizeHeader = 'inbox-size';
const idHeader = 'inbox-id';

export interface KafkaInboxOptions {
  readonly connection: KafkaConnection;
  /** Kafka's name, for these items alone; its group has the same. */
  readonly topic: string;
  /** Of the blobs of large bodies: what lies below it belongs to the inbox. */
  readonly prefix: string;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly partitions?: number;
  /** Null: as many as the cluster makes by default. */
  readonly replicas?: number | null;
  readonly timings?: { readonly sessionMs: number; readonly heartbeatMs: number };
}

/** Nothing is asked of Kafka before the first call. The blobs stay their owner's. Errors: `settings-invalid`. */
export function kafkaInbox(options: KafkaInboxOptions): Inbox {
  const {
    connection,
    topic,
    prefix,
    blobs,
    clock,
    log,
    partitions = defaultPartitions,
    replicas = null,
  } = options;
  const writer = recordWriter({ connection, log, paceMs });
  const admin = new Admin(clientOptions(connection));
  const consumers = new Set<RecordConsumer>();
  let made: Promise<number> | null = null;

  function ready(): Promise<number> {
    const wanted = inboxTopic({ name: topic, partitions, replicas });
    const making = made ?? persistently(patienceMs, () => ensureTopic(admin, wanted, log));
    made = making;
    making.catch(() => {
      made = null;
    });
    return making;
  }

  async function claimed(body: Uint8Array<ArrayBuffer>): Promise<string> {
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const blobKey = `${prefix}/${day}/${crypto.randomUUID()}`;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
    await blobs.put(blobKey, body, { sizeBytes: body.byteLength, sha256: branded<Sha256>(digest.toHex()) });
    return blobKey;
  }

  async function forget(blobKey: string): Promise<void> {
    try {
      await blobs.delete(blobKey);
    } catch (error) {
      log.warn('An image that was taken in could not be removed from the inbox; the sweep does', {
        ...{ blobKey, error },
      });
    }
  }

  return {
    async put(item) {
      checkItem(item);
      await ready();
      const isSmall = item.body.byteLength <= maxInlineBytes;
      const claim = isSmall
        ? {}
        : { [claimHeader]: await claimed(item.body), [sizeHeader]: String(item.body.byteLength) };
      const headers = { ...item.headers, ...claim, [idHeader]: item.id };
      // Without a key it goes to whichever partition has room: there is no order to keep.
      const value = isSmall ? item.body : new Uint8Array();
      await writer.publishRecords([{ topic, key: null, value, headers }]);
    },
    consume({ concurrency, backoff, timeoutMs }, handler) {
      const consumer = consumeRecords({
        ...{ connection, topic, group: topic, concurrency, backoff, clock, log, purgeEveryMs },
        maxWorkMs: timeoutMs,
        prepare: async () => void (await ready()),
        async onRecord(record, signal) {
          const { id, claim, headers, sizeBytes } = partsOf(record, prefix);
          const read = async () => new Uint8Array(claim === null ? record.value : await blobs.get(claim));
          const timeUp = AbortSignal.timeout(timeoutMs);
          const item = { id, headers, sizeBytes, read };
          await interruptible(handler(item, AbortSignal.any([signal, timeUp])), timeUp);
          if (claim !== null) await forget(claim);
        },
        ...(options.timings === undefined ? {} : { timings: options.timings }),
      });
      consumers.add(consumer);
      return {
        async stop() {
          consumers.delete(consumer);
          await consumer.stop();
        },
      };
    },
    async backlog() {
      const count = await ready();
      const lags = await persistently(patienceMs, () => lagOf(admin, topic, topic, count));
      const committed = new Map(lags.map((each) => [each.partition, each.committed]));
      let waiting = lags.reduce((sum, { lag }) => sum + lag, 0);
      for (const consumer of consumers) waiting -= consumer.finishedFrom(committed);
      return waiting;
    },
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      consumers.clear();
      await writer.close();
      await within(closeMs, admin.close());
    },
  };
}

/** A claim elsewhere than below `prefix` is none: whoever else may write to the topic must not have us remove footage. */
function partsOf({ headers: all, value, partition, offset }: ReceivedRecord, prefix: string) {
  const { [claimHeader]: named = '', [sizeHeader]: size, [idHeader]: id, ...headers } = all;
  const claim = named.startsWith(`${prefix}/`) ? named : null;
  return {
    ...{ id: id ?? `${partition}/${offset}`, claim, headers },
    sizeBytes: claim === null ? value.byteLength : Number(size ?? maxInboxBodyBytes),
  };
}

/** `work`, or a failure when its time is up: what hangs must not keep a partition for ever. */
export async function interruptible(work: Promise<void>, timeUp: AbortSignal): Promise<void> {
  const late = Promise.withResolvers<never>();
  const onTimeUp = () => late.reject(timeUp.reason);
  timeUp.addEventListener('abort', onTimeUp);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    timeUp.removeEventListener('abort', onTimeUp);
    late.promise.catch(() => {});
  }
}
