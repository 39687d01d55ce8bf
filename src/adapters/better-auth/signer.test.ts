// Signed tokens through their port, and their keys: sealed, changed in time, lost with the secret.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { dumpOf, identityHouse as open } from '../../../test/houses/identity.ts';
import { tokenSignerContract } from '../../core/ports/token-signer.contract.ts';
import { secret } from '../../core/secret.ts';
import { openIdentity } from './identity.ts';

tokenSignerContract('better-auth', (t) => open(t));

const dayMs = 86_400_000;
const claims = { sub: 'member', aud: 'warehouse' };

test('another library verifies a token by the key set, its issuer and its audience', async (t) => {
  const { signer, clock } = await open(t);
  const token = await signer.sign(claims, 60);
  const keys = createLocalJWKSet(JSON.parse(JSON.stringify(await signer.keySet())));
  const expected = {
    issuer: 'http://localhost:8080',
    audience: 'warehouse',
    currentDate: new Date(clock.now()),
  };
  assert.equal((await jwtVerify(token, keys, expected)).payload.sub, 'member');
  const late = { ...expected, currentDate: new Date(clock.now() + 61_000) };
  await assert.rejects(jwtVerify(token, keys, late), { code: 'ERR_JWT_EXPIRED' });
});

test('a key signs for thirty days, and is published a day longer', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 1) });
  const { signer } = await open(t);
  const kidOf = (token: string) => JSON.parse(atob(token.split('.')[0] ?? '')).kid;
  const published = async () => (await signer.keySet()).keys.map(({ kid }) => kid);
  const first = kidOf(await signer.sign(claims, 60));
  t.mock.timers.tick(29 * dayMs);
  assert.equal(kidOf(await signer.sign(claims, 60)), first);
  t.mock.timers.tick(dayMs + 1);
  const second = kidOf(await signer.sign(claims, 60));
  assert.notEqual(second, first);
  assert.deepEqual(new Set(await published()), new Set([first, second]));
  t.mock.timers.tick(dayMs);
  assert.deepEqual(await published(), [second]);
});

test('private keys are sealed, and another secret makes new ones', async (t) => {
  const { signer, database, options } = await open(t);
  await signer.sign(claims, 60);
  assert.doesNotMatch(await dumpOf(database), /\\"d\\"/);
  const other = await openIdentity({ ...options, secret: secret('x'.repeat(20) + 'y'.repeat(20)) });
  const token = await other.signer.sign(claims, 60);
  const keys = createLocalJWKSet(JSON.parse(JSON.stringify(await other.signer.keySet())));
  const expected = { audience: 'warehouse', currentDate: new Date(options.clock.now()) };
  assert.equal((await jwtVerify(token, keys, expected)).payload.sub, 'member');
});
