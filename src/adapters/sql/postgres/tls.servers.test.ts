// PostgreSQL over TLS: whoever cannot prove who it is gets no password.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabaseAt, postgresHouse } from '../../../../test/houses/postgres.ts';
import { postgresIsMissing } from '../../../../test/servers/postgres.ts';

const house = postgresHouse({ tls: true });
const limits = { patienceMs: 200, connectMs: 2_000 };

test('a server is believed by the certificate that its authority signed, and by no other', {
  skip: postgresIsMissing,
}, async () => {
  const { server } = house();
  const { url } = await server.createDatabase();
  const mode = (text: string) => openDatabaseAt(`${url}?sslmode=${text}`, { limits });
  const database = await mode(`verify-full&sslrootcert=${server.authority}`);
  assert.equal(await database.isUnused(), true);
  await database.close();
  await assert.rejects(mode('verify-full'), { code: 'records-unavailable', message: /certificate/ });
  await assert.rejects(mode('disable'), { code: 'records-unavailable', message: /lets nobody in/ });
});
