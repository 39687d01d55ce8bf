// The topics of the queue in Kafka: made where they are missing, or a sentence on what to make.

import type { Admin } from '@platformatic/kafka';
import { VedetteError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { isReason, queueFailure } from './failure.ts';
import { pause } from './patience.ts';
import { tellHarm } from './topic-fit.ts';

/** How long a topic that was made may stay unknown to the broker that is asked. */
const appearMs = 10_000;

export interface TopicWanted {
  readonly name: string;
  readonly partitions: number;
  /** Null: as many as the cluster makes by default. */
  readonly replicas: number | null;
  readonly configuration: Readonly<Record<string, string>>;
  /** Of the largest batch that is written there. */
  readonly batchBytes: number;
}

/**
 * Resolves when the topic is there and has leaders; its number of partitions. One that is there stays as it is, and
 * what of it does harm is said once.
 * Errors: `queue-refused` where it is missing and may not be made, `queue-unavailable`.
 */
export async function ensureTopic(admin: Admin, wanted: TopicWanted, log: Log): Promise<number> {
  const there = await partitionsOf(admin, wanted.name);
  if (there === null) await create(admin, wanted);
  else await tellHarm(admin, wanted, log);
  const partitions = there ?? (await appeared(admin, wanted));
  if (partitions < wanted.partitions) {
    log.warn('A topic of Kafka has fewer partitions than wanted: fewer processes can share its work', {
      topic: wanted.name,
      partitions,
      wanted: wanted.partitions,
    });
  }
  return partitions;
}

async function create(
  admin: Admin,
  { name, partitions, replicas, configuration }: TopicWanted,
): Promise<void> {
  const configs = Object.entries(configuration).map(([key, value]) => ({ name: key, value }));
  try {
    await admin.createTopics({
      topics: [name],
      partitions,
      ...(replicas === null ? {} : { replicas }),
      configs,
    });
  } catch (cause) {
    // Somebody else made it in the same moment.
    if (isReason(cause, 'TOPIC_ALREADY_EXISTS')) return;
    if (isReason(cause, 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED')) {
      const detail = `The topic ${name} is missing, and Kafka does not allow this user to make it. Make it with ${partitions} partitions, or give the user Create on it.`;
      throw new VedetteError('queue-refused', detail, { cause });
    }
    if (isReason(cause, 'INVALID_REPLICATION_FACTOR')) {
      const detail = `Kafka has too few brokers for ${replicas} replicas of the topic ${name}. Ask for fewer.`;
      throw new VedetteError('queue-refused', detail, { cause });
    }
    throw queueFailure(cause);
  }
}

async function appeared(admin: Admin, { name }: TopicWanted): Promise<number> {
  const patience = AbortSignal.timeout(appearMs);
  for (;;) {
    const partitions = await partitionsOf(admin, name);
    if (partitions !== null) return partitions;
    if (patience.aborted)
      throw new VedetteError('queue-unavailable', `Kafka does not show the topic ${name}.`);
    await pause(patience, 50);
  }
}

/** Null where it is unknown or has no leaders yet. */
async function partitionsOf(admin: Admin, name: string): Promise<number | null> {
  try {
    const { topics } = await admin.metadata({ topics: [name], forceUpdate: true });
    const topic = topics.get(name);
    if (topic === undefined || topic.partitions.some(({ leader }) => leader < 0)) return null;
    return topic.partitionsCount;
  } catch (error) {
    if (isReason(error, 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION')) return null;
    if (error instanceof Error && error.message.startsWith('Unknown topic')) return null;
    throw queueFailure(error);
  }
}
