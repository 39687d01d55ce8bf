// Transactions: run again where others were in the way, and never twice where the answer to a commit was lost.

import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction } from 'kysely';
import type { Log } from '../../../core/ports/log.ts';
import type { Schema } from '../schema.ts';
import { type Attempt, refuseInside } from './driver.ts';
import { type CommitMark, CommitUnanswered, failureKind, unknownOutcome } from './errors.ts';
import type { Persistence } from './persist.ts';
import type { Pool } from './pool.ts';

/** What a transaction did not see when it looked may be there when it writes; when it looks again it sees it. */
const maxClashes = 3;

/** Waits for a transaction that may still be under way, and then tells which was the last that was committed. */
const lastCommit = `insert into commits (connection_id, number, committed_at) values ($1, 0, now())
  on conflict (connection_id) do update set number = commits.number returning number`;

export interface TransactionDeps {
  readonly kysely: Kysely<Schema>;
  readonly pool: Pool;
  readonly scope: AsyncLocalStorage<Attempt>;
  readonly persistence: Persistence;
  readonly log: Log;
}

/**
 * Runs `work` in a serializable transaction until it is committed; `failed` hears why an attempt was not. Errors: what `work` throws, `conflict`,
 * `records-unavailable`.
 */
export async function runTransaction<T>(
  deps: TransactionDeps,
  work: (tx: Transaction<Schema>) => Promise<T>,
  failed: (error: unknown) => void,
): Promise<T> {
  refuseInside(deps.scope);
  let attempt: Attempt = { active: false, failure: null };
  let clashes = 0;
  let unanswered: { readonly mark: CommitMark; readonly value: T } | null = null;
  const running = deps.persistence.untilDone(
    async () => {
      if (unanswered !== null) {
        if (await wasCommitted(deps, unanswered.mark)) return unanswered.value;
        unanswered = null;
      }
      attempt = { active: false, failure: null };
      const done: { value?: T } = {};
      try {
        return await runOnce(deps, attempt, async (tx) => {
          const value = await work(tx);
          done.value = value;
          return value;
        });
      } catch (error) {
        if (error instanceof CommitUnanswered && 'value' in done) {
          unanswered = { mark: error.mark, value: done.value as T };
        }
        throw error;
      }
    },
    (error) => {
      // Neither done nor not done: there is no answer to give yet, whatever went wrong in asking for it.
      if (unanswered !== null) return true;
      // What work made of the failure of a statement does not matter: nothing of it was kept.
      failed(attempt.failure ?? error);
      const kind = failureKind(attempt.failure ?? error);
      if (kind === 'clash') clashes += 1;
      return kind === 'again' || kind === 'gone' || (kind === 'clash' && clashes < maxClashes);
    },
  );
  return running.catch((error: unknown) => {
    throw unanswered === null ? error : unknownOutcome(error);
  });
}

async function runOnce<T>(
  { kysely, scope }: TransactionDeps,
  attempt: Attempt,
  work: (tx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  try {
    return await scope.run(attempt, () =>
      kysely.transaction().execute((tx) => {
        attempt.active = true;
        return work(tx);
      }),
    );
  } finally {
    attempt.active = false;
  }
}

async function wasCommitted({ pool, log }: TransactionDeps, mark: CommitMark): Promise<boolean> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    const { rows } = await client.query(lastCommit, [mark.connectionId]);
    isBroken = false;
    const number = rows[0]?.number;
    log.info('The answer to a commit was lost; the database was asked again.', {
      committed: number === mark.number,
    });
    return number === mark.number;
  } catch (error) {
    isBroken = failureKind(error) === 'gone';
    throw error;
  } finally {
    client.release(isBroken);
  }
}
