// The queue on Kafka: for as many processes as there are partitions.

import { Admin, Consumer, Producer } from '@platformatic/kafka';
import { VedetteError } from '../../core/errors.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Consumer as QueueConsumer, DeadLetter, Queue, QueueMessage } from '../../core/ports/queue.ts';
import { clientOptions, type KafkaConnection } from './connection.ts';
import { lagOf, type PartitionLag } from './depth.ts';
import { type GroupReader, startGroupReader } from './group-reader.ts';
import { queueMarks } from './marks.ts';
import { deadLetterTopic, defaultPartitions, queueTopic } from './our-topics.ts';
import { persistently, within } from './patience.ts';
import { newestOf } from './read-back.ts';
import { checkPayload, deadLetterOf, deadRecordOf, recordOf, type StoredMessage } from './record.ts';
import { sender } from './sender.ts';
import { ensureTopic } from './topics.ts';
import { worker } from './worker.ts';

/** How long `publish` tries to reach Kafka, */
const publishPatienceMs = 10_000;
/** and everything else that somebody waits for. */
const readPatienceMs = 5_000;
/** A request that is not answered so long is given up. */
const requestTimeoutMs = 5_000;
/** What the client does by itself within that patience: the same records again, which the broker knows by their numbers. */
const sendRetries = 8;
const sendRetryMs = 200;
/** Dead letters that are shown at most, the newest. */
const maxDeadLetters = 1_000;
/** Longest that closing a client may take. */
const closeMs = 3_000;
/** A process that is killed is counted as gone after 10 s; one that stops says so. */
const defaultTimings = { sessionMs: 10_000, heartbeatMs: 2_000, purgeMs: 300_000 };

const readLimits = {
  maxUnfinished: 1_000,
  maxHeldBytes: 8 * 1024 * 1024,
  maxTotalBytes: 64 * 1024 * 1024,
  // Beyond the oldest that is tried again and again: then its partition waits for it.
  maxAhead: 10_000,
  maxBytes: 4 * 1024 * 1024,
  maxPartitionBytes: 1024 * 1024,
};

export interface KafkaQueueOptions {
  readonly connection: KafkaConnection;
  /** Before the names of topics and groups, so that several installations share a cluster. */
  readonly prefix: string;
  /** Remembers ids and attempts, for all processes. */
  readonly cache: Cache;
  readonly clock: Clock;
  readonly log: Log;
  /** Of topics that are made: as many processes can share the work of one, and all keys of one stand still with one key. */
  readonly partitions?: number;
  /** Null: as many as the cluster makes by default. */
  readonly replicas?: number | null;
  readonly timings?: Partial<typeof defaultTimings>;
  /** 0 ≤ n < 1; what spreads retries. */
  readonly random?: () => number;
}

export interface KafkaQueue extends Queue {
  /** Makes the topics where they are missing. Errors: `queue-refused` with what is to be done, `queue-unavailable`. */
  prepare(topics: readonly string[]): Promise<void>;
  /** What is not done, by partition, for metrics. Errors: `queue-refused`, `queue-unavailable`. */
  lag(topic: string): Promise<readonly PartitionLag[]>;
}

/**
 * The queue in a cluster of Kafka. Nothing is asked of it before the first call; one that is down fails `publish`, `depth`
 * and `deadLetters` with `queue-unavailable`, and consumers wait for it. Errors: `settings-invalid`.
 */
