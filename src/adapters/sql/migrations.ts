// Migrations: how a data folder of any older version becomes one of this version. Never edit one that shipped.

import { type Kysely, sql } from 'kysely';
import { VedetteError } from '../../core/errors.ts';
import { firstSchema } from './migration-1.ts';
import { peopleSchema } from './migration-2.ts';
import type { Schema } from './schema.ts';

/** Version n of the schema is reached by running the first n of these. */
const migrations: readonly (readonly string[])[] = [firstSchema, peopleSchema];

/** The schema version this program writes. */
export const schemaVersion = migrations.length;

/** Brings the database up to `schemaVersion`, all or nothing. Errors: `data-newer`. Returns the version found. */
export function migrate(database: Kysely<Schema>): Promise<number> {
  return database.transaction().execute(async (tx) => {
    await sql`create table if not exists schema_version (id integer primary key, version integer not null)`.execute(
      tx,
    );
    const row = await tx.selectFrom('schema_version').select('version').executeTakeFirst();
    const found = row?.version ?? 0;
    if (found > schemaVersion) {
      throw new VedetteError(
        'data-newer',
        `The data folder has schema version ${found}; this Vedette knows ${schemaVersion}. Install the version that made it, or a newer one.`,
      );
    }
    if (found === schemaVersion) return found;
    for (const statements of migrations.slice(found)) {
      for (const statement of statements) await sql.raw(statement).execute(tx);
    }
    await tx
      .insertInto('schema_version')
      .values({ id: 1, version: schemaVersion })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ version: schemaVersion }))
      .execute();
    return found;
  });
}
