// Keys in the KMS of moto, behind what makes it refuse as AWS does.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { kmsServers } from '../../../test/servers/kms.ts';
import { motoIsMissing } from '../../../test/servers/moto.ts';
import { keysContract } from '../../core/ports/keys.contract.ts';
import { secret } from '../../core/secret.ts';
import { systemClock } from '../system/clock.ts';
import { kmsAddress } from './address.ts';
import { kmsKeys } from './keys.ts';

const skip = motoIsMissing;
const servers = kmsServers();
let names = 0;

const freshName = () => `vedette-test-${++names}`;

async function open(
  t: TestContext,
  {
    name = freshName(),
    region = 'eu-central-1',
    more = '',
    mayMake = true,
    endpoint = servers().front.url,
  } = {},
) {
  const address = kmsAddress(secret(`awskms://alias/${name}?region=${region}&endpoint=${endpoint}${more}`));
  const keys = await kmsKeys({ address, clock: systemClock(), mayMake });
  t.after(() => keys.close());
  return keys;
}

if (skip === false) keysContract('AWS KMS', (t) => open(t));

const key = Uint8Array.from({ length: 16 }, (_, index) => index);

test('keys, epochs and the signing key are found again by another process', { skip }, async (t) => {
  const name = freshName();
  const one = await open(t, { name });
  const wrapped = await one.wrap(key, 'c');
  assert.equal(await one.rotate(), 2);
  const other = await open(t, { name, mayMake: false });
  assert.deepEqual(await other.unwrap(wrapped, 'c'), key);
  assert.deepEqual(await other.publicKey(), await one.publicKey());
  assert.equal((await other.wrap(key, 'c')).epoch, 2);
});

test('processes that start together and turn together share one signing key and fork no epoch', {
  skip,
}, async (t) => {
  const name = freshName();
  const [one, other] = await Promise.all([open(t, { name }), open(t, { name })]);
  assert.deepEqual(await one.publicKey(), await other.publicKey());
  const epochs = await Promise.all([one, other, one, other].map((keys) => keys.rotate()));
  assert.deepEqual(epochs.toSorted(), [2, 3, 4, 5]);
});

test('what one process destroyed, another refuses at once, and one that is late wraps anew', {
  skip,
}, async (t) => {
  const name = freshName();
  const [one, late] = [await open(t, { name }), await open(t, { name })];
  const lost = await late.wrap(key, 'c');
  await one.rotate();
  await one.destroyEpoch(1);
  await assert.rejects(late.unwrap(lost, 'c'), { code: 'key-destroyed' });
  assert.equal((await late.wrap(key, 'c')).epoch, 2);
});

test('an epoch in the middle can be destroyed, and those before and after stay', { skip }, async (t) => {
  const keys = await open(t);
  const first = await keys.wrap(key, 'c');
  await keys.rotate();
  const second = await keys.wrap(key, 'c');
  await keys.rotate();
  await keys.destroyEpoch(2);
  await assert.rejects(keys.unwrap(second, 'c'), { code: 'key-destroyed' });
  assert.deepEqual(await keys.unwrap(first, 'c'), key);
});

test('where something was written, a Region without the keys is refused and none are made', {
  skip,
}, async (t) => {
  const { front } = servers();
  const asked = front.asked.get('CreateKey') ?? 0;
  await assert.rejects(open(t, { region: 'us-west-2', mayMake: false }), {
    code: 'key-unavailable',
    message: /Check the Region/,
  });
  assert.equal(front.asked.get('CreateKey') ?? 0, asked);
});

test('each refusal of AWS is one that a person can act on', { skip }, async (t) => {
  const { front } = servers();
  const keys = await open(t);
  const wrapped = await keys.wrap(key, 'c');
  const told: readonly [string, RegExp][] = [
    ['AccessDeniedException', /does not allow kms:Decrypt on alias\/vedette-test-\d+\/epoch-1/],
    ['ExpiredTokenException', /expired/],
    ['UnrecognizedClientException', /not known there/],
    ['LimitExceededException', /quota/],
  ];
  for (const [type, message] of told) {
    front.refuse('Decrypt', type, 3);
    await assert.rejects(keys.unwrap(wrapped, 'c'), { code: 'key-unavailable', message });
  }
  front.refuse('Decrypt', 'AccessDeniedException', 0);
  assert.deepEqual(await keys.unwrap(wrapped, 'c'), key);
});

test('being asked too often is waited out', { skip }, async (t) => {
  const { front } = servers();
  const keys = await open(t);
  const wrapped = await keys.wrap(key, 'c');
  front.refuse('Decrypt', 'ThrottlingException', 2);
  assert.deepEqual(await keys.unwrap(wrapped, 'c'), key);
});

test('keys for several Regions are made where they are asked for', { skip }, async (t) => {
  // No further: moto decrypts nothing that such a key encrypted, since it takes its longer ID for 36 characters.
  const keys = await open(t, { more: '&multi-region=true' });
  assert.match((await keys.kms.find(keys.names.epoch(1)))?.id ?? '', /^mrk-/);
});

