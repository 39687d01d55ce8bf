// What every signer of tokens keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ProviderUnderTest } from './identity.contract.ts';
import type { TokenSigner } from './token-signer.ts';

export type SignerUnderTest = Pick<ProviderUnderTest, 'nowMs' | 'signer'> & {
  another(): Promise<{ readonly signer: TokenSigner }>;
};

const part = (text: string) => Uint8Array.fromBase64(text, { alphabet: 'base64url' });
const json = (text: string): Record<string, unknown> => JSON.parse(new TextDecoder().decode(part(text)));

/** The claims of a token, checked as another service does it: by the key set alone (RFC 7519 §7.2, RFC 8037). */
export async function claimsOf(token: string, signer: TokenSigner): Promise<Record<string, unknown> | null> {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const { kid, alg } = json(header);
  const jwk = (await signer.keySet()).keys.find((key) => key.kid === kid);
  if (jwk === undefined || alg !== 'EdDSA') return null;
  const publicKey = { kty: String(jwk.kty), crv: String(jwk.crv), x: String(jwk.x) };
  const key = await crypto.subtle.importKey('jwk', publicKey, 'Ed25519', false, ['verify']);
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  return (await crypto.subtle.verify('Ed25519', key, part(signature), signed)) ? json(payload) : null;
}

/** Runs the suite; `open` gives a signer without keys. */
export function tokenSignerContract(name: string, open: (t: TestContext) => Promise<SignerUnderTest>): void {
  test(`${name}: whoever has the key set can tell that a token is ours, whom it names, and until when`, async (t) => {
    const { signer, nowMs } = await open(t);
    const token = await signer.sign({ sub: 'member', aud: 'warehouse', permissions: ['view'] }, 300);
    const claims = await claimsOf(token, signer);
    const issuedAt = Math.floor(nowMs() / 1000);
    assert.partialDeepStrictEqual(claims, { sub: 'member', aud: 'warehouse', permissions: ['view'] });
    assert.partialDeepStrictEqual(claims, { iat: issuedAt, exp: issuedAt + 300 });
  });

  test(`${name}: a caller's claims do not say who issued the token, or how long it lives`, async (t) => {
    const { signer, nowMs } = await open(t);
    const plain = await claimsOf(await signer.sign({ sub: 'a', aud: 'b' }, 60), signer);
    const forged = { sub: 'a', aud: 'b', iss: 'https://evil.example', exp: 9_999_999_999, iat: 1 };
    const claims = await claimsOf(await signer.sign(forged, 60), signer);
    assert.equal(claims?.iss, plain?.iss);
    assert.equal(claims?.exp, Math.floor(nowMs() / 1000) + 60);
  });

  test(`${name}: a token that was changed is not ours`, async (t) => {
    const { signer } = await open(t);
    const [header = '', payload = '', signature = ''] = (await signer.sign({ sub: 'a', aud: 'b' }, 60)).split(
      '.',
    );
    const other = new TextEncoder()
      .encode(JSON.stringify({ ...json(payload), sub: 'admin' }))
      .toBase64({ alphabet: 'base64url', omitPadding: true });
    assert.equal(await claimsOf(`${header}.${other}.${signature}`, signer), null);
  });

  test(`${name}: the key set tells nothing that signs, and is the same in every process`, async (t) => {
    const { signer, another } = await open(t);
    const token = await signer.sign({ sub: 'a', aud: 'b' }, 60);
    const { keys } = await signer.keySet();
    assert.ok(keys.length > 0);
    for (const key of keys) assert.ok(!('d' in key) && !('privateKey' in key) && key.kty === 'OKP');
    assert.ok(await claimsOf(token, (await another()).signer));
  });
}
