// Reading records: one request a broker at a time, for the partitions that have room.

import type { Consumer } from '@platformatic/kafka';
import { complaint } from '../../core/complaint.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { wakeup } from '../../core/wakeup.ts';
import { isKafkaAway, isReason } from './failure.ts';
import type { Flow } from './flow.ts';
import { pause } from './patience.ts';
import type { InRecord } from './record.ts';

/**
 * A broker that has nothing answers after this: partitions that come to us meanwhile wait for it, and each answer wakes both
 * sides for nothing;
 */
const idleMs = 2_000;
/** sooner while a partition is left out for want of room, so that it is asked for again soon. */
const crowdedMs = 50;
/** Attributes of a batch that holds no records but a transaction's end (Kafka protocol, record batch). */
const controlBatch = 0x20;
const noEpoch = -1;

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;

export interface FetchContext {
  /** A client of its own: brokers answer the requests of one connection in turn, and this one waits. */
  readonly client: Consumer;
  readonly topic: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Most bytes a partition and an answer may have; a larger record comes alone. */
  readonly maxPartitionBytes: number;
  readonly maxBytes: number;
  readonly flows: () => Iterable<Flow>;
  readonly hasRoom: (flow: Flow) => boolean;
  readonly take: (flow: Flow, records: readonly InRecord[]) => void;
}

export interface Fetching {
  /** There may be room, or other partitions. */
  wake(): void;
  stop(): Promise<void>;
}

/** Reads for as long as it is not stopped. */
export function startFetching(context: FetchContext): Fetching {
  const { client, topic, log } = context;
  client.topics.track(topic);
  const stopping = new AbortController();
  const lost = complaint(context, {
    says: 'Kafka does not say where its partitions are',
    level: 'warn',
    isOfAway: isKafkaAway,
  });
  const bell = wakeup({ clock: context.clock });
  const busy = new Map<number, Promise<void>>();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await askEveryBroker();
        await bell.wait(null);
      } catch (error) {
        lost.failed(error, { topic });
        client.clearMetadata();
        await pause(stopping.signal);
      }
    }
  }

  async function askEveryBroker(): Promise<void> {
    const wanted = [...context.flows()];
    if (wanted.length === 0) return;
    const { topics } = await client.metadata({ topics: [topic] });
    lost.well();
    const place = topics.get(topic);
    if (place === undefined || stopping.signal.aborted) return;
    const byBroker = Map.groupBy(wanted, ({ partition }) => place.partitions[partition]?.leader ?? noEpoch);
    for (const [node, flows] of byBroker) {
      const roomy = flows.filter((flow) => !flow.leaving.signal.aborted && context.hasRoom(flow));
      if (node < 0 || busy.has(node) || roomy.length === 0) continue;
      const isCrowded = roomy.length < flows.length;
      const asked = ask({ node, topicId: place.id, flows: roomy, isCrowded }).finally(() => {
        busy.delete(node);
        bell.call();
      });
      busy.set(node, asked);
    }
  }

  async function ask(request: Request): Promise<void> {
    try {
      takeIn(await client.fetch(requestOf(context, request)), request);
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (isReason(error, 'OFFSET_OUT_OF_RANGE')) return startAnew(request.flows);
      log.debug('A broker did not answer', { node: request.node, error });
      client.clearMetadata();
      await pause(stopping.signal);
    }
  }

  function takeIn({ responses }: FetchResponse, { topicId, flows }: Request): void {
    for (const response of responses) {
      if (response.topicId !== topicId) continue;
      for (const { partitionIndex, records } of response.partitions) {
        const flow = flows.find(({ partition }) => partition === partitionIndex);
        if (flow === undefined || flow.leaving.signal.aborted) continue;
        const found = [...recordsOf(flow, records ?? [])];
        const last = records?.at(-1);
        if (last === undefined) continue;
        flow.next = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
        context.take(flow, found);
      }
    }
  }

  /** What was to be read next is gone from the log, or never was there: go on with the oldest that is. */
  async function startAnew(flows: readonly Flow[]): Promise<void> {
    try {
      const partitions = flows.map(({ partition }) => partition);
      const earliest = await client.listOffsets({
        topics: [topic],
        partitions: { [topic]: partitions },
        timestamp: -2n,
      });
      const latest = await client.listOffsets({ topics: [topic], partitions: { [topic]: partitions } });
      for (const flow of flows) {
        const [oldest, end] = [earliest, latest].map((offsets) => offsets.get(topic)?.[flow.partition]);
        if (oldest === undefined || end === undefined || (flow.next >= oldest && flow.next <= end)) continue;
        log.error('Records of Kafka are gone that were not read: check the retention of the topic', {
          topic,
          partition: flow.partition,
          from: Number(flow.next),
          to: Number(oldest),
        });
        flow.next = oldest;
      }
    } catch (error) {
      log.warn('Kafka does not say what it still has', { error });
      await pause(stopping.signal);
    }
  }

  const running = run();
  return {
    wake: () => bell.call(),
    async stop() {
      stopping.abort();
      bell.call();
      await running;
      lost.giveUp();
    },
  };
}

interface Request {
  readonly node: number;
  readonly topicId: string;
  readonly flows: readonly Flow[];
  readonly isCrowded: boolean;
}

function requestOf(
  { maxBytes, maxPartitionBytes }: FetchContext,
  { node, topicId, flows, isCrowded }: Request,
) {
  return {
    node,
    minBytes: 1,
    maxBytes,
    maxWaitTime: isCrowded ? crowdedMs : idleMs,
    topics: [
      {
        topicId,
        partitions: flows.map(({ partition, next }) => ({
          partition,
          fetchOffset: next,
          currentLeaderEpoch: noEpoch,
          lastFetchedEpoch: noEpoch,
          partitionMaxBytes: maxPartitionBytes,
        })),
      },
    ],
  };
}

type Batches = NonNullable<FetchResponse['responses'][number]['partitions'][number]['records']>;

/** A batch is read from its beginning, also where what is wanted lies within it. */
export function* recordsOf(
  { partition, next }: Pick<Flow, 'partition' | 'next'>,
  batches: Batches,
): Generator<InRecord> {
  for (const batch of batches) {
    if ((batch.attributes & controlBatch) !== 0) continue;
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta);
      if (offset < next) continue;
      const headers = new Map<string, Buffer>();
      for (const [name, value] of record.headers)
        if (name !== null && value !== null) headers.set(name.toString(), value);
      const timestampMs = Number(batch.firstTimestamp + record.timestampDelta);
      yield { partition, offset, timestampMs, key: record.key, value: record.value, headers };
    }
  }
}
