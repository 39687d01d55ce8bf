// What of a database on a server cannot be read.

import { type Kysely, sql } from 'kysely';
import { errorCode } from '../../../core/errors.ts';
import type { DatabaseFaults } from '../faults.ts';
import type { Schema } from '../schema.ts';
import { unhurried } from './words.ts';

/** Reads every row of every table, however long it takes. Its indexes are the server's to check (pg_amcheck). */
export async function postgresFaults(db: Kysely<Schema>): Promise<DatabaseFaults> {
  const tables = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = current_schema::regnamespace and relkind = 'r' order by relname`.execute(db);
  const problems: string[] = [];
  const damagedTables: string[] = [];
  for (const { name } of tables.rows) {
    try {
      await db.transaction().execute(async (tx) => {
        await sql.raw(unhurried).execute(tx);
        // As text, every value is unpacked.
        await sql`select count(${sql.table(name)}::text) from ${sql.table(name)}`.execute(tx);
      });
    } catch (error) {
      if (errorCode(error) !== 'data-damaged') throw error;
      problems.push(error instanceof Error ? error.message : String(error));
      damagedTables.push(name);
    }
  }
  return { problems, damagedTables };
}
