import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VedetteError } from '../../core/errors.ts';
import { secret } from '../../core/secret.ts';
import { dynamoAddress } from './address.ts';

const read = (url: string) => dynamoAddress(secret(url));

test('an address names a table, where it is and who we are, or leaves that to the machine', () => {
  assert.deepEqual(read('dynamodb://Vedette_cache.1'), {
    ...{ table: 'Vedette_cache.1', region: null, endpoint: null, credentials: null },
    ...{ prefix: 'vedette:', create: false },
  });
  const full = read(
    'dynamodb://AKIA:a%2Fb%2B@cache?region=eu-central-1&endpoint=http%3A%2F%2F127.0.0.1%3A8000&prefix=shop&create=true',
  );
  assert.deepEqual(
    { ...full, credentials: null },
    {
      ...{ table: 'cache', region: 'eu-central-1', endpoint: 'http://127.0.0.1:8000/' },
      ...{ credentials: null, prefix: 'shop:', create: true },
    },
  );
  assert.equal(full.credentials?.accessKeyId, 'AKIA');
  assert.equal(full.credentials?.secretAccessKey.reveal(), 'a/b+');
});

test('what is wrong with an address is said without its secret key', () => {
  for (const url of [
    ...[
      'dynamodb://',
      'http://h',
      'nonsense',
      'dynamodb://ab',
      'dynamodb://table:8000',
      'dynamodb://table/other',
    ],
    ...['dynamodb://table?regoin=x', 'dynamodb://table?region=EU%20', 'dynamodb://table?create=yes'],
    ...['dynamodb://table?prefix=A%20B', 'dynamodb://table?endpoint=ftp://h', 'dynamodb://t%2Fx?region=a'],
    ...[
      'dynamodb://:hush@table',
      'dynamodb://key@table',
      'dynamodb://key:hush%zz@table',
      'dynamodb://key:hush@a b',
    ],
    ...['dynamodb://table?endpoint=https://key:hush@h', 'dynamodb://key?hush@table'],
  ]) {
    assert.throws(
      () => read(url),
      (error: unknown) =>
        error instanceof VedetteError && error.code === 'settings-invalid' && !error.detail.includes('hush'),
      url,
    );
  }
});