export function kafkaQueue(options: KafkaQueueOptions): KafkaQueue {
  const { connection, prefix, cache, clock, log, partitions = defaultPartitions, replicas = null } = options;
  const { random = Math.random } = options;
  const timings = { ...defaultTimings, ...options.timings };
  const shared = { ...clientOptions(connection), requestTimeout: requestTimeoutMs };
  const admin = new Admin(shared);
  const reader = new Consumer({ ...shared, groupId: `${prefix}dead-letters` });
  const producer = new Producer({
    ...shared,
    idempotent: true,
    acks: -1,
    retries: sendRetries,
    retryDelay: sendRetryMs,
  });
  const sending = sender(producer, { patienceMs: publishPatienceMs });
  const marks = queueMarks({ cache, prefix, log });
  const consumers = new Set<QueueConsumer>();
  const readers = new Map<GroupReader, string>();
  const publishing = new Map<string, Promise<void>>();

  const nameOf = (topic: string) => `${prefix}${topic}`;
  const deadNameOf = (topic: string) => `${nameOf(topic)}.dead`;
  const ensure = once((topic) => {
    const wanted = queueTopic({ name: nameOf(topic), partitions, replicas });
    return persistently(readPatienceMs, () => ensureTopic(admin, wanted, log));
  });
  const ensureDead = once((topic) => {
    const wanted = deadLetterTopic({ name: deadNameOf(topic), replicas });
    return persistently(readPatienceMs, () => ensureTopic(admin, wanted, log));
  });

  /** Those of one id that are under way in this process go together; of those in others a consumer handles one. */
  async function publish(messages: readonly QueueMessage[]): Promise<void> {
    const idOf = ({ topic, id }: QueueMessage) => `${topic}\n${id}`;
    const underWay = new Set<Promise<void>>();
    const own = new Map<string, QueueMessage>();
    for (const message of messages) {
      const known = publishing.get(idOf(message));
      if (known !== undefined) underWay.add(known);
      else if (!own.has(idOf(message))) own.set(idOf(message), message);
    }
    const publishingOwn = publishNew([...own.values()]).finally(() => {
      for (const id of own.keys()) publishing.delete(id);
    });
    for (const id of own.keys()) publishing.set(id, publishingOwn);
    await Promise.all([...underWay, publishingOwn]);
  }

  async function publishNew(messages: readonly QueueMessage[]): Promise<void> {
    await inTime(Promise.all([...new Set(messages.map(({ topic }) => topic))].map(ensure)));
    const publishedAt = clock.now();
    const known = await Promise.all(
      messages.map(({ topic, id }) => marks.isPublished(topic, id, publishedAt)),
    );
    const stored = messages
      .filter((_, index) => known[index] === false)
      .map((message): StoredMessage => ({ ...message, publishedAt }));
    await sending.send(stored.map((message) => recordOf(nameOf(message.topic), message)));
    await Promise.all(stored.map((message) => marks.published(message)));
  }

  async function lag(topic: string): Promise<readonly PartitionLag[]> {
    const count = await ensure(topic);
    return persistently(readPatienceMs, () => lagOf(admin, nameOf(topic), nameOf(topic), count));
  }

  async function bury(letter: DeadLetter): Promise<void> {
    await ensureDead(letter.topic);
    await sending.send([deadRecordOf(deadNameOf(letter.topic), letter)]);
  }

  return {
    async prepare(topics) {
      for (const topic of topics) {
        await ensure(topic);
        await ensureDead(topic);
      }
    },
    async publish(messages) {
      for (const message of messages) checkPayload(message);
      await publish(messages);
    },
    consume(topic, consumeOptions, handler) {
      const work = worker(
        { topic, clock, log, random, marks, bury, finish: (flow, record) => reading.finish(flow, record) },
        consumeOptions,
        handler,
      );
      const reading = startGroupReader({
        connection,
        topic: nameOf(topic),
        groupId: nameOf(topic),
        timings: { ...timings, maxWorkMs: consumeOptions.timeoutMs },
        limits: readLimits,
        purge: { admin, everyMs: timings.purgeMs },
        clock,
        log,
        prepare: async () => void (await ensure(topic)),
        take: work.take,
      });
      readers.set(reading, topic);
      const consumer = {
        async stop() {
          consumers.delete(consumer);
          await reading.stop();
          readers.delete(reading);
        },
      };
      consumers.add(consumer);
      return consumer;
    },
    async deadLetters(topic) {
      await ensureDead(topic);
      const records = await persistently(readPatienceMs, () =>
        newestOf({ admin, client: reader }, deadNameOf(topic), maxDeadLetters),
      );
      const letters = records
        .map((record) => deadLetterOf(topic, record))
        .filter((letter) => letter !== null);
      // Written again where a process died before it had said so.
      return [...new Map(letters.map((letter) => [`${letter.id} ${letter.publishedAt}`, letter])).values()];
    },
    async deadLetterCount(topic) {
      await ensureDead(topic);
      const [letters] = await persistently(readPatienceMs, () =>
        lagOf(admin, deadNameOf(topic), `${prefix}dead-letters`, 1),
      );
      // Nobody commits for that group: all of them lie behind its beginning.
      return letters?.lag ?? 0;
    },
    lag,
    async depth(topic) {
      const lags = await lag(topic);
      const committed = new Map(lags.map((each) => [each.partition, each.committed]));
      let depth = lags.reduce((sum, { lag }) => sum + lag, 0);
      for (const [reading, of] of readers) if (of === topic) depth -= reading.finishedFrom(committed);
      return depth;
    },
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await sending.close();
      for (const client of [producer, admin, reader]) await within(closeMs, client.close());
    },
  };
}

/** Remembers what went well. */
function once(work: (topic: string) => Promise<number>): (topic: string) => Promise<number> {
  const known = new Map<string, Promise<number>>();
  return (topic) => {
    const found = known.get(topic) ?? work(topic);
    known.set(topic, found);
    found.catch(() => known.delete(topic));
    return found;
  };
}

async function inTime(work: Promise<unknown>): Promise<void> {
  const ended = await within(publishPatienceMs, work);
  if (!ended) throw new VedetteError('queue-unavailable');
  await work;
}
