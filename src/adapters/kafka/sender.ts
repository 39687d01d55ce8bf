// Writing records: what many ask for at once goes out together, one request at a time, each batch durable or refused.

import type { Producer } from '@platformatic/kafka';
import { VedetteError } from '../../core/errors.ts';
import { queueFailure } from './failure.ts';
import type { OutRecord } from './record.ts';

/** Most bytes sent together, but for a record that is larger: brokers take 1 MiB a batch unless told otherwise. */
export const maxBatchBytes = 512 * 1024;
/** Most bytes that wait to be sent; beyond it callers are refused, so that a broker that is down fills no memory. */
const maxWaitingBytes = 128 * 1024 * 1024;

export interface Sender {
  /**
   * Resolves when all `records` are on every replica in sync, in their order per key.
   * Errors: `queue-unavailable` after `patienceMs` at the latest (what was sent may still arrive then), `queue-refused`,
   * `body-too-large`.
   */
  send(records: readonly OutRecord[]): Promise<void>;
  close(): Promise<void>;
}

interface Order {
  /** Records not yet taken into a batch, and those not yet written. */
  waiting: OutRecord[];
  unwritten: number;
  settled: boolean;
  readonly settle: (error: VedetteError | null) => void;
}

export interface SenderOptions {
  readonly patienceMs: number;
  /**
   * A request begins no sooner than this after the one before began, in ms, unless a whole batch waits; 0 by default. A
   * lone record goes at once. A request costs both sides as much as copying hundreds of kilobytes: where records come one
   * by one and often, fewer of them are worth the wait.
   */
  readonly paceMs?: number;
}

/** `producer` is idempotent and its owner's to close. */
export function sender(producer: Producer, { patienceMs, paceMs = 0 }: SenderOptions): Sender {
  const orders = new Set<Order>();
  let waitingBytes = 0;
  let sending: Promise<void> | null = null;
  let batches = Math.trunc(Math.random() * 1024);

  async function sendAll(): Promise<void> {
    for (let batch = take(); batch.length > 0; batch = take()) {
      const beganAt = performance.now();
      await sendBatch(batch);
      const restMs = beganAt + paceMs - performance.now();
      if (restMs > 0 && waitingBytes < maxBatchBytes) await passed(restMs);
    }
    sending = null;
  }

  /** Records of one topic: where Kafka refuses one, those of others are none of its business. */
  function take(): { record: OutRecord; order: Order }[] {
    const batch: { record: OutRecord; order: Order }[] = [];
    const topic = firstTopic();
    let bytes = 0;
    for (const order of orders) {
      for (let record = order.waiting[0]; record !== undefined; record = order.waiting[0]) {
        if (record.topic !== topic) break;
        if (batch.length > 0 && bytes + sizeOf(record) > maxBatchBytes) return batch;
        order.waiting.shift();
        bytes += sizeOf(record);
        waitingBytes -= sizeOf(record);
        batch.push({ record, order });
      }
      if (order.waiting.length === 0) orders.delete(order);
      // What later orders have of this topic goes behind what this one has of it.
      else if (order.waiting.some((record) => record.topic === topic)) break;
    }
    return batch;
  }

  function firstTopic(): string | undefined {
    const [first] = orders;
    return first?.waiting[0]?.topic;
  }

  async function sendBatch(batch: readonly { record: OutRecord; order: Order }[]): Promise<void> {
    batches += 1;
    try {
      await producer.send({ messages: batch.map(({ record }) => placed(record, batches)) });
      for (const { order } of batch) {
        order.unwritten -= 1;
        if (order.unwritten === 0) order.settle(null);
      }
    } catch (error) {
      const failure = queueFailure(error);
      for (const { order } of batch) giveUp(order, failure);
    }
  }

  function giveUp(order: Order, failure: VedetteError): void {
    for (const record of order.waiting) waitingBytes -= sizeOf(record);
    order.waiting = [];
    orders.delete(order);
    order.settle(failure);
  }

  return {
    send(records) {
      if (records.length === 0) return Promise.resolve();
      const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
      if (waitingBytes > 0 && waitingBytes + bytes > maxWaitingBytes) {
        return Promise.reject(new VedetteError('queue-unavailable', 'Too much waits to be sent to Kafka.'));
      }
      waitingBytes += bytes;
      return new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => giveUp(order, new VedetteError('queue-unavailable')), patienceMs);
        const order: Order = {
          waiting: [...Map.groupBy(records, ({ topic }) => topic).values()].flat(),
          unwritten: records.length,
          settled: false,
          settle(error) {
            if (order.settled) return;
            order.settled = true;
            clearTimeout(late);
            if (error === null) resolve();
            else reject(error);
          },
        };
        orders.add(order);
        sending ??= sendAll();
      });
    },
    async close() {
      for (const order of [...orders])
        giveUp(order, new VedetteError('queue-unavailable', 'The queue is closed.'));
      await sending;
    },
  };
}

/**
 * Records without a key share a partition with their batch, and the next batch has the next one: a batch spread over all
 * partitions is as many writes at the broker (KIP-480). The producer takes the number modulo the partitions there are.
 */
function placed({ key, ...record }: OutRecord, partition: number) {
  return key === null ? { ...record, partition } : { ...record, key };
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

function sizeOf({ key, value, headers }: OutRecord): number {
  let bytes = (key?.length ?? 0) + value.length;
  for (const [name, content] of headers) bytes += name.length + content.length;
  return bytes;
}
