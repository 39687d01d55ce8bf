// The keeper: a connection of its own for what changes tables, so that it never waits for those who wait for it.

import type { Client } from './pool.ts';

/** Advisory locks, by which processes take turns. The first number says that they are ours. */
const ours = 0x5eda77e;
export const locks = {
  migration: [ours, 1],
  days: [ours, 2],
} satisfies Record<string, [number, number]>;

export interface Keeper {
  /** One piece of work at a time. A connection that failed is made anew for the next. */
  run<T>(work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function keeper(open: () => Promise<Client>, isLost: (error: unknown) => boolean): Keeper {
  let client: Client | null = null;
  let last: Promise<unknown> = Promise.resolve();
  async function once<T>(work: (client: Client) => Promise<T>): Promise<T> {
    client ??= await open();
    const used = client;
    try {
      return await work(used);
    } catch (error) {
      client = null;
      // What it began is undone with it.
      used.end().catch(() => {});
      if (!isLost(error)) throw error;
    }
    client = await open();
    return work(client);
  }
  return {
    run(work) {
      const turn = last.then(() => once(work));
      last = turn.catch(() => {});
      return turn;
    },
    async close() {
      await last;
      await client?.end().catch(() => {});
      client = null;
    },
  };
}
