// The keeper: a connection of its own for what changes tables, so that it never waits for those who wait for it.

import type pg from 'pg';
import type { Clock } from '../../../core/ports/clock.ts';
import { answered, type Client, type PostgresLimits } from './pool.ts';

/** Advisory locks, by which processes take turns. The first number says that they are ours. */
const ours = 0x5eda77e;
export const locks = {
  migration: [ours, 1],
  days: [ours, 2],
} satisfies Record<string, [number, number]>;

/** The connection as work sees it: whatever it asks is answered in time, or the connection is given up. */
export interface KeptClient {
  query(text: string, values?: unknown[]): Promise<pg.QueryResult<Record<string, unknown>>>;
}

/** Between two looks whether another process has done its turn. */
const askAgainMs = 100;

export interface Keeper {
  /** One piece of work at a time. A connection that failed is made anew for the next. */
  run<T>(work: (client: KeptClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface KeeperDeps {
  readonly open: () => Promise<Client>;
  readonly isLost: (error: unknown) => boolean;
  readonly limits: PostgresLimits;
}

export function keeper({ open, isLost, limits }: KeeperDeps): Keeper {
  const longestMs = limits.statementMs + limits.graceMs;
  let client: Client | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const inTime = (used: Client): KeptClient => ({
    query: (text, values = []) => answered(used.query(text, values), longestMs),
  });

  async function tryOnce<T>(work: (client: KeptClient) => Promise<T>): Promise<T> {
    client ??= await open();
    const used = client;
    try {
      return await work(inTime(used));
    } catch (error) {
      client = null;
      // What it began is undone with it.
      used.end().catch(() => {});
      throw error;
    }
  }

  return {
    run(work) {
      const turn = last.then(() =>
        tryOnce(work).catch((error: unknown) => {
          if (!isLost(error)) throw error;
          return tryOnce(work);
        }),
      );
      last = turn.catch(() => {});
      return turn;
    },
    async close() {
      await last;
      const used = client;
      client = null;
      // A server that hangs does not say goodbye.
      if (used !== null)
        await answered(used.end(), limits.graceMs).catch(() => used.connection.stream.destroy());
    },
  };
}

/** Waits for its turn by asking again: a server that hangs would never end a wait of its own. */
export async function untilOurs(client: KeptClient, lock: [number, number], clock: Clock): Promise<void> {
  for (;;) {
    const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as is_ours', lock);
    if (rows[0]?.is_ours === true) return;
    await clock.sleep(askAgainMs);
  }
}
