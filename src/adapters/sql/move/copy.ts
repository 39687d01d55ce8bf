// Copying a table: both sides are walked in the order of the key, and only what differs is written.

import type { Database } from '../database.ts';
import type { MoveSource, Row } from './source.ts';
import { rowSum } from './sum.ts';
import { removeRows, rowFor, rowsBetween, type TargetTable, writeRows } from './target.ts';
import { canonicalRow } from './values.ts';

/** Rows in a statement: 25 columns of 200 rows are 5 000 of the 65 535 values that PostgreSQL takes. */
const batchRows = 200;

/** What a move does to rows besides copying them. */
export interface Conversion {
  /** Which rows come at all; others are as if they were not there. */
  moves(table: string): boolean;
  /** Rows as they are to be written, such as with their keys wrapped anew. */
  convert(table: string, rows: readonly Row[]): Promise<readonly Row[]>;
  /** Of rows that agree in that, those of the source whose keys do not open to the same in the target. */
  unlike(table: string, twins: readonly Twin[]): Promise<ReadonlySet<Row>>;
  /** What of a column both sides must agree on. */
  masked(table: string, column: string, value: unknown): unknown;
}

/** The same row on both sides. */
export interface Twin {
  readonly here: Row;
  readonly there: Row;
}

export interface Copying {
  readonly source: MoveSource;
  readonly target: Database;
  readonly conversion: Conversion;
  /** Called after each batch with the rows that were walked in it. */
  walked(table: string, rows: number): void;
}

export interface CopiedTable {
  readonly written: number;
  /** Rows of the target that the source has no more: to be removed when nothing refers to them. */
  readonly gone: readonly Row[];
}

/** Makes the target's table like the source's, but for rows that are gone. Begun anew, it goes on where it was. */
export async function copyTable(copying: Copying, table: TargetTable): Promise<CopiedTable> {
  const { target, conversion } = copying;
  const gone: Row[] = [];
  let written = 0;
  for await (const { rows, there } of pages(copying, table)) {
    const canonical = canonicalOf(copying, table);
    const known = new Map(there.map((row) => [keyOf(table, row), row]));
    const twins = rows.flatMap((here): readonly Twin[] => {
      const twin = known.get(keyOf(table, here));
      return twin !== undefined && canonical(twin) === canonical(here) ? [{ here, there: twin }] : [];
    });
    const unlike = await conversion.unlike(table.source.name, twins);
    const same = new Set(twins.map(({ here }) => here).filter((row) => !unlike.has(row)));
    const changed = rows.filter((row) => !same.has(row));
    await writeRows(target, table, await conversion.convert(table.source.name, changed));
    written += changed.length;
    gone.push(...goneOf(table, rows, there));
    copying.walked(table.source.name, rows.length);
  }
  return { written, gone };
}

/** Rows of the target that the source has no more, without writing anything. */
export async function goneFrom(copying: Copying, table: TargetTable): Promise<readonly Row[]> {
  const gone: Row[] = [];
  for await (const { rows, there } of pages(copying, table)) gone.push(...goneOf(table, rows, there));
  return gone;
}

function goneOf(table: TargetTable, rows: readonly Row[], there: readonly Row[]): readonly Row[] {
  const kept = new Set(rows.map((row) => keyOf(table, row)));
  return there.filter((row) => !kept.has(keyOf(table, row))).map((row) => keyColumns(table, row));
}

/** Removes what was found gone. What others still refer to stays, and differs. */
export async function removeGone(
  { target }: Copying,
  table: TargetTable,
  gone: readonly Row[],
): Promise<void> {
  for (let at = 0; at < gone.length; at += batchRows) {
    await removeRows(target, table, gone.slice(at, at + batchRows));
  }
}

export interface ComparedTable {
  readonly table: string;
  readonly source: { readonly rows: number; readonly hash: string };
  readonly target: { readonly rows: number; readonly hash: string };
  /** Keys of rows that differ or are on one side only: the first few. */
  readonly differing: readonly string[];
}

const maxNamed = 10;

/** Reads both sides once more, whole. */
export async function compareTable(copying: Copying, table: TargetTable): Promise<ComparedTable> {
  const [source, target] = [rowSum(), rowSum()];
  const differing: string[] = [];
  const canonical = canonicalOf(copying, table);
  for await (const { rows, there } of pages(copying, table)) {
    const here = new Map(rows.map((row) => [keyOf(table, row), canonical(row)]));
    const other = new Map(there.map((row) => [keyOf(table, row), canonical(row)]));
    for (const text of here.values()) source.add(text);
    for (const text of other.values()) target.add(text);
    for (const key of new Set([...here.keys(), ...other.keys()])) {
      if (here.get(key) !== other.get(key) && differing.length < maxNamed) differing.push(key);
    }
    copying.walked(table.source.name, rows.length);
  }
  return {
    table: table.source.name,
    source: { rows: source.count, hash: source.hash() },
    target: { rows: target.count, hash: target.hash() },
    differing,
  };
}

interface Page {
  /** Of the source, as the target takes them. */
  readonly rows: readonly Row[];
  /** Of the target, in the same span of keys. */
  readonly there: readonly Row[];
}

async function* pages({ source, target, conversion }: Copying, table: TargetTable): AsyncGenerator<Page> {
  const moves = conversion.moves(table.source.name);
  for (let after: Row | null = null; ; ) {
    const found: readonly Row[] = moves ? source.page(table.source, after, batchRows) : [];
    const last: Row | null = found.length < batchRows ? null : (found.at(-1) ?? null);
    yield {
      rows: found.map((row) => rowFor(table, row)),
      there: await allBetween(target, table, after, last),
    };
    if (last === null) return;
    after = last;
  }
}

/** In pieces: rows that are gone from the source may be many. */
async function allBetween(
  target: Database,
  table: TargetTable,
  after: Row | null,
  to: Row | null,
): Promise<readonly Row[]> {
  const all: Row[] = [];
  for (let from = after; ; ) {
    const some: readonly Row[] = await rowsBetween(target, table, { after: from, to, limit: batchRows });
    all.push(...some);
    const last = some.at(-1);
    if (some.length < batchRows || last === undefined) return all;
    from = last;
  }
}

function canonicalOf({ conversion }: Copying, { source }: TargetTable): (row: Row) => string {
  const masked = (column: string, value: unknown) => conversion.masked(source.name, column, value);
  return (row) => canonicalRow(source.columns, row, masked);
}

function keyOf({ source }: TargetTable, row: Row): string {
  return source.key.map((column) => String(row[column])).join(' ');
}

function keyColumns({ source }: TargetTable, row: Row): Row {
  return Object.fromEntries(source.key.map((column) => [column, row[column]]));
}
