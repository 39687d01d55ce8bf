import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secret } from '../../core/secret.ts';
import { clientOptions } from './connection.ts';
import { mskToken } from './msk-token.ts';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
  sessionToken: secret('a session'),
};

/** The token is a presigned URL in base64url (aws-msk-iam-sasl-signer). */
const urlOf = (token: string) => new URL(Buffer.from(token, 'base64url').toString());

test('the token for Amazon MSK is a URL that is signed for its region, and good for 15 minutes', async () => {
  const token = await mskToken({ region: 'eu-central-1', credentials });
  const url = urlOf(token);
  assert.equal(url.host, 'kafka.eu-central-1.amazonaws.com');
  const asked = url.searchParams;
  assert.equal(asked.get('Action'), 'kafka-cluster:Connect');
  assert.equal(asked.get('X-Amz-Expires'), '900');
  assert.equal(asked.get('X-Amz-Security-Token'), 'a session');
  assert.match(
    asked.get('X-Amz-Credential') ?? '',
    /^AKIDEXAMPLE\/\d{8}\/eu-central-1\/kafka-cluster\/aws4_request$/,
  );
  assert.match(asked.get('X-Amz-Signature') ?? '', /^[0-9a-f]{64}$/);
  assert.doesNotMatch(url.href, /wJalrXUtnFEMI/);
});

test('another secret makes another signature', async () => {
  const other = { ...credentials, secretAccessKey: secret('another secret') };
  const signature = async (of: typeof credentials) =>
    urlOf(await mskToken({ region: 'eu-central-1', credentials: of })).searchParams.get('X-Amz-Signature');
  assert.notEqual(await signature(credentials), await signature(other));
});

test('with IAM every connection signs in with a token of its own, over TLS only', async () => {
  const auth = { kind: 'aws-msk-iam', region: 'eu-central-1', credentials } as const;
  const brokers = ['b-1.example.kafka.eu-central-1.amazonaws.com:9098'];
  assert.throws(() => clientOptions({ brokers, tls: null, auth }), { code: 'settings-invalid' });
  const { sasl, tlsServerName } = clientOptions({ brokers, tls: { authority: null, client: null }, auth });
  assert.equal(sasl?.mechanism, 'OAUTHBEARER');
  assert.equal(tlsServerName, true);
  assert.ok(typeof sasl?.token === 'function');
  assert.equal(urlOf(await sasl.token()).host, 'kafka.eu-central-1.amazonaws.com');
});
