// Reads the newest records of a topic back, without being one of a group.

import type { Admin, Consumer } from '@platformatic/kafka';
import { queueFailure } from './failure.ts';
import { recordsOf } from './fetching.ts';
import type { InRecord } from './record.ts';

const latest = -1n;
const earliest = -2n;
const maxBytes = 8 * 1024 * 1024;
const maxWaitMs = 250;

/** At most `count` of the newest records of partition 0 of `topic`, oldest first. Errors: `queue-unavailable`, `queue-refused`. */
export async function newestOf(
  { admin, client }: { admin: Admin; client: Consumer },
  topic: string,
  count: number,
): Promise<readonly InRecord[]> {
  try {
    const offsetAt = async (timestamp: bigint) => {
      const partitions = [{ partitionIndex: 0, timestamp }];
      const [found] = await admin.listOffsets({ topics: [{ name: topic, partitions }], isolationLevel: 0 });
      return found?.partitions[0]?.offset ?? 0n;
    };
    const [first, end] = [await offsetAt(earliest), await offsetAt(latest)];
    const wanted = end - BigInt(count);
    const found: InRecord[] = [];
    for (let next = first > wanted ? first : wanted; next < end; ) {
      const batches = await fetch(client, topic, next);
      const last = batches.at(-1);
      found.push(...recordsOf({ partition: 0, next }, batches));
      if (last !== undefined) next = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
    }
    return found;
  } catch (error) {
    throw queueFailure(error);
  }
}

async function fetch(client: Consumer, topic: string, fetchOffset: bigint) {
  client.topics.track(topic);
  const { topics } = await client.metadata({ topics: [topic] });
  const place = topics.get(topic);
  const node = place?.partitions[0]?.leader;
  if (place === undefined || node === undefined) return [];
  const from = {
    partition: 0,
    fetchOffset,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: maxBytes,
  };
  const { responses } = await client.fetch({
    node,
    minBytes: 1,
    maxBytes,
    maxWaitTime: maxWaitMs,
    topics: [{ topicId: place.id, partitions: [from] }],
  });
  return responses.flatMap(({ partitions }) => partitions).flatMap(({ records }) => records ?? []);
}
