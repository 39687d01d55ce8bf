// Reads a topic as one of a group: partitions come and go, records are handed on, what is done is told.

import { type Admin, Consumer } from '@platformatic/kafka';
import { complaint } from '../../core/complaint.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { startCommitting } from './committing.ts';
import { clientOptions, type KafkaConnection } from './connection.ts';
import { startFetching } from './fetching.ts';
import { isKafkaAway } from './failure.ts';
import { abandon, drained, type Flow, newFlow } from './flow.ts';
import { type GroupTimings, groupOptions, type Membership, startMembership } from './membership.ts';
import { pause, within } from './patience.ts';
import { startPurging } from './purging.ts';
import type { InRecord } from './record.ts';

export interface ReadLimits {
  /** Of one partition: records not done, their bytes, and how far is read beyond the oldest of them. */
  readonly maxUnfinished: number;
  readonly maxHeldBytes: number;
  readonly maxAhead: number;
  /** Of all partitions together. */
  readonly maxTotalBytes: number;
  /** Of one answer of a broker, and of one partition in it; a larger record comes alone. */
  readonly maxBytes: number;
  readonly maxPartitionBytes: number;
}

export interface GroupReaderContext {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly groupId: string;
  readonly timings: GroupTimings;
  readonly limits: ReadLimits;
  /** For the waits of loops that something else ends; networks are waited for in the machine's time. */
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves when the topic is there; called again until it does. */
  readonly prepare: () => Promise<void>;
  /** Deletes what is done every so often; null where others want to read it too. */
  readonly purge: { readonly admin: Admin; readonly everyMs: number } | null;
  /** Takes a record in hand: `finish` it once it is done. Records of a partition come in their order. */
  readonly take: (flow: Flow, record: InRecord) => void;
}

export interface GroupReader {
  finish(flow: Flow, record: InRecord): void;
  /** Records that are done in partitions of ours, at or beyond these offsets. */
  finishedFrom(committed: ReadonlyMap<number, bigint>): number;
  /** Bytes of records that are not done. */
  heldBytes(): number;
  /** Begins nothing more, waits for what is in hand, tells what is done and says goodbye. */
  stop(): Promise<void>;
}

/** Longest that closing a client may take. */
const closeMs = 3_000;

