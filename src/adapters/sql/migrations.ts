// Migrations: how a data folder of any older version becomes one of this version. Never edit one that shipped.

import { type Kysely, sql } from 'kysely';
import { VedetteError } from '../../core/errors.ts';
import type { Engine } from './database.ts';
import { firstSchema } from './migration-1.ts';
import { pathsSchema } from './migration-10.ts';
import { incidentCamerasSchema } from './migration-11.ts';
import { deviceSecretsSchema } from './migration-12.ts';
import { toldLevelSchema } from './migration-13.ts';
import { fewSchema } from './migration-14.ts';
import { pushedImagesSchema } from './migration-15.ts';
import { outgoingEventsSchema } from './migration-16.ts';
import { cameraSeveritySchema } from './migration-17.ts';
import { imageSourcesSchema } from './migration-18.ts';
import { leadershipsSchema } from './migration-19.ts';
import { peopleSchema } from './migration-2.ts';
import { pushedDaysSchema } from './migration-20.ts';
import { wrongHeaderSchema } from './migration-21.ts';
import { timersSchema } from './migration-3.ts';
import { armingSchema } from './migration-4.ts';
import { zonesSchema } from './migration-5.ts';
import { incidentLifeSchema } from './migration-6.ts';
import { tellingSchema } from './migration-7.ts';
import { authorityLettersSchema } from './migration-8.ts';
import { incidentListsSchema } from './migration-9.ts';
import { firstPostgresSchema } from './postgres/first-schema.ts';
import { postgresWords, unhurried } from './postgres/words.ts';
import type { Schema } from './schema.ts';

/** Version n of the schema is reached by running the first n of these. */
const migrations: readonly (readonly string[])[] = [
  firstSchema,
  peopleSchema,
  timersSchema,
  armingSchema,
  zonesSchema,
  incidentLifeSchema,
  tellingSchema,
  authorityLettersSchema,
  incidentListsSchema,
  pathsSchema,
  incidentCamerasSchema,
  deviceSecretsSchema,
  toldLevelSchema,
  fewSchema,
  pushedImagesSchema,
  outgoingEventsSchema,
  cameraSeveritySchema,
  imageSourcesSchema,
  leadershipsSchema,
  pushedDaysSchema,
  wrongHeaderSchema,
];

/** The schema version this program writes. */
export const schemaVersion = migrations.length;

/** The statements on an engine that lead from the version that was found to this one. */
function statementsOn(engine: Engine, found: number): readonly string[] {
  if (engine === 'sqlite') return migrations.slice(found).flat();
  const [, ...later] = migrations;
  return [firstPostgresSchema, ...later].slice(found).flat().map(postgresWords);
}

/** Brings the database up to `schemaVersion`, all or nothing. Errors: `data-newer`. Returns the version found. */
export function migrate(database: Kysely<Schema>, engine: Engine): Promise<number> {
  return database.transaction().execute(async (tx) => {
    // Tables that are full take their time.
    if (engine === 'postgres') await sql.raw(unhurried).execute(tx);
    await sql`create table if not exists schema_version (id integer primary key, version integer not null)`.execute(
      tx,
    );
    const found = await foundVersion(tx);
    if (found === schemaVersion) return found;
    for (const statement of statementsOn(engine, found)) await sql.raw(statement).execute(tx);
    await tx
      .insertInto('schema_version')
      .values({ id: 1, version: schemaVersion })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ version: schemaVersion }))
      .execute();
    return found;
  });
}

/** Refuses a database that would have to be changed before it can be read. Errors: `data-newer`, `data-read-only`. */
export async function requireSchema(database: Kysely<Schema>): Promise<void> {
  const { rows } = await sql`select 1 from sqlite_schema where name = 'schema_version'`.execute(database);
  const found = rows.length === 0 ? 0 : await foundVersion(database);
  if (found === schemaVersion) return;
  throw new VedetteError(
    'data-read-only',
    `The database has schema version ${found} and must be brought up to ${schemaVersion} first. Run vedette serve once on it, or on a copy that can be written.`,
  );
}

async function foundVersion(database: Kysely<Schema>): Promise<number> {
  const row = await database.selectFrom('schema_version').select('version').executeTakeFirst();
  const found = row?.version ?? 0;
  if (found <= schemaVersion) return found;
  throw new VedetteError(
    'data-newer',
    `The database has schema version ${found}; this Vedette knows ${schemaVersion}. Install the version that made it, or a newer one.`,
  );
}
