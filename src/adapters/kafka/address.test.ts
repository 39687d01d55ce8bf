import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VedetteError } from '../../core/errors.ts';
import { secret } from '../../core/secret.ts';
import { kafkaAddress } from './address.ts';

const read = (url: string) => kafkaAddress(secret(url));

test('an address names brokers, a prefix and who Vedette is', () => {
  const plain = read('kafka://127.0.0.1:9092');
  assert.deepEqual(plain.connection, { brokers: ['127.0.0.1:9092'], tls: null, auth: { kind: 'none' } });
  assert.equal(plain.prefix, 'vedette.');
  const { connection, prefix, partitions, replicas } = read(
    'kafkas://user:p%40%3Ass@b-1.example.org,b-2.example.org:9094,[::1]:9095/shop?partitions=24&replicas=3',
  );
  assert.deepEqual(connection.brokers, ['b-1.example.org:9092', 'b-2.example.org:9094', '[::1]:9095']);
  assert.deepEqual({ prefix, partitions, replicas }, { prefix: 'shop.', partitions: 24, replicas: 3 });
  const { auth } = connection;
  assert.ok(auth.kind === 'scram-sha-512');
  assert.deepEqual([auth.user, auth.password.reveal()], ['user', 'p@:ss']);
  const msk = read('kafkas://b-1.kafka.example.org:9098/?auth=aws-msk-iam&region=eu-central-1');
  assert.deepEqual(msk.connection.auth, { kind: 'aws-msk-iam', region: 'eu-central-1', credentials: null });
});

test('what is wrong with an address is said without its password', () => {
  for (const url of [
    ...['http://h', 'kafka://', 'kafka://a:b', 'kafka://a,,b', 'kafka://u:hush@h?aut=plain', 'kafka://u@h'],
    ...['kafkas://h?auth=plain', 'kafkas://u:hush@h?auth=gssapi', 'kafkas://h?auth=aws-msk-iam'],
    ...['kafkas://h?ca=/does/not/exist', 'kafkas://h?cert=/etc/hostname', 'kafka://h?partitions=0'],
    ...[
      'kafka://h/UPPER',
      'kafka://u:hush%zz@h',
      'kafka://h:70000',
      'kafka://u:p?hush@h',
      'kafka://u:p?hush=@h',
    ],
    ...['kafka://u:hush', 'kafka://u:hush/vedette'],
  ]) {
    assert.throws(
      () => read(url),
      (error: unknown) =>
        error instanceof VedetteError && error.code === 'settings-invalid' && !error.detail.includes('hush'),
      url,
    );
  }
});
