import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VedetteError } from '../../core/errors.ts';
import { secret } from '../../core/secret.ts';
import { s3Address } from './address.ts';

const read = (url: string) => s3Address(secret(url));

test('an address says which bucket, and where and how it is reached', () => {
  assert.deepEqual(read('s3://footage'), {
    ...{ bucket: 'footage', prefix: '', region: null, endpoint: null, isPathStyle: false },
    ...{ ca: null, credentials: null, encryption: null },
  });
  const { credentials, ...rest } = read(
    's3://AKIA:a%2Fb%2Bc@footage/shop/north/?region=eu-central-1&endpoint=https://s3.example.org:9000&sse=aws:kms&key=arn:aws:kms:eu-central-1:1:key/2',
  );
  assert.deepEqual(rest, {
    ...{ bucket: 'footage', prefix: 'shop/north/', region: 'eu-central-1', isPathStyle: true, ca: null },
    endpoint: 'https://s3.example.org:9000',
    encryption: { kind: 'aws:kms', key: 'arn:aws:kms:eu-central-1:1:key/2' },
  });
  assert.equal(credentials?.accessKeyId, 'AKIA');
  assert.equal(credentials?.secretAccessKey.reveal(), 'a/b+c');
});

test('a bucket at another endpoint than Amazon’s is named in the path, unless that is said', () => {
  assert.equal(read('s3://footage?endpoint=http://127.0.0.1:7480').isPathStyle, true);
  assert.equal(read('s3://footage?endpoint=http://127.0.0.1:7480&pathStyle=false').isPathStyle, false);
});

test('what is wrong with an address is said without its password', () => {
  for (const url of [
    ...['s3://', 'nonsense', 'http://footage', 's3://Footage', 's3://ab', 's3://a:hush/es@footage'],
    ...['s3://a:hush@footage?regoin=eu', 's3://a:hush@footage?region=EU%201', 's3://a:hush@footage/a//b'],
    ...[
      's3://a:hush@footage/../b',
      `s3://a:hush@footage/${'x'.repeat(201)}`,
      's3://hush@footage',
      's3://a:@footage',
    ],
    ...['s3://a:hush@footage?sse=none', 's3://a:hush@footage?key=k', 's3://a:hush@footage?sse=AES256&key=k'],
    ...['s3://a:hush@footage?endpoint=ftp://h', 's3://a:hush@footage?endpoint=http://u:hush@h'],
    ...[
      's3://a:hush@footage?endpoint=http://h/path',
      's3://a:hush@footage?pathStyle=1',
      's3://a:hush%@footage',
    ],
    ...['s3://a:hush@footage?ca=/does/not/exist', 's3://key:p?hush@footage'],
  ]) {
    assert.throws(
      () => read(url),
      (error: unknown) =>
        error instanceof VedetteError && error.code === 'settings-invalid' && !error.detail.includes('hush'),
      url,
    );
  }
});
