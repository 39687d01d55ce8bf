// Who leads work that one of several processes does: one row for each work, changed by one statement.

import type { LeadershipRecords, Turn } from '../../core/ports/records-leadership.ts';
import { maybe, type Session } from './session.ts';

export function leadershipRecords({ db }: Session): LeadershipRecords {
  async function begin(work: string, turn: Turn): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('leaderships')
      .values({ work, ...turn })
      .onConflict((conflict) => conflict.column('work').doNothing())
      .executeTakeFirst();
    return (numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  return {
    async find(work) {
      const row = await db.selectFrom('leaderships').selectAll().where('work', '=', work).executeTakeFirst();
      return maybe(row, ({ holder, number }) => ({ holder, number }));
    },
    async take(work, expected, next) {
      if (expected === null) return begin(work, next);
      const { numUpdatedRows } = await db
        .updateTable('leaderships')
        .set({ holder: next.holder, number: next.number })
        .where('work', '=', work)
        .where('holder', '=', expected.holder)
        .where('number', '=', expected.number)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async leave(work, { holder, number }) {
      await db
        .deleteFrom('leaderships')
        .where('work', '=', work)
        .where('holder', '=', holder)
        .where('number', '=', number)
        .execute();
    },
  };
}
