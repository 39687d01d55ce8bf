// The topics that are ours, as they have to be.

import type { KafkaAddress } from './address.ts';
import { maxRecordBytes } from './records.ts';
import { maxBatchBytes } from './sender.ts';
import type { TopicWanted } from './topics.ts';

/** Dead letters are kept so long for a person to look at. */
const keepDeadMs = 30 * 24 * 3_600_000;
/** What surrounds the records of a batch. */
export const batchOverheadBytes = 1_024;
/** Largest body inside a record of the inbox: with its headers below the 1 MiB that brokers take unless told otherwise. */
export const maxInlineBytes = 700 * 1024;
/** Room for the headers of one that is alone in its batch. */
const headerBytes = 32 * 1024;
export const defaultPartitions = 12;

export interface TopicPlace {
  /** Kafka's name. */
  readonly name: string;
  readonly partitions: number;
  /** Null: as many as the cluster makes by default. */
  readonly replicas: number | null;
}

/** What is done is deleted by us, and nothing before it is. */
const untilDone = { 'retention.ms': '-1' };

export function queueTopic(place: TopicPlace): TopicWanted {
  return { ...place, configuration: untilDone, batchBytes: maxBatchBytes + batchOverheadBytes };
}

export function deadLetterTopic(place: Omit<TopicPlace, 'partitions'>): TopicWanted {
  const configuration = { 'retention.ms': String(keepDeadMs) };
  return { ...place, partitions: 1, configuration, batchBytes: maxBatchBytes + batchOverheadBytes };
}

export function inboxTopic(place: TopicPlace): TopicWanted {
  return { ...place, configuration: untilDone, batchBytes: maxInlineBytes + headerBytes };
}

/** Uncompressed: the broker holds records to their size as they are read, or a few KB could fill the memory of whoever reads. */
export function imagesTopic(place: TopicPlace): TopicWanted {
  const configuration = {
    ...{ ...untilDone, 'compression.type': 'uncompressed' },
    'max.message.bytes': String(maxRecordBytes),
  };
  return { ...place, configuration, batchBytes: maxRecordBytes };
}

/** Names of topics, without the prefix. */
export interface TopicNames {
  readonly queue: readonly string[];
  readonly inbox: string;
  readonly images: string;
}

/** All of them at an address. */
export function topicsAt(address: KafkaAddress, names: TopicNames): readonly TopicWanted[] {
  const { prefix, partitions = defaultPartitions, replicas = null } = address;
  const place = (name: string) => ({ name: `${prefix}${name}`, partitions, replicas });
  return [
    ...names.queue.flatMap((name) => [queueTopic(place(name)), deadLetterTopic(place(`${name}.dead`))]),
    ...[inboxTopic(place(names.inbox)), imagesTopic(place(names.images))],
  ];
}
