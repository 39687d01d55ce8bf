// The bell: every process hears that the outbox grew, whoever's transaction added to it.

import { backoffMs } from '../../../core/backoff.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Log } from '../../../core/ports/log.ts';
import type { OutboxBell } from '../database.ts';
import { answered, type Client, type Pool } from './pool.ts';

const channel = 'vedette_outbox';
/** Listeners look this often without being called: a process may die between its commit and its call. */
const pollMs = 2_000;
/** Calls to others are this far apart: one call wakes for everything that was committed before it. */
const callPauseMs = 20;
/** A server that takes longer hangs. */
const listenMs = 5_000;
const reconnect = { firstMs: 100, maxMs: 5_000 };

export interface BellDeps {
  readonly pool: Pool;
  readonly open: () => Promise<Client>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

export interface PostgresBell extends OutboxBell {
  close(): Promise<void>;
}

/**
 * Calls listeners in this process at once, those in others through LISTEN and NOTIFY. The call goes out after the
 * commit, not in it: a commit with a call in it waits for all other such commits.
 */
export function outboxBell(deps: BellDeps): PostgresBell {
  const { clock } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const listeners = new Set<() => void>();
  let [calling, callAgain]: [Promise<void> | null, boolean] = [null, false];
  let running: Promise<unknown> | null = null;

  const ring = () => {
    for (const listener of [...listeners]) listener();
  };

  async function callOthers(): Promise<void> {
    do {
      callAgain = false;
      await notify(deps.pool).catch((error: unknown) => {
        deps.log.debug('Other processes were not called; they look by themselves.', { error });
      });
      await clock.sleep(callPauseMs, signal).catch(() => {});
    } while (callAgain && !signal.aborted);
  }

  async function poll(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(pollMs, signal).catch(() => {});
      if (!signal.aborted) ring();
    }
  }

  return {
    ring() {
      ring();
      if (signal.aborted) return;
      if (calling !== null) {
        callAgain = true;
        return;
      }
      calling = callOthers().finally(() => {
        calling = null;
      });
    },
    subscribe(listener) {
      const own = () => listener();
      listeners.add(own);
      running ??= Promise.all([poll(), listen(deps, ring, signal)]);
      return () => void listeners.delete(own);
    },
    async close() {
      listeners.clear();
      stopping.abort(new Error('The database was closed.'));
      await Promise.all([running, calling]);
    },
  };
}

/** Nothing of it needs to reach the disk. */
async function notify(pool: Pool): Promise<void> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    await client.query(`set local synchronous_commit = off; notify ${channel}`);
    isBroken = false;
  } finally {
    client.release(isBroken);
  }
}

/** Keeps a connection on which others are heard, and makes it anew when it is lost. */
async function listen(deps: BellDeps, ring: () => void, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const client = await deps.open();
      await heard(deps, client, ring, signal, () => {
        // Who called while nobody listened is heard now.
        if (failures > 0) ring();
        failures = 0;
      });
    } catch (error) {
      deps.log.debug('Other processes are not heard; looking every two seconds', { error });
    }
    if (signal.aborted) return;
    await deps.clock.sleep(backoffMs(reconnect, failures + 1, deps.random), signal).catch(() => {});
  }
}

async function heard(
  { pool }: BellDeps,
  client: Client,
  ring: () => void,
  signal: AbortSignal,
  begun: () => void,
): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  client.on('notification', ({ processId }) => {
    if (!pool.isOurs(processId)) ring();
  });
  client.once('end', end);
  signal.addEventListener('abort', () => end(), { once: true });
  try {
    await answered(client.query(`listen ${channel}`), listenMs);
    begun();
    if (!signal.aborted) await ended;
  } finally {
    client.end().catch(() => {});
  }
}
