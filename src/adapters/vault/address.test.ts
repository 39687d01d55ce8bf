import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secret } from '../../core/secret.ts';
import { vaultAddress } from './address.ts';

const read = (text: string) => vaultAddress(secret(text));

test('an address says where the engine is, what our keys are called, and how to sign in', () => {
  const { origin, mount, name, namespace, signIn } = read(
    'vaults://vault.example.org/team/transit/vedette?role=vedette&namespace=ops',
  );
  assert.deepEqual([origin, mount, name], ['https://vault.example.org:8200', 'team/transit', 'vedette']);
  assert.equal(namespace, 'ops');
  assert.deepEqual(signIn, {
    ...{ by: 'kubernetes', mount: 'kubernetes', role: 'vedette' },
    jwtFile: '/var/run/secrets/kubernetes.io/serviceaccount/token',
  });
  assert.deepEqual(read('vaults://v/transit/a?role-id=r&secret-id-file=/s&wrapped=true').signIn, {
    ...{ by: 'approle', mount: 'approle', roleId: 'r', secretIdFile: '/s', isWrapped: true },
  });
});

test('without TLS only this machine is asked', () => {
  assert.equal(read('vault://127.0.0.1:8100/transit/a?token-file=/t').origin, 'http://127.0.0.1:8100');
  assert.throws(() => read('vault://vault.example.org/transit/a?token-file=/t'), /has no TLS/);
});

test('what is wrong is said in words, never with a secret', () => {
  const wrong: readonly [string, RegExp][] = [
    ['vaults:///transit/a?role=r', /is none/],
    ['vaults://user:hunter2@v/transit/a?role=r', /^(?!.*hunter2).*user or a password/],
    ['vaults://user:8200?hunter2@v/transit/a', /^(?!.*hunter2).*does not know/],
    ['vaults://v/transit?role=r', /mount and name/],
    ['vaults://v/transit/a', /how to sign in/],
    ['vaults://v/transit/a?role=r&token-file=/t', /in one way/],
    ['vaults://v/transit/a?role-id=r', /no secret-id-file/],
    ['vaults://v/transit/a?role=r&colour=red', /does not know "colour"/],
    ['vaults://v/transit/a?role=r&ca=/nowhere.pem', /cannot be read: \/nowhere\.pem/],
    ['vaults://v/transit/../sys/a?role=r&auth-mount=a%3Fb', /wrong auth-mount/],
  ];
  for (const [text, message] of wrong) {
    assert.throws(() => read(text), { code: 'settings-invalid', message });
  }
});
