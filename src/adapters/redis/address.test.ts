import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VedetteError } from '../../core/errors.ts';
import { secret } from '../../core/secret.ts';
import { redisAddress } from './address.ts';

const read = (url: string) => redisAddress(secret(url));

test('an address says where, with or without TLS, alone or as a cluster', () => {
  assert.deepEqual(read('redis://127.0.0.1:6379'), {
    ...{ url: 'redis://127.0.0.1:6379', isCluster: false, tls: null, prefix: 'vedette:' },
  });
  const cluster = read('rediss://user:p%40ss@cache.example.org:6380?cluster=true&prefix=shop');
  assert.deepEqual(cluster, {
    ...{ url: 'rediss://user:p%40ss@cache.example.org:6380', isCluster: true, tls: {}, prefix: 'shop:' },
  });
});

test('what is wrong with an address is said without its password', () => {
  for (const url of [
    ...[
      'http://h',
      'redis://',
      'nonsense',
      'redis://h?clutser=true',
      'redis://h?cluster=yes',
      'redis://h/zero',
    ],
    ...['redis://h?prefix=A%20B', 'redis://u:hush@h?ca=/etc/ca.crt', 'rediss://u:hush@h?ca=/does/not/exist'],
    ...['redis://u:1?hush@h', 'redis://u:1?a=b&hush@h'],
  ]) {
    assert.throws(
      () => read(url),
      (error: unknown) =>
        error instanceof VedetteError && error.code === 'settings-invalid' && !error.detail.includes('hush'),
      url,
    );
  }
});
