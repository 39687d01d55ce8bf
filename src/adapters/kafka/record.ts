// A message of the queue as a record of Kafka, there and back.

import { branded, type EpochMs } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { type DeadLetter, maxPayloadBytes, type QueueMessage } from '../../core/ports/queue.ts';

/** What is written. */
export interface OutRecord {
  readonly topic: string;
  /** Records of one key keep their order; null where there is none to keep. */
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers: Map<Buffer, Buffer>;
}

/** What was read. */
export interface InRecord {
  readonly partition: number;
  readonly offset: bigint;
  /** When it was written, by the clock of the producer or broker. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: ReadonlyMap<string, Buffer>;
}

export type StoredMessage = QueueMessage & { readonly publishedAt: EpochMs };

/** Errors: `body-too-large`. */
export function checkPayload({ payload }: QueueMessage): void {
  if (Buffer.byteLength(payload) > maxPayloadBytes) {
    throw new VedetteError('body-too-large', 'A message may have at most 64 KiB.');
  }
}

/** `topic` is Kafka's name for the message's topic. */
export function recordOf(topic: string, message: StoredMessage): OutRecord {
  return {
    topic,
    key: Buffer.from(message.key),
    value: Buffer.from(message.payload),
    // Our own clock, beside Kafka's: what a message says of its age does not depend on who stores it.
    headers: headersOf({ id: message.id, 'published-at': String(message.publishedAt) }),
  };
}

/** Null where the record is not one of ours. */
export function messageOf(topic: string, { key, value, headers }: InRecord): StoredMessage | null {
  const id = headers.get('id')?.toString();
  const publishedAt = numberOf(headers.get('published-at'));
  if (id === undefined || publishedAt === null || key === null || value === null) return null;
  return {
    id,
    topic,
    key: key.toString(),
    payload: value.toString(),
    publishedAt: branded<EpochMs>(publishedAt),
  };
}

export function deadRecordOf(topic: string, letter: DeadLetter): OutRecord {
  const { headers, ...record } = recordOf(topic, letter);
  const more = headersOf({
    attempt: String(letter.attempt),
    'failed-at': String(letter.failedAt),
    reason: letter.reason,
  });
  return { ...record, headers: new Map([...headers, ...more]) };
}

/** Null where the record is not one of ours. */
export function deadLetterOf(topic: string, record: InRecord): DeadLetter | null {
  const message = messageOf(topic, record);
  const failedAt = numberOf(record.headers.get('failed-at'));
  if (message === null || failedAt === null) return null;
  return {
    ...message,
    attempt: numberOf(record.headers.get('attempt')) ?? 1,
    failedAt: branded<EpochMs>(failedAt),
    reason: record.headers.get('reason')?.toString() ?? '',
  };
}

export function headersOf(fields: Readonly<Record<string, string>>): Map<Buffer, Buffer> {
  return new Map(Object.entries(fields).map(([name, value]) => [Buffer.from(name), Buffer.from(value)]));
}

function numberOf(header: Buffer | undefined): number | null {
  const text = header?.toString() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
