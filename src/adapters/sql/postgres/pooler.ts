// Poolers between here and PostgreSQL: one that gives connections to others between transactions keeps nothing of a session.

import { VedetteError } from '../../../core/errors.ts';
import { answered, type Client, type PostgresLimits } from './pool.ts';

/** Settings of a session would be lost, or told to somebody else. */
export const poolerSentence =
  'A pooler between here and PostgreSQL gives connections to others between transactions. Vedette needs its own: transactions would no longer be kept apart, two processes could change the tables at once, and nobody would be called. Set the pooler to sessions (pool_mode = session), or connect to PostgreSQL itself.';

/**
 * Whether two connections share one of the server's. Certain where it says so: without a pooler, and with one that keeps
 * sessions, each has its own. Errors: those of the connections.
 */
export async function isPooledByTransaction(
  open: () => Promise<Client>,
  limits: PostgresLimits,
): Promise<boolean> {
  const ask = async (client: Client, sql: string) =>
    (await answered(client.query<Record<string, unknown>>(sql), limits.statementMs)).rows;
  const processOf = async (client: Client) =>
    (await ask(client, 'select pg_backend_pid() as process'))[0]?.process;
  const [one, other] = [await open(), await open().catch(() => null)];
  try {
    // Somebody else has the last connection of the server: that is told where it matters.
    if (other === null) return false;
    const before = await processOf(one);
    // Keeps what it got, so that the first one needs another.
    await ask(other, 'begin');
    if ((await processOf(other)) === before) return true;
    return (await processOf(one)) !== before;
  } finally {
    for (const client of [one, other]) client?.end().catch(() => {});
  }
}

/** Errors: `settings-invalid`. */
export async function refuseTransactionPooler(
  open: () => Promise<Client>,
  limits: PostgresLimits,
): Promise<void> {
  if (await isPooledByTransaction(open, limits)) throw new VedetteError('settings-invalid', poolerSentence);
}
