// What a check says of AWS KMS before the program depends on it: one line for each thing that is wrong.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DisableKeyRotationCommand, KMSClient } from '@aws-sdk/client-kms';
import { freePort } from '../../../test/servers/free-port.ts';
import { kmsServers } from '../../../test/servers/kms.ts';
import { motoIsMissing } from '../../../test/servers/moto.ts';
import { secret } from '../../core/secret.ts';
import { foundBy, tryKeys } from '../../core/setting-finding.testing.ts';
import { systemClock } from '../system/clock.ts';
import { kmsAddress } from './address.ts';
import { kmsKeys } from './keys.ts';
import { checkKms } from './opening-check.ts';

const skip = motoIsMissing;
const servers = kmsServers();
let names = 0;

const addressOf = (endpoint: string) =>
  `awskms://alias/check-${++names}?region=eu-central-1&endpoint=${endpoint}`;

async function made(): Promise<string> {
  const url = addressOf(servers().front.url);
  (await kmsKeys({ address: kmsAddress(secret(url)), clock: systemClock(), mayMake: true })).close();
  return url;
}

const found = (url: string, isUsed: boolean | null = false) =>
  foundBy(checkKms(secret(url), { clock: systemClock(), isUsed: async () => isUsed, tryKeys }));

test('before the first start no keys are right, where something was recorded they are wrong; none are made', {
  skip,
}, async () => {
  const { front } = servers();
  const asked = front.asked.get('CreateKey') ?? 0;
  const url = addressOf(front.url);
  const before = await found(url);
  assert.deepEqual([before.wrong, before.risky], [[], []]);
  assert.match(before.right.at(-1) ?? '', /no keys yet; the first start makes them. It takes kms:CreateKey/);
  assert.match(
    (await found(url, true)).wrong.join(),
    /no key alias\/check-\d+\/signing here.*Check the Region/,
  );
  assert.equal(front.asked.get('CreateKey') ?? 0, asked);
  const after = await found(await made(), true);
  assert.deepEqual([after.wrong, after.risky], [[], []]);
  assert.ok(after.right.includes('The keys were used.'));
});

test('each right that is missing, and credentials that are wrong, are one line', { skip }, async () => {
  const { front } = servers();
  const url = await made();
  const told: readonly [operation: string, type: string, RegExp][] = [
    ['DescribeKey', 'AccessDeniedException', /does not allow kms:DescribeKey on alias.*policy of its role/],
    ['ListAliases', 'AccessDeniedException', /does not allow kms:ListAliases/],
    ['Encrypt', 'AccessDeniedException', /does not allow kms:Encrypt/],
    ['Decrypt', 'AccessDeniedException', /does not allow kms:Decrypt/],
    ['Sign', 'AccessDeniedException', /does not allow kms:Sign/],
    ['GetPublicKey', 'AccessDeniedException', /does not allow kms:GetPublicKey/],
    ['DescribeKey', 'UnrecognizedClientException', /not known there/],
    ['DescribeKey', 'ExpiredTokenException', /expired/],
    ['Encrypt', 'ThrottlingException', /quota/],
  ];
  for (const [operation, type, sentence] of told) {
    front.refuse(operation, type, 3);
    const { wrong } = await found(url, true);
    front.refuse(operation, type, 0);
    assert.equal(wrong.length, 1, JSON.stringify(wrong));
    assert.match(wrong[0] ?? '', sentence);
  }
});

test('a rotation that is off, or may not be seen, is a risk', { skip }, async () => {
  const { moto, front } = servers();
  const url = await made();
  front.refuse('GetKeyRotationStatus', 'AccessDeniedException', 3);
  assert.match((await found(url)).risky.join(), /cannot be seen. Allow kms:GetKeyRotationStatus/);
  front.refuse('GetKeyRotationStatus', 'AccessDeniedException', 0);
  const keys = await kmsKeys({ address: kmsAddress(secret(url)), clock: systemClock(), mayMake: false });
  const client = new KMSClient({ region: 'eu-central-1', endpoint: moto.url });
  const { id } = (await keys.kms.find(keys.names.epoch(1))) ?? {};
  await client.send(new DisableKeyRotationCommand({ KeyId: id }));
  client.destroy();
  keys.close();
  assert.match((await found(url)).risky.join(), /epoch-1 does not turn by itself/);
});

test('a host that is none, a port where nothing answers, and no TLS there are told', {
  skip,
  timeout: 120_000,
}, async () => {
  const { moto, front } = servers();
  const dead = await found(addressOf(`http://127.0.0.1:${await freePort()}`));
  assert.deepEqual(dead.wrong, ['Nothing answers where AWS KMS should be. Check the endpoint.']);
  const nowhere = await found(addressOf('https://kms.invalid'));
  assert.match(nowhere.wrong.join(), /no such host|cannot be looked up/);
  const plain = await found(addressOf(front.url.replace('http:', 'https:')));
  assert.deepEqual(plain.wrong, ['AWS KMS does not speak TLS at this port. Check the endpoint.']);
  moto.hang();
  const hung = await found(addressOf(moto.url));
  await moto.start();
  assert.match(hung.wrong.join(), /did not answer in time/);
});
