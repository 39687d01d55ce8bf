// What is wrong with a database file, and how much of it can still be read.

import { type Kysely, sql } from 'kysely';
import { errorCode, VedetteError } from '../../core/errors.ts';
import type { Schema } from './schema.ts';

/** Rows read at a time. */
const pageSize = 500;

export interface DatabaseFaults {
  /** What SQLite finds wrong, in its words; nothing when all is well. */
  readonly problems: readonly string[];
  /** Tables of which not every row can be read. None, though there are problems: only indexes are damaged. */
  readonly damagedTables: readonly string[];
}

/** Reads the whole file, the order of its indexes included; tables once more where something is wrong. */
export async function databaseFaults(db: Kysely<Schema>): Promise<DatabaseFaults> {
  const problems = await integrityProblems(db);
  return { problems, damagedTables: problems.length === 0 ? [] : await damagedTables(db, problems) };
}

async function integrityProblems(db: Kysely<Schema>): Promise<readonly string[]> {
  try {
    // Not quick_check: it does not see an index that contradicts its table.
    const { rows } = await sql<Record<string, string>>`pragma integrity_check`.execute(db);
    const found = rows.flatMap((row) => Object.values(row)).flatMap((text) => text.split('\n'));
    const told = found.filter((line) => line !== '' && !line.startsWith('***'));
    return told.length === 1 && told[0] === 'ok' ? [] : told;
  } catch (error) {
    // Damaged so badly that it cannot even be checked.
    if (!(error instanceof VedetteError) || error.code !== 'data-damaged') throw error;
    return [error.cause instanceof Error ? error.cause.message : error.detail];
  }
}

async function damagedTables(db: Kysely<Schema>, problems: readonly string[]): Promise<readonly string[]> {
  const tables = await sql<{ name: string; rootpage: number }>`
    select name, rootpage from sqlite_schema where type = 'table' order by name`
    .execute(db)
    .then(
      ({ rows }) => rows,
      () => null,
    );
  // Without the schema nothing can be said of any table.
  if (tables === null) return ['sqlite_schema'];
  const damaged: string[] = [];
  for (const { name, rootpage } of tables) {
    const isNamed = problems.some((line) => line.startsWith(`Tree ${rootpage} `) || isAboutRows(line, name));
    if (isNamed || !(await canBeRead(db, name))) damaged.push(name);
  }
  return damaged;
}

/** "NULL value in t.c", "non-… value in t.c": the row itself is wrong, not where an index says it is. */
function isAboutRows(line: string, table: string): boolean {
  return line.includes(` value in ${table}.`) || line.includes(` not in ${table}`);
}

async function canBeRead(db: Kysely<Schema>, table: string): Promise<boolean> {
  try {
    for (let after = Number.MIN_SAFE_INTEGER; ; ) {
      const { rows } = await sql<{ rowid_: number }>`
        select *, rowid as rowid_ from ${sql.table(table)} not indexed
        where rowid > ${after} order by rowid limit ${sql.lit(pageSize)}`.execute(db);
      const last = rows.at(-1);
      if (last === undefined) return true;
      after = last.rowid_;
    }
  } catch (error) {
    if (errorCode(error) === 'data-damaged') return false;
    throw error;
  }
}
