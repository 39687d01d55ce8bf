// Is a Kafka fit to be the queue: reached, with the rights for topics and groups below our prefix, and safe enough.

import { Admin } from '@platformatic/kafka';
import { VedetteError } from '../../core/errors.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type Log, type LogFields, silentLog } from '../../core/ports/log.ts';
import type { Secret } from '../../core/secret.ts';
import { type OpeningCheck, right, risky, wrong } from '../../core/setting-finding.ts';
import { type KafkaAddress, kafkaAddress } from './address.ts';
import { clientOptions } from './connection.ts';
import { queueFailure, whyUnreached } from './failure.ts';
import { batchOverheadBytes, defaultPartitions, type TopicNames, topicsAt } from './our-topics.ts';
import { within } from './patience.ts';
import { kafkaQueue } from './queue.ts';
import { maxBatchBytes } from './sender.ts';
import { harmOf, settingsOf } from './topic-fit.ts';

/** Always the same, so that one that may not be deleted stays alone. */
const probeTopic = 'settings-check';
/**
 * A group is formed within three seconds by default, and then a message takes milliseconds. The rest is for a machine with
 * much to do: other checks run at the same time.
 */
const handledWithinMs = 18_000;
const closeMs = 2_000;
/** To be let in and answered for the first time. */
const answerMs = 8_000;

export interface KafkaCheckDeps {
  readonly clock: Clock;
  /** One of this process: nobody else has to know of the message. */
  readonly cache: Cache;
  /** Those of the program. */
  readonly topics: TopicNames;
}

/**
 * Has one message go the way of every other, over a topic and a group of its own, and deletes both. Errors:
 * `settings-invalid`, `queue-unavailable`, `queue-refused`.
 */
export async function* checkKafka(url: Secret, deps: KafkaCheckDeps): OpeningCheck {
  const address = kafkaAddress(url);
  const admin = new Admin(clientOptions(address.connection));
  const name = `${address.prefix}${probeTopic}`;
  try {
    const { brokers } = await reached(admin, address);
    const isAlone = brokers.size === 1;
    yield right(`Kafka lets us in: ${brokers.size} ${isAlone ? 'broker' : 'brokers'}.`);
    if (address.connection.tls === null && !isHere(address)) {
      yield risky('The connection is not encrypted: who listens reads everything. Begin it with kafkas://');
    }
    await goAllTheWay(address, deps);
    yield right(`This user may make, write and read topics and groups that begin with ${address.prefix}`);
    yield* topicOf(admin, name, address);
    yield* topicsThere(admin, address, deps.topics);
  } finally {
    // Side by side: where nothing answers, none of them is worth waiting for.
    await Promise.all([
      within(closeMs, admin.deleteTopics({ topics: [name] })),
      within(closeMs, admin.deleteGroups({ groups: [name] })),
    ]);
    await within(closeMs, admin.close());
  }
}

/** Errors: `queue-unavailable`, with what the address may have wrong; `queue-refused`. */
async function reached(admin: Admin, { connection }: KafkaAddress) {
  const answer = admin.metadata({ topics: [], forceUpdate: true });
  // Something else than a Kafka may take the connection and never say anything.
  const isInTime = await within(answerMs, answer);
  try {
    if (isInTime) return await answer;
    throw new VedetteError('queue-unavailable');
  } catch (cause) {
    const failure = queueFailure(cause);
    if (failure.code !== 'queue-unavailable') throw failure;
    throw new VedetteError('queue-unavailable', whyUnreached(cause, connection.tls !== null), { cause });
  }
}

function isHere({ connection: { brokers } }: KafkaAddress): boolean {
  return brokers.every((broker) => /^(localhost|127\.[\d.]+|\[::1\]):/.test(broker));
}

