// Looks whether Vault does all that keys will be asked for; changes nothing in it.

import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import type { VaultKeys } from './keys.ts';
import { neededRights } from './policy.ts';

/** What is wrong, a sentence each; none where all is well. Errors: `key-unavailable`, where a probe fails. */
export async function checkVaultKeys(keys: VaultKeys): Promise<readonly string[]> {
  const probe = crypto.getRandomValues(new Uint8Array(32));
  const wrapped = await keys.wrap(probe, 'check');
  const back = await keys.unwrap(wrapped, 'check');
  const found = back.toHex() === probe.toHex() ? [] : ['Vault gave back another key than it was given.'];
  if (!verified(probe, await keys.sign(probe), await keys.publicKey())) {
    found.push('What Vault signed does not verify under its public key.');
  }
  return [...found, ...(await missingRights(keys, wrapped.epoch))];
}

async function missingRights(keys: VaultKeys, epoch: number): Promise<readonly string[]> {
  const rights = neededRights(keys.transit.mount, keys.names, epoch);
  const body = { paths: rights.map(({ path }) => path) };
  const answer = await keys.ask({ method: 'POST', path: 'sys/capabilities-self', body });
  const known = z.record(z.string(), z.unknown()).safeParse(answer.data).data ?? {};
  return rights.flatMap(({ path, capability, why }) => {
    const given = z.array(z.string()).safeParse(known[path]).data ?? [];
    if (given.includes(capability) || given.includes('root')) return [];
    return [`To ${why}, add to the policy: path "${path}" { capabilities = ["${capability}"] }`];
  });
}

function verified(bytes: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const x = publicKey.toBase64({ alphabet: 'base64url', omitPadding: true });
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, bytes, key, signature);
}
