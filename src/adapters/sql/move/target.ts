// The target of a move: tables of PostgreSQL, written and read row by row whatever they are.

import { type RawBuilder, sql } from 'kysely';
import { errorCode, VedetteError } from '../../../core/errors.ts';
import type { Database } from '../database.ts';
import type { Row, SourceTable } from './source.ts';
import { valueFor } from './values.ts';

interface Column {
  readonly type: string;
  /** Texts are compared byte by byte, as SQLite does. */
  readonly isBytewise: boolean;
  readonly isIdentity: boolean;
}

export interface TargetTable {
  readonly source: SourceTable;
  readonly columns: ReadonlyMap<string, Column>;
  /** What makes a row one: on partitions more columns than in the source. */
  readonly key: readonly string[];
}

/** The tables of `database` for those of the source. Errors: `data-newer`, where one of them has no place for something. */
export async function targetTables(
  database: Database,
  tables: readonly SourceTable[],
): Promise<readonly TargetTable[]> {
  const { rows: columns } = await sql<Row>`
    select table_name, column_name, data_type, collation_name, is_identity from information_schema.columns
    where table_schema = current_schema()`.execute(database.kysely);
  const { rows: keys } = await sql<Row>`
    select class.relname as table_name, attribute.attname as column_name from pg_index
    join pg_class as class on class.oid = indrelid
    join pg_attribute as attribute on attribute.attrelid = class.oid and attribute.attnum = any (indkey)
    where indisprimary and class.relnamespace = current_schema()::regnamespace`.execute(database.kysely);
  return tables.map((source) => {
    const own = columns.filter(({ table_name: name }) => name === source.name);
    const known = new Map(own.map((row) => [String(row.column_name), columnOf(row)]));
    const missing = source.columns.filter((column) => !known.has(column));
    if (missing.length > 0) {
      throw new VedetteError(
        'data-newer',
        `The target has no place for ${source.name} (${missing.join(', ')}). Run vedette serve of this version once on the folder, then move it.`,
      );
    }
    const key = keys.filter(({ table_name: name }) => name === source.name);
    return { source, columns: known, key: key.map((row) => String(row.column_name)) };
  });
}

function columnOf(row: Row): Column {
  const type = String(row.data_type);
  return {
    type,
    isBytewise: type !== 'text' && type !== 'character varying' ? true : row.collation_name === 'C',
    isIdentity: row.is_identity === 'YES',
  };
}

/** A row of the source as the target takes it. */
export function rowFor({ source, columns }: TargetTable, row: Row): Row {
  return Object.fromEntries(
    source.columns.map((column) => [column, valueFor(columns.get(column)?.type ?? '', row[column])]),
  );
}

/** Rows whose key is after `after` (null: from the first) and not after `to` (null: to the last), at most `limit`. */
export async function rowsBetween(
  database: Database,
  table: TargetTable,
  span: { readonly after: Row | null; readonly to: Row | null; readonly limit: number },
): Promise<readonly Row[]> {
  const { source } = table;
  const order = sql.join(source.key.map((column) => ordered(table, column)));
  const bound = (row: Row, comparison: '>' | '<=') =>
    sql`(${order}) ${sql.raw(comparison)} (${sql.join(source.key.map((column) => row[column]))})`;
  const conditions = [
    sql`true`,
    ...(span.after === null ? [] : [bound(span.after, '>')]),
    ...(span.to === null ? [] : [bound(span.to, '<=')]),
  ];
  const { rows } = await sql<Row>`select ${sql.join(source.columns.map((each) => sql.ref(each)))}
    from ${sql.table(source.name)} where ${sql.join(conditions, sql` and `)}
    order by ${order} limit ${sql.lit(span.limit)}`.execute(database.kysely);
  return rows;
}

function ordered({ columns }: TargetTable, column: string): RawBuilder<unknown> {
  return columns.get(column)?.isBytewise === false
    ? sql`${sql.ref(column)} collate "C"`
    : sql`${sql.ref(column)}`;
}

/** Writes rows over what was there under their keys. All or nothing. */
export async function writeRows(database: Database, table: TargetTable, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const { source, key } = table;
  const others = source.columns.filter((column) => !key.includes(column));
  const values = rows.map((row) => sql`(${sql.join(source.columns.map((column) => row[column]))})`);
  const names = (columns: readonly string[]) => sql.join(columns.map((each) => sql.ref(each)));
  const news = others.map((each) => sql`${sql.ref(each)} = excluded.${sql.ref(each)}`);
  const change = news.length === 0 ? sql`do nothing` : sql`do update set ${sql.join(news)}`;
  await database.transaction(async (tx) => {
    if (source.name === 'recordings' && database.prepareDay !== null) {
      for (const { start_at: startAt } of rows) await database.prepareDay(Number(startAt));
    }
    await sql`insert into ${sql.table(source.name)} (${names(source.columns)}) values ${sql.join(values)}
      on conflict (${names(key)}) ${change}`.execute(tx);
  });
}

/** Removes rows by their keys; none of them where others still refer to one. */
export async function removeRows(
  database: Database,
  { source }: TargetTable,
  rows: readonly Row[],
): Promise<void> {
  const keys = rows.map((row) => sql`(${sql.join(source.key.map((column) => row[column]))})`);
  try {
    await database.transaction((tx) =>
      sql`delete from ${sql.table(source.name)} where (${sql.join(source.key.map((each) => sql.ref(each)))})
        in (${sql.join(keys)})`.execute(tx),
    );
  } catch (error) {
    if (errorCode(error) !== 'conflict') throw error;
  }
}

/** Has the numbers that the target gives go on after those that were moved. */
export async function advanceNumbers(database: Database, tables: readonly TargetTable[]): Promise<void> {
  for (const { source, columns } of tables) {
    for (const [column, { isIdentity }] of columns) {
      if (!isIdentity) continue;
      await sql`select setval(pg_get_serial_sequence(${source.name}, ${column}),
        greatest(1, (select coalesce(max(${sql.ref(column)}), 0) + 1 from ${sql.table(source.name)})), false)`.execute(
        database.kysely,
      );
    }
  }
}
