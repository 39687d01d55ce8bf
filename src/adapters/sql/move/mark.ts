// The mark of a move in its target: whose installation comes there, whether it is all there, and which objects are.

import { sql } from 'kysely';
import { VedetteError } from '../../../core/errors.ts';
import type { Database } from '../database.ts';

export type MoveStage = 'copying' | 'moved';

export interface Mark {
  /** The public key of the source's key file: what no two installations share. */
  readonly source: string;
  readonly stage: MoveStage;
}

export interface MovedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Null where nothing was ever moved there. */
export async function readMark({ kysely, engine }: Database): Promise<Mark | null> {
  if (engine !== 'postgres') return null;
  const found = await sql<{ found: string | null }>`select to_regclass('moves')::text as found`.execute(
    kysely,
  );
  if ((found.rows[0]?.found ?? null) === null) return null;
  const { rows } = await sql<{ source: string; stage: string }>`select source, stage from moves`.execute(
    kysely,
  );
  const [row] = rows;
  return row === undefined
    ? null
    : { source: row.source, stage: row.stage === 'moved' ? 'moved' : 'copying' };
}

/** Refuses a database into which an installation is being moved: half of it looks like all of it. Errors: `data-in-use`. */
export async function refuseUnfinishedMove(database: Database): Promise<void> {
  if ((await readMark(database))?.stage !== 'copying') return;
  throw new VedetteError(
    'data-in-use',
    'An installation is being moved here, and not all of it has come. Stop the old server and run vedette migrate once more.',
  );
}

/** Begins a move, or goes on with it. */
export async function beginMove({ kysely }: Database, source: string): Promise<void> {
  await sql`create table if not exists moves (
    id bigint primary key, source text not null, stage text not null, at timestamptz not null)`.execute(
    kysely,
  );
  await sql`create table if not exists moved_objects (
    blob_key text collate "C" primary key, size_bytes bigint not null, sha256 text not null)`.execute(kysely);
  await sql`insert into moves (id, source, stage, at) values (1, ${source}, 'copying', now())
    on conflict (id) do nothing`.execute(kysely);
}

/** From here on the target is the installation. */
export async function endMove({ kysely }: Database): Promise<void> {
  await sql`update moves set stage = 'moved', at = now()`.execute(kysely);
  await sql`drop table moved_objects`.execute(kysely);
}

/** The objects that were copied and read back, which are in the target. */
export interface MovedObjects {
  /** In the order of their keys, after `after`. */
  page(after: string, limit: number): Promise<readonly MovedObject[]>;
  find(keys: readonly string[]): Promise<readonly MovedObject[]>;
  count(): Promise<number>;
  add(objects: readonly MovedObject[]): Promise<void>;
  remove(key: string): Promise<void>;
}

interface ObjectRow {
  readonly blob_key: string;
  readonly size_bytes: number;
  readonly sha256: string;
}

export function movedObjects({ kysely }: Database): MovedObjects {
  const objectOf = (row: ObjectRow) => ({
    ...{ key: row.blob_key, sizeBytes: row.size_bytes, sha256: row.sha256 },
  });
  return {
    async page(after, limit) {
      const { rows } = await sql<ObjectRow>`
        select blob_key, size_bytes, sha256 from moved_objects where blob_key > ${after}
        order by blob_key limit ${sql.lit(limit)}`.execute(kysely);
      return rows.map(objectOf);
    },
    async find(keys) {
      if (keys.length === 0) return [];
      const { rows } = await sql<ObjectRow>`
        select blob_key, size_bytes, sha256 from moved_objects
        where blob_key in (${sql.join(keys)})`.execute(kysely);
      return rows.map(objectOf);
    },
    async count() {
      const { rows } = await sql<{ count: number }>`select count(*) as count from moved_objects`.execute(
        kysely,
      );
      return rows[0]?.count ?? 0;
    },
    async add(objects) {
      if (objects.length === 0) return;
      const values = objects.map(({ key, sizeBytes, sha256 }) => sql`(${key}, ${sizeBytes}, ${sha256})`);
      await sql`insert into moved_objects (blob_key, size_bytes, sha256) values ${sql.join(values)}
        on conflict (blob_key) do update set size_bytes = excluded.size_bytes, sha256 = excluded.sha256`.execute(
        kysely,
      );
    },
    async remove(key) {
      await sql`delete from moved_objects where blob_key = ${key}`.execute(kysely);
    },
  };
}

/** Keys of objects that rows name and that did not come, at most `limit`. */
export async function missingObjects({ kysely }: Database, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ blob_key: string }>`
    select blob_key from (select blob_key from recordings union all select blob_key from images
      union all select blob_key from pushed_images where blob_key is not null) as named
    where not exists (select from moved_objects where moved_objects.blob_key = named.blob_key)
    limit ${sql.lit(limit)}`.execute(kysely);
  return rows.map((row) => row.blob_key);
}

/** What rows say of the hash of objects; nothing of those that no row names. */
export async function expectedHashes(
  { kysely }: Database,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const pushedIds = keys.flatMap((key) => /([^/]+)-[0-9a-f]{12}$/.exec(key)?.[1] ?? []);
  const [recordings, images, pushed] = await Promise.all([
    kysely.selectFrom('recordings').select(['blob_key', 'sha256']).where('blob_key', 'in', keys).execute(),
    kysely.selectFrom('images').select(['blob_key', 'sha256']).where('blob_key', 'in', keys).execute(),
    pushedIds.length === 0
      ? []
      : kysely
          .selectFrom('pushed_images')
          .select(['blob_key', 'sha256'])
          .where('id', 'in', pushedIds)
          .execute(),
  ]);
  return new Map(
    [...recordings, ...images, ...pushed].flatMap(({ blob_key: key, sha256 }) =>
      key === null || sha256 === null ? [] : [[key, sha256] as const],
    ),
  );
}
