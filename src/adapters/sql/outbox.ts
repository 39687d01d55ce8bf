// The outbox: messages committed together with the rows they speak of, some of them to wait for their time.

import { branded, type EpochMs } from '../../core/brand.ts';
import type { OutboxRecords } from '../../core/ports/records.ts';
import { checkPayload } from './payload.ts';
import type { Session } from './session.ts';

/** `added` is called after every message added; the caller makes sure that it is only acted on after commit. */
export function outboxRecords({ db }: Session, added: () => void): OutboxRecords {
  return {
    async add(message, dueAt) {
      checkPayload(message);
      const { id, topic, key, payload } = message;
      await db
        .insertInto('outbox')
        .values({ id, topic, key, payload, due_at: dueAt ?? 0 })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      added();
    },
    async list(limit, dueBy, exceptTopics = []) {
      const rows = await db
        .selectFrom('outbox')
        .select(['id', 'topic', 'key', 'payload'])
        .$if(dueBy !== undefined, (query) => query.where('due_at', '<=', dueBy ?? 0))
        .$if(exceptTopics.length > 0, (query) => query.where('topic', 'not in', exceptTopics))
        // Every message that is due at once is due at the same time: their order is that of adding them.
        .orderBy('due_at')
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row }));
    },
    async nextDueAt(now) {
      const row = await db
        .selectFrom('outbox')
        .select('due_at')
        .where('due_at', '>', now)
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : branded<EpochMs>(row.due_at);
    },
    async due(now) {
      const due = db.selectFrom('outbox').where('due_at', '<=', now);
      const { count } = await due
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      const first = await due.select('id').orderBy('due_at').orderBy('sequence').limit(1).executeTakeFirst();
      return { count: Number(count), firstId: first?.id ?? null };
    },
    async remove(ids) {
      if (ids.length > 0) await db.deleteFrom('outbox').where('id', 'in', ids).execute();
    },
  };
}
