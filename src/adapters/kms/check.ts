// Looks whether AWS KMS does all that keys will be asked for; makes and destroys nothing in it.

import { createPublicKey, verify } from 'node:crypto';
import type { KmsKeys } from './keys.ts';

/**
 * What is wrong, a sentence each; none where all is well. Whether keys may be made and destroyed, KMS says only to who does
 * it: that is not looked at. Errors: `key-unavailable`, where a probe fails.
 */
export async function checkKmsKeys(keys: KmsKeys): Promise<readonly string[]> {
  const probe = crypto.getRandomValues(new Uint8Array(32));
  const wrapped = await keys.wrap(probe, 'check');
  const back = await keys.unwrap(wrapped, 'check');
  const found = back.toHex() === probe.toHex() ? [] : ['AWS KMS gave back another key than it was given.'];
  if (!verified(probe, await keys.sign(probe), await keys.publicKey())) {
    found.push('What AWS KMS signed does not verify under its public key.');
  }
  const alias = keys.names.epoch(wrapped.epoch);
  const key = await keys.kms.find(alias);
  if (key !== null && !(await keys.kms.turnsByItself(key.id))) {
    found.push(`The key ${alias} does not turn by itself. Switch its rotation on in AWS KMS.`);
  }
  return found;
}

function verified(bytes: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const x = publicKey.toBase64({ alphabet: 'base64url', omitPadding: true });
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, bytes, key, signature);
}
