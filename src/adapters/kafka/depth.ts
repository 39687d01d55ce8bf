// How much of a topic is not done: what was written after the offsets that the group has committed.

import type { Admin } from '@platformatic/kafka';
import { queueFailure } from './failure.ts';

export interface PartitionLag {
  readonly partition: number;
  /** The next offset of the group. */
  readonly committed: bigint;
  /** Records from there on. */
  readonly lag: number;
}

const latest = -1n;
const earliest = -2n;

/** Errors: `queue-unavailable`, `queue-refused`. */
export async function lagOf(
  admin: Admin,
  topic: string,
  groupId: string,
  partitions: number,
): Promise<readonly PartitionLag[]> {
  try {
    const partitionIndexes = Array.from({ length: partitions }, (_, index) => index);
    const offsetsAt = async (timestamp: bigint) => {
      const wanted = partitionIndexes.map((partitionIndex) => ({ partitionIndex, timestamp }));
      const [found] = await admin.listOffsets({
        topics: [{ name: topic, partitions: wanted }],
        isolationLevel: 0,
      });
      return new Map(found?.partitions.map(({ partitionIndex, offset }) => [partitionIndex, offset]));
    };
    // In this order: what is written meanwhile counts, what is done meanwhile does not become negative.
    const [group] = await admin.listConsumerGroupOffsets({
      groups: [{ groupId, topics: [{ name: topic, partitionIndexes }] }],
    });
    const committed = new Map(
      group?.topics
        .flatMap((each) => each.partitions)
        .map((each) => [each.partitionIndex, each.committedOffset]),
    );
    const [first, end] = [await offsetsAt(earliest), await offsetsAt(latest)];
    return partitionIndexes.map((partition) => {
      const told = committed.get(partition) ?? -1n;
      const from = told >= 0n ? told : (first.get(partition) ?? 0n);
      return { partition, committed: from, lag: Number((end.get(partition) ?? from) - from) };
    });
  } catch (error) {
    throw queueFailure(error);
  }
}
