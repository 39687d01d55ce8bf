// A session: the connection a group of tables works on, inside a transaction or outside of one.

import type { Kysely } from 'kysely';
import { VedetteError } from '../../core/errors.ts';
import type { Schema } from './schema.ts';

export interface Session {
  readonly db: Kysely<Schema>;
  /** See the database. */
  readonly prepareDay: ((startAt: number) => Promise<void>) | null;
  /** Several statements as one: in the transaction at hand, or in one of their own. */
  atomically<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
}

/** `work` over rows, `null` for no row. */
export function maybe<Row, T>(row: Row | undefined, read: (row: Row) => T): T | null {
  return row === undefined ? null : read(row);
}

/** Fails where a change by id changed nothing. Errors: `not-found`. */
export function changedOne(changed: bigint): void {
  if (changed === 0n) throw new VedetteError('not-found');
}
