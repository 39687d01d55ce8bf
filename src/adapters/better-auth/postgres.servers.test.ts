// The identity provider on a real PostgreSQL.

import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { identityHouse } from '../../../test/houses/identity.ts';
import { softAuthenticator } from '../../../test/servers/authenticator.ts';
import { postgresHouse } from '../../../test/houses/postgres.ts';
import { postgresIsMissing } from '../../../test/servers/postgres.ts';
import { accountsContract } from '../../core/ports/accounts.contract.ts';
import { identityContract } from '../../core/ports/identity.contract.ts';
import { passkeysContract } from '../../core/ports/passkeys.contract.ts';
import { secondFactorContract } from '../../core/ports/second-factor.contract.ts';

const house = postgresHouse();
const name = 'better-auth on PostgreSQL';

/** With one connection only: what is asked of it later is done later. */
async function open(t: TestContext) {
  const { fresh, open: openHub } = house();
  const { database } = await openHub(t, `${await fresh()}?pool=1`);
  const opened = await identityHouse(t, { database });
  return {
    ...opened,
    async pass(ms: number) {
      // What is written beside a request is written before time goes on.
      await setImmediate();
      await sql`select 1`.execute(database.kysely);
      await opened.pass(ms);
    },
  };
}

if (postgresIsMissing !== false) test(name, { skip: postgresIsMissing }, () => {});
else {
  identityContract(name, open);
  accountsContract(name, open);
  secondFactorContract(name, open);
  passkeysContract(name, async (t) => ({
    ...(await open(t)),
    newAuthenticator: () => softAuthenticator('http://localhost:8080'),
  }));

  test('of several processes that start at once on an empty database, one makes the tables', async (t) => {
    const { server, open: openHub } = house();
    const { url } = await server.createDatabase();
    const hubs = await Promise.all(Array.from({ length: 4 }, () => openHub(t, url)));
    await Promise.all(hubs.map(({ database }) => identityHouse(t, { database })));
    for (const { records } of hubs) assert.equal(await records.organizations.count(), 0);
  });
}
