// Poolers in front of PostgreSQL: one that keeps sessions is none of our business, one that does not is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabaseAt, postgresHouse } from '../../../../test/houses/postgres.ts';
import { pgbouncerIsMissing, startPgBouncer } from '../../../../test/servers/pgbouncer.ts';
import { postgresIsMissing } from '../../../../test/servers/postgres.ts';
import { secret } from '../../../core/secret.ts';
import { foundBy } from '../../../core/setting-finding.testing.ts';
import { checkPostgres } from './opening-check.ts';

const house = postgresHouse();
const skip = { skip: postgresIsMissing || pgbouncerIsMissing, timeout: 60_000 };
const check = (url: string) => foundBy(checkPostgres(secret(url), { processes: 1 }));

for (const size of [1, 20]) {
  test(
    `one that gives connections to others between transactions is refused at the start, and wrong in a check (${size})`,
    skip,
    async () => {
      const { server, fresh } = house();
      await using pooler = await startPgBouncer({ port: server.port, mode: 'transaction', size });
      const url = pooler.through(await fresh());
      const message = /between transactions.*pool_mode = session/;
      await assert.rejects(openDatabaseAt(url), { code: 'settings-invalid', message });
      const { wrong } = await check(url);
      assert.deepEqual([wrong.length, message.test(wrong.join())], [1, true], wrong.join());
    },
  );
}

test(
  'one that keeps sessions is as good as none: the records work, and a check finds nothing wrong',
  skip,
  async (t) => {
    const { server, fresh, open } = house();
    await using pooler = await startPgBouncer({ port: server.port, mode: 'session' });
    const url = pooler.through(await fresh());
    const { database } = await open(t, url);
    assert.equal(await database.isUnused(), true);
    const direct = await open(t, await fresh());
    assert.equal(await direct.database.isUnused(), true);
    assert.deepEqual((await check(url)).wrong, []);
    await database.close();
  },
);
