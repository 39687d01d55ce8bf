// The queue's table: what is waiting, in hand, done and dead. Every step is one durable transaction.

import type { Selectable } from 'kysely';
import { branded, type EpochMs } from '../../core/brand.ts';
import type { DeadLetter, QueueMessage, ReceivedMessage } from '../../core/ports/queue.ts';
import type { Database } from './database.ts';
import { checkPayload } from './payload.ts';
import type { QueueRow } from './schema.ts';

/** How long an id is remembered, so that publishing it again changes nothing: the port's promise. */
const rememberIdMs = 24 * 3_600_000;
/** Dead letters are kept so long for a person to look at, */
const keepDeadMs = 30 * 24 * 3_600_000;
/** and shown at most so many, the newest. */
const maxDeadLetters = 1_000;

/** A message in hand. */
export interface Claimed {
  readonly sequence: number;
  readonly message: ReceivedMessage;
}

export interface QueueStore {
  /** Puts back what was in hand when the process ended. */
  recover(): Promise<void>;
  publish(messages: readonly QueueMessage[], now: EpochMs): Promise<void>;
  /** Takes the oldest messages that are first of their keys and due. */
  claim(topic: string, options: { now: EpochMs; limit: number; maxDelayMs: number }): Promise<Claimed[]>;
  /** When the next message that cannot be claimed yet falls due; null where there is none. */
  nextDueAt(topic: string): Promise<number | null>;
  /** Done, or given up for `reason`; the next message of its key comes forward. */
  finish(claimed: Claimed, end: { at: EpochMs; reason: string | null }): Promise<void>;
  retryAt(claimed: Claimed, dueAt: number): Promise<void>;
  deadLetters(topic: string): Promise<readonly DeadLetter[]>;
  deadLetterCount(topic: string): Promise<number>;
  depth(topic: string): Promise<number>;
}

const unfinished = ['ready', 'behind', 'held'] as const;

/** The steps of the queue, each one transaction. */
export function queueStore(database: Database): QueueStore {
  const db = database.kysely;
  return {
    async recover() {
      await db
        .updateTable('queue_messages')
        .set({ state: 'ready', due_at: 0 })
        .where('state', '=', 'held')
        .execute();
    },
    publish: (messages, now) => publish(database, messages, now),
    async claim(topic, { now, limit, maxDelayMs }) {
      const rows = await db
        .updateTable('queue_messages')
        .set((eb) => ({ state: 'held', attempt: eb('attempt', '+', 1) }))
        .where('sequence', 'in', (eb) =>
          eb
            .selectFrom('queue_messages')
            .select('sequence')
            .where('topic', '=', topic)
            .where('state', '=', 'ready')
            // Later than any delay: the clock was set back since; it must not wait for the old time.
            .where((or) => or.or([or('due_at', '<=', now), or('due_at', '>', now + maxDelayMs)]))
            .orderBy('sequence')
            .limit(limit),
        )
        .returningAll()
        .execute();
      return rows.map(claimedOf).sort((a, b) => a.sequence - b.sequence);
    },
    async nextDueAt(topic) {
      const { due } = await db
        .selectFrom('queue_messages')
        .select((eb) => eb.fn.min<number | null>('due_at').as('due'))
        .where('topic', '=', topic)
        .where('state', '=', 'ready')
        .executeTakeFirstOrThrow();
      return due;
    },
    finish: (claimed, end) => finish(database, claimed, end),
    async retryAt({ sequence }, dueAt) {
      await db
        .updateTable('queue_messages')
        .set({ state: 'ready', due_at: dueAt })
        .where('sequence', '=', sequence)
        .where('state', '=', 'held')
        .execute();
    },
    async deadLetters(topic) {
      const rows = await db
        .selectFrom('queue_messages')
        .selectAll()
        .where('topic', '=', topic)
        .where('state', '=', 'dead')
        .orderBy('sequence', 'desc')
        .limit(maxDeadLetters)
        .execute();
      return rows.reverse().map(deadLetterOf);
    },
    deadLetterCount: (topic) => counted(database, topic, ['dead']),
    depth: (topic) => counted(database, topic, unfinished),
  };
}

async function counted(
  { kysely }: Database,
  topic: string,
  states: readonly QueueRow['state'][],
): Promise<number> {
  const { count } = await kysely
    .selectFrom('queue_messages')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('topic', '=', topic)
    .where('state', 'in', states)
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function publish(database: Database, messages: readonly QueueMessage[], now: EpochMs): Promise<void> {
  for (const message of messages) checkPayload(message);
  if (messages.length === 0) return;
  await database.transaction(async (tx) => {
    const forgotten = now - rememberIdMs;
    const old = tx.deleteFrom('queue_messages').where('published_at', '<', forgotten);
    await old.where('state', '=', 'done').execute();
    await tx
      .deleteFrom('queue_messages')
      .where('state', '=', 'dead')
      .where('published_at', '<', now - keepDeadMs)
      .execute();
    for (const { id, topic, key, payload } of messages) {
      await old.where('state', '=', 'dead').where('id', '=', id).execute();
      const earlier = await tx
        .selectFrom('queue_messages')
        .select('sequence')
        .where('topic', '=', topic)
        .where('key', '=', key)
        .where('state', 'in', unfinished)
        .limit(1)
        .executeTakeFirst();
      const state = earlier === undefined ? 'ready' : 'behind';
      await tx
        .insertInto('queue_messages')
        .values({ id, topic, key, payload, state, attempt: 0, published_at: now, due_at: 0 })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    }
  });
}

async function finish(
  database: Database,
  { sequence, message: { topic, key } }: Claimed,
  { at, reason }: { at: EpochMs; reason: string | null },
): Promise<void> {
  await database.transaction(async (tx) => {
    await tx
      .updateTable('queue_messages')
      // What is done is remembered by its id only.
      .set(
        reason === null
          ? { state: 'done', ended_at: at, payload: '' }
          : { state: 'dead', ended_at: at, reason },
      )
      .where('sequence', '=', sequence)
      .execute();
    await tx
      .updateTable('queue_messages')
      .set({ state: 'ready' })
      .where('sequence', '=', (eb) =>
        eb
          .selectFrom('queue_messages')
          .select((each) => each.fn.min('sequence').as('sequence'))
          .where('topic', '=', topic)
          .where('key', '=', key)
          .where('state', '=', 'behind'),
      )
      .execute();
  });
}

function claimedOf(row: Selectable<QueueRow>): Claimed {
  return { sequence: row.sequence, message: messageOf(row) };
}

function deadLetterOf(row: Selectable<QueueRow>): DeadLetter {
  return { ...messageOf(row), failedAt: branded(row.ended_at ?? 0), reason: row.reason ?? '' };
}

function messageOf(row: Selectable<QueueRow>): ReceivedMessage {
  return {
    id: row.id,
    topic: row.topic,
    key: row.key,
    payload: row.payload,
    attempt: row.attempt,
    publishedAt: branded(row.published_at),
  };
}