/** Publishes a message and handles it, as the program does. Errors: `queue-unavailable`, `queue-refused`. */
async function goAllTheWay(
  { connection, prefix, replicas }: KafkaAddress,
  deps: KafkaCheckDeps,
): Promise<void> {
  const log = lastFailure();
  const queue = kafkaQueue({
    ...{ ...deps, connection, prefix, log: log.log, partitions: 1 },
    ...(replicas === undefined ? {} : { replicas }),
  });
  const id = crypto.randomUUID();
  const handled = Promise.withResolvers<void>();
  try {
    await queue.publish([{ topic: probeTopic, key: 'check', id, payload: '{}' }]);
    const limits = { concurrency: 1, maxAttempts: 1, backoff: { firstMs: 1, maxMs: 1 }, timeoutMs: 5_000 };
    queue.consume(probeTopic, limits, async (message) => {
      if (message.id === id) handled.resolve();
    });
    if (await within(handledWithinMs, handled.promise)) return;
    throw (
      log.failure() ??
      new VedetteError('queue-unavailable', 'A message went into Kafka and did not come out.')
    );
  } finally {
    await within(closeMs, queue.close());
  }
}

/** A consumer waits where it may not, and says why in its log. */
function lastFailure(): { readonly log: Log; failure(): VedetteError | null } {
  let last: VedetteError | null = null;
  const note = (_message: string, fields?: LogFields) => {
    if (fields?.error !== undefined) last = queueFailure(fields.error);
  };
  const log: Log = { ...silentLog, warn: note, error: note, with: () => log };
  return { log, failure: () => last };
}

/** What holds for a topic that is made by us. */
async function* topicOf(
  admin: Admin,
  name: string,
  { partitions = defaultPartitions }: KafkaAddress,
): OpeningCheck {
  const { topics } = await asked(admin.metadata({ topics: [name], forceUpdate: true }));
  const replicas = topics.get(name)?.partitions[0]?.replicas.length ?? 1;
  const settings = (await settingsOf(admin, [name]).catch(() => null))?.get(name);
  if (settings === undefined) {
    yield risky(
      'The settings of topics cannot be seen. Allow this user DescribeConfigs, or see yourself that min.insync.replicas is 2.',
    );
    return;
  }
  const inSync = Number(settings.get('min.insync.replicas') ?? 1);
  const made = `Topics are made with ${partitions} partitions and ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}, of which ${inSync} must have a message`;
  if (inSync > replicas) {
    yield wrong(`${made}: nothing could be written. Ask for more with replicas=… in the address.`);
  } else if (replicas === 1) {
    yield risky(
      `${made}: what waits is lost with its broker's disk. Use three brokers and replicas=3 in the address.`,
    );
  } else if (inSync === 1) {
    yield risky(
      `${made}: what waits can be lost with one broker. Set min.insync.replicas to 2 in the cluster.`,
    );
  } else if (inSync === replicas) {
    yield risky(`${made}: one broker that restarts stops all. Use one replica more than that.`);
  } else yield right(`${made}.`);
  const largest = Number(settings.get('max.message.bytes') ?? 0);
  const needed = maxBatchBytes + batchOverheadBytes;
  yield largest >= needed
    ? right(`Kafka takes ${largest} bytes at once; ${needed} are enough.`)
    : wrong(
        `Kafka takes only ${largest} bytes at once. Raise message.max.bytes of the brokers to ${needed} or more.`,
      );
}

/** Those that are there already, made by somebody else or by an earlier version. */
async function* topicsThere(admin: Admin, address: KafkaAddress, names: TopicNames): OpeningCheck {
  const known = new Set(await asked(admin.listTopics()));
  const there = topicsAt(address, names).filter(({ name }) => known.has(name));
  const found = await settingsOf(
    admin,
    there.map(({ name }) => name),
  ).catch(() => null);
  if (found === null) return;
  let isFit = true;
  for (const wanted of there) {
    const harm = harmOf(wanted, found.get(wanted.name) ?? new Map());
    if (harm === null) continue;
    isFit = false;
    yield harm.isCertain ? wrong(harm.sentence) : risky(harm.sentence);
  }
  if (isFit && there.length > 0)
    yield right(`The ${there.length} topics that are there are as they have to be.`);
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw queueFailure(error);
  });
}
