// The source of a move: the SQLite database of an installation, read table by table as it is at one moment.

import { VedetteError } from '../../../core/errors.ts';
import { schemaVersion } from '../migrations.ts';
import { openSqlite } from '../sqlite.ts';
import { parentsFirst } from './order.ts';

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

export interface SourceTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of its primary key, in order. */
  readonly key: readonly string[];
}

export interface MoveSource {
  /** What is moved row by row; a table comes after those that it refers to. */
  readonly tables: readonly SourceTable[];
  count(table: SourceTable): number;
  /** The rows after `after` (null: from the first) in the order of the key, at most `limit`. */
  page(table: SourceTable, after: Row | null, limit: number): readonly Row[];
  /** How many messages of a topic wait in the queue or are in hand. */
  waiting(topic: string): number;
  /** Messages that were put aside: kept for a person to look at, and not moved. */
  deadLetters(): number;
  close(): void;
}

/**
 * Not moved row by row: the version is the target's own; sessions end with a move; what waits in the queue becomes
 * rows of the outbox, because the target's queue is no table; who leads is for the processes there.
 */
const left: ReadonlySet<string> = new Set([
  'schema_version',
  'identity_session',
  'queue_messages',
  'leaderships',
]);

const isWaiting = `state in ('ready', 'behind', 'held')`;
/** Far below every number of the outbox: what waits in the queue was added before all that waits in the outbox. */
const beforeAll = 2 ** 52;

/** The rows that are moved of a table: the outbox takes what waits in the queue, whose id may be in both. */
function rowsOf(name: string): string {
  if (name !== 'outbox') return `"${name}"`;
  return `(select sequence - ${beforeAll} as sequence, id, topic, key, payload, due_at from queue_messages where ${isWaiting}
    union all select sequence, id, topic, key, payload, due_at from outbox
    where id not in (select id from queue_messages))`;
}

/**
 * Opens the database at `path`, which is left as it is; all that is read is of the moment of opening, also while a
 * server writes. Errors: `data-newer`, `data-read-only` (an older version, to be brought up to date first),
 * `data-damaged`.
 */
export function openMoveSource(path: string): MoveSource {
  const database = openSqlite(path, 'read');
  const all = (text: string, values: readonly unknown[] = []): readonly Row[] =>
    database.prepare(text).all(values).filter(isRow);
  try {
    database.prepare('begin').run([]);
    requireVersion(all);
    const tables = tablesOf(all);
    return {
      tables,
      count: ({ name }) => countIn(all(`select count(*) as count from ${rowsOf(name)}`)),
      page({ name, columns, key }, after, limit) {
        const order = quoted(key);
        const where = after === null ? '' : `where (${order}) > (${key.map(() => '?').join(', ')})`;
        const values = after === null ? [] : key.map((column) => after[column]);
        return all(
          `select ${quoted(columns)} from ${rowsOf(name)} ${where} order by ${order} limit ${limit}`,
          values,
        );
      },
      waiting: (topic) =>
        countIn(
          all(`select count(*) as count from queue_messages where ${isWaiting} and topic = ?`, [topic]),
        ),
      deadLetters: () => countIn(all(`select count(*) as count from queue_messages where state = 'dead'`)),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

type All = (text: string, values?: readonly unknown[]) => readonly Row[];

function requireVersion(all: All): void {
  const found = Number(all('select version from schema_version')[0]?.version ?? 0);
  if (found === schemaVersion) return;
  if (found > schemaVersion) {
    throw new VedetteError(
      'data-newer',
      `The database to be moved has schema version ${found}; this Vedette knows ${schemaVersion}. Install the version that made it, or a newer one.`,
    );
  }
  throw new VedetteError(
    'data-read-only',
    `The database to be moved has schema version ${found} and must be brought up to ${schemaVersion} first. Run vedette serve of this version once on its folder.`,
  );
}

function tablesOf(all: All): readonly SourceTable[] {
  const names = all(
    `select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'`,
  )
    .map(({ name }) => String(name))
    .filter((name) => !left.has(name));
  const parents = new Map(
    names.map((name) => [name, all(`pragma foreign_key_list("${name}")`).map(({ table }) => String(table))]),
  );
  return parentsFirst(parents).map((name) => {
    const about = all(`pragma table_info("${name}")`);
    const key = about.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk));
    const nameOf = (row: Row) => String(row.name);
    return { name, columns: about.map(nameOf), key: key.map(nameOf) };
  });
}

function countIn([row]: readonly Row[]): number {
  return Number(row?.count ?? 0);
}

function quoted(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(', ');
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}
