// The outbox: messages committed together with the rows they speak of.

import type { OutboxRecords } from '../../core/ports/records.ts';
import { checkPayload } from './payload.ts';
import type { Session } from './session.ts';

/** `added` is called after every message added; the caller makes sure that it is only acted on after commit. */
export function outboxRecords({ db }: Session, added: () => void): OutboxRecords {
  return {
    async add(message) {
      checkPayload(message);
      const { id, topic, key, payload } = message;
      await db
        .insertInto('outbox')
        .values({ id, topic, key, payload })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      added();
    },
    async list(limit) {
      const rows = await db
        .selectFrom('outbox')
        .select(['id', 'topic', 'key', 'payload'])
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row }));
    },
    async remove(ids) {
      if (ids.length > 0) await db.deleteFrom('outbox').where('id', 'in', ids).execute();
    },
  };
}
