import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secret } from '../../core/secret.ts';
import { kmsAddress } from './address.ts';

const read = (text: string) => kmsAddress(secret(text));

test('an address says which aliases are ours, and where', () => {
  const role = 'arn:aws:iam::111122223333:role/vedette';
  assert.deepEqual(
    read(`awskms://alias/team/vedette?region=eu-central-1&multi-region=true&grantee=${role}`),
    {
      ...{ alias: 'alias/team/vedette', region: 'eu-central-1', endpoint: null },
      ...{ isMultiRegion: true, grantees: [role] },
    },
  );
  assert.equal(read('awskms://alias/vedette').region, null);
  const { endpoint } = read('awskms://alias/vedette?endpoint=http://127.0.0.1:4599');
  assert.equal(endpoint, 'http://127.0.0.1:4599');
});

test('what is wrong is said in words', () => {
  const wrong: readonly [string, RegExp][] = [
    ['awskms://vedette', /is none/],
    ['awskms://alias/aws/s3', /is none/],
    ['awskms://alias/vedette?region=Frankfurt', /wrong region/],
    ['awskms://alias/vedette?endpoint=ftp://x', /wrong endpoint/],
    ['awskms://alias/vedette?endpoint=http://kms.example.org', /no TLS/],
    ['awskms://alias/vedette?multi-region=yes', /true or false/],
    ['awskms://alias/vedette?grantee=everybody', /wrong grantee/],
    ['awskms://alias/vedette?colour=red', /does not know "colour"/],
  ];
  for (const [text, message] of wrong) {
    assert.throws(() => read(text), { code: 'settings-invalid', message });
  }
});
