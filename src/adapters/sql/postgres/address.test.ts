import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secret } from '../../../core/secret.ts';
import { postgresAddress } from './address.ts';

const read = (address: string) => postgresAddress(secret(address));

test('an address is taken apart, and what is left out has a value', () => {
  const { ssl, ...rest } = read('postgres://ada:p%40ss@localhost/vedette?pool=4&application_name=hub-1');
  assert.deepEqual(rest, {
    ...{ host: 'localhost', port: 5432, user: 'ada', password: 'p@ss', database: 'vedette' },
    ...{ applicationName: 'hub-1', pool: 4 },
  });
  assert.equal(ssl, false);
});

test('another machine proves who it is, unless the address says otherwise', () => {
  const sslOf = (more: string) => read(`postgresql://ada@db.example.org/vedette${more}`).ssl;
  assert.deepEqual(sslOf(''), { servername: 'db.example.org', rejectUnauthorized: true });
  assert.deepEqual(sslOf('?sslmode=verify-full'), sslOf(''));
  assert.equal(sslOf('?sslmode=disable'), false);
  const unverified = sslOf('?sslmode=require');
  assert.ok(unverified !== false && unverified.rejectUnauthorized === false);
});

test('what is wrong with an address is said without its password', () => {
  for (const [address, what] of [
    ['mysql://ada:hunter2@db/vedette', /looks like postgres/],
    ['postgres://ada:hunter2@db', /needs a user, a host and a database/],
    ['postgres://ada:hunter2@db/vedette?sslmode=prefer', /unknown sslmode/],
    ['postgres://ada:hunter2@db/vedette?sslmode=verify-ca', /needs sslrootcert/],
    ['postgres://ada:hunter2@db/vedette?sslrootcert=/none', /cannot be read: \/none/],
    ['postgres://ada:hunter2@db/vedette?pool=0', /1 to 200/],
    ['postgres://ada:hunter2@db/vedette?timeout=3', /does not know "timeout"/],
    ['postgres://ada:hunter2%zz@db/vedette', /%25/],
    ['postgres://ada:1?hunter2@db/vedette', /does not know.*write @ as %40/],
  ] as const) {
    assert.throws(
      () => read(address),
      (error: unknown) => {
        assert.ok(error instanceof Error && what.test(error.message), `${address}: ${error}`);
        assert.ok(!error.message.includes('hunter2'));
        return true;
      },
    );
  }
});