/** Errors: `settings-invalid`. What Kafka refuses later is logged and tried again. */
export function startGroupReader(context: GroupReaderContext): GroupReader {
  const { topic, groupId, timings, clock, log } = context;
  const flows = new Map<number, Flow>();
  const opening = new Set<number>();
  const stopping = new AbortController();
  let beforeJoin = async () => {};
  let membership: Membership | null = null;
  const shared = { ...clientOptions(context.connection), groupId, minBytes: 1 };
  const hook = async () => {
    await beforeJoin();
    return Buffer.alloc(0);
  };
  const member = new Consumer({ ...shared, ...groupOptions(timings, hook) });
  const reader = new Consumer(shared);
  const parts = { topic, clock, log, flows: () => flows.values() };
  const committing = startCommitting({ ...parts, client: member });
  const purging = context.purge === null ? null : startPurging({ ...parts, ...context.purge });
  const fetching = startFetching({
    ...parts,
    ...context.limits,
    client: reader,
    hasRoom: (flow) => totalBytes() < context.limits.maxTotalBytes && hasRoom(context.limits, flow),
    take: takeAll,
  });

  function totalBytes(): number {
    let bytes = 0;
    for (const { heldBytes } of flows.values()) bytes += heldBytes;
    return bytes;
  }

  function takeAll(flow: Flow, records: readonly InRecord[]): void {
    for (const record of records) {
      flow.window.add(record.offset);
      flow.heldBytes += sizeOf(record);
    }
    for (const record of records) context.take(flow, record);
    committing.wake();
  }

  /** Partitions that are ours now; each begins where the group left it. */
  function assigned(partitions: ReadonlySet<number>): void {
    for (const partition of partitions) {
      if (flows.has(partition) || opening.has(partition)) continue;
      opening.add(partition);
      open(partition).finally(() => opening.delete(partition));
    }
  }

  const complaining = (says: string, level: 'warn' | 'error') =>
    complaint({ clock, log }, { says, level, isOfAway: isKafkaAway });

  async function open(partition: number): Promise<void> {
    const unknown = complaining('Kafka does not say where the group is', 'warn');
    while (!stopping.signal.aborted && isOurs(partition)) {
      try {
        const next = await beginningOf(partition);
        unknown.well();
        if (!stopping.signal.aborted && isOurs(partition))
          flows.set(
            partition,
            newFlow(partition, next, () => membership?.check()),
          );
        return fetching.wake();
      } catch (error) {
        unknown.failed(error, { topic, partition });
        await pause(stopping.signal);
      }
    }
    unknown.giveUp();
  }

  const isOurs = (partition: number) =>
    member.assignments?.some((each) => each.topic === topic && each.partitions.includes(partition)) === true;

  async function beginningOf(partition: number): Promise<bigint> {
    const wanted = { topic, partitions: [partition] };
    const committed = (await member.listCommittedOffsets({ topics: [wanted] })).get(topic)?.[partition];
    if (committed !== undefined && committed >= 0n) return committed;
    const partitions = { [topic]: [partition] };
    const earliest = await reader.listOffsets({ topics: [topic], partitions, timestamp: -2n });
    return earliest.get(topic)?.[partition] ?? 0n;
  }

  async function letGo(kept: ReadonlySet<number>): Promise<void> {
    const gone = [...flows.values()].filter(({ partition }) => !kept.has(partition));
    if (gone.length === 0) return;
    await Promise.all(gone.map(drained));
    await committing.flush();
    for (const flow of gone) if (flows.get(flow.partition) === flow) flows.delete(flow.partition);
  }

  function lost(): void {
    for (const flow of flows.values()) abandon(flow);
    flows.clear();
  }

  async function join() {
    const unusable = complaining('The topic cannot be used yet', 'error');
    while (!stopping.signal.aborted) {
      try {
        await context.prepare();
        unusable.well();
        break;
      } catch (error) {
        unusable.failed(error, { topic });
        await pause(stopping.signal, 1_000);
      }
    }
    if (stopping.signal.aborted) {
      unusable.giveUp();
      return null;
    }
    membership = startMembership(
      { client: member, topic, timings, clock, log, assigned, letGo, lost },
      (before) => {
        beforeJoin = before;
      },
    );
    return membership;
  }

  const joined = join();
  return {
    finish(flow, record) {
      flow.window.finish(record.offset);
      flow.heldBytes -= sizeOf(record);
      committing.wake();
      fetching.wake();
    },
    finishedFrom(committed) {
      let count = 0;
      for (const [partition, offset] of committed) {
        count += flows.get(partition)?.window.finishedFrom(offset) ?? 0;
      }
      return count;
    },
    heldBytes: totalBytes,
    async stop() {
      stopping.abort();
      await Promise.all([...flows.values()].map(drained));
      await committing.flush();
      await committing.stop();
      await within(closeMs, purging?.stop() ?? Promise.resolve());
      // The group first: what was ours is somebody's again while we still close.
      await (await joined)?.leave();
      await within(closeMs, member.close(true));
      await within(closeMs, reader.close(true));
      await within(closeMs, fetching.stop());
    },
  };
}

function hasRoom({ maxUnfinished, maxHeldBytes, maxAhead }: ReadLimits, flow: Flow): boolean {
  const { next, window, heldBytes } = flow;
  return (
    window.unfinished < maxUnfinished &&
    heldBytes < maxHeldBytes &&
    next - window.committable(next) < BigInt(maxAhead)
  );
}

function sizeOf({ key, value, headers }: InRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, content] of headers) bytes += name.length + content.length;
  return bytes;
}
