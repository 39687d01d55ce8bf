// Values on their way from SQLite to PostgreSQL, and rows in a form that is the same on both.

import type { Row } from './source.ts';

/** What PostgreSQL calls the types of columns that SQLite keeps in other words. */
const timestamps: ReadonlySet<string> = new Set(['timestamp with time zone', 'timestamp without time zone']);

/** A value of SQLite as a column of this type takes it. */
export function valueFor(type: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'boolean') return Number(value) === 1;
  if (timestamps.has(type) && (typeof value === 'string' || typeof value === 'number')) {
    return new Date(value);
  }
  return value;
}

/** The same text for the same value, whichever database it came from. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return { bytes: value.toHex() };
  if (value instanceof Date) return { at: value.getTime() };
  return value;
}

/** Says of a column what both sides must agree on, where that is not all of it. */
export type Masked = (column: string, value: unknown) => unknown;

/** A row of the target, or one of the source with `valueFor` applied, as one text; `masked` first. */
export function canonicalRow(columns: readonly string[], row: Row, masked: Masked): string {
  return JSON.stringify(columns.map((column) => plain(masked(column, row[column] ?? null))));
}