test('keys that are made turn by themselves, and grant what a role needs', { skip }, async (t) => {
  const { moto } = servers();
  const role = 'arn:aws:iam::111122223333:role/vedette';
  const keys = await open(t, { more: `&grantee=${role}` });
  const found = await keys.kms.find(keys.names.epoch(1));
  assert.equal(await keys.kms.turnsByItself(found?.id ?? ''), true);
  const { KMSClient, ListGrantsCommand } = await import('@aws-sdk/client-kms');
  const client = new KMSClient({ region: 'eu-central-1', endpoint: moto.url });
  const { Grants: grants } = await client.send(new ListGrantsCommand({ KeyId: found?.id }));
  assert.deepEqual(grants?.[0]?.Operations, ['Encrypt', 'Decrypt', 'DescribeKey']);
  assert.equal(grants?.[0]?.GranteePrincipal, role);
});

test('a message that is longer than KMS signs is refused in words', { skip }, async (t) => {
  await assert.rejects((await open(t)).sign(new Uint8Array(4_097)), { code: 'request-invalid' });
});

test('a key that a person disabled is told as such, and reads again when it is enabled', {
  skip,
}, async (t) => {
  const { moto } = servers();
  const keys = await open(t);
  const wrapped = await keys.wrap(key, 'c');
  const { KMSClient, DisableKeyCommand, EnableKeyCommand } = await import('@aws-sdk/client-kms');
  const client = new KMSClient({ region: 'eu-central-1', endpoint: moto.url });
  const KeyId = (await keys.kms.find(keys.names.epoch(1)))?.id;
  await client.send(new DisableKeyCommand({ KeyId }));
  const told = { code: 'key-unavailable', message: /is Disabled in AWS KMS/ };
  await assert.rejects(keys.unwrap(wrapped, 'c'), told);
  await client.send(new EnableKeyCommand({ KeyId }));
  assert.deepEqual(await keys.unwrap(wrapped, 'c'), key);
});

test('a KMS that hangs is told in words, and goes on when it answers', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const { moto } = servers();
  const keys = await open(t);
  const wrapped = await keys.wrap(key, 'c');
  moto.hang();
  await assert.rejects(keys.unwrap(wrapped, 'c'), { code: 'key-unavailable', message: /did not answer/ });
  await moto.start();
  assert.deepEqual(await keys.unwrap(wrapped, 'c'), key);
});

test('a key that could not be made ready or named is deleted, and the next try makes another', {
  skip,
}, async (t) => {
  const { front } = servers();
  const role = 'arn:aws:iam::111122223333:role/vedette';
  const told: readonly [operation: string, RegExp][] = [
    ['EnableKeyRotation', /does not allow kms:EnableKeyRotation/],
    ['CreateGrant', /does not allow kms:CreateGrant/],
    ['CreateAlias', /does not allow kms:CreateAlias/],
  ];
  for (const [operation, message] of told) {
    const name = freshName();
    const before = await keysWithoutName();
    front.refuse(operation, 'AccessDeniedException', 1);
    await assert.rejects(open(t, { name, more: `&grantee=${role}` }), { code: 'key-unavailable', message });
    assert.deepEqual(await keysWithoutName(), before, `${operation}: nothing is left that costs`);
    const keys = await open(t, { name, more: `&grantee=${role}` });
    assert.equal((await keys.wrap(key, 'c')).epoch, 1);
  }
});

test('a key that cannot even be deleted is named in the sentence', { skip }, async (t) => {
  const { front } = servers();
  front.refuse('CreateAlias', 'AccessDeniedException', 1);
  front.refuse('ScheduleKeyDeletion', 'AccessDeniedException', 9);
  await assert.rejects(open(t), {
    message: /kms:CreateAlias.* The key [0-9a-f-]{36} was made meanwhile.*schedule its deletion in AWS KMS/,
  });
  front.refuse('ScheduleKeyDeletion', 'AccessDeniedException', 0);
});

test('a key whose alias was made though the answer was lost is used, and not deleted', {
  skip,
}, async (t) => {
  const { front } = servers();
  for (const times of [1, 9]) {
    const name = freshName();
    front.loseAnswers('CreateAlias', times);
    const keys = await open(t, { name });
    front.loseAnswers('CreateAlias', 0);
    assert.equal((await keys.wrap(key, 'c')).epoch, 1);
    for (const alias of [keys.names.signing, keys.names.epoch(1)]) {
      assert.equal((await keys.kms.find(alias))?.state, 'Enabled');
    }
  }
});

/** Keys that no alias names, and that are not to be deleted. */
async function keysWithoutName(): Promise<readonly string[]> {
  const { KMSClient, DescribeKeyCommand, ListKeysCommand, ListAliasesCommand } = await import(
    '@aws-sdk/client-kms'
  );
  const client = new KMSClient({ region: 'eu-central-1', endpoint: servers().moto.url });
  const { Keys: all = [] } = await client.send(new ListKeysCommand({ Limit: 1_000 }));
  const { Aliases: aliases = [] } = await client.send(new ListAliasesCommand({ Limit: 1_000 }));
  const named = new Set(aliases.map(({ TargetKeyId }) => TargetKeyId));
  const left: string[] = [];
  for (const { KeyId = '' } of all) {
    if (named.has(KeyId)) continue;
    const { KeyMetadata: found } = await client.send(new DescribeKeyCommand({ KeyId }));
    if (found?.KeyState === 'Enabled') left.push(KeyId);
  }
  client.destroy();
  return left.toSorted();
}
