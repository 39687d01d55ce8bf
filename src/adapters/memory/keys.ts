// Keys in memory: the double for tests. They are gone with the process.

import { generateKeyPairSync, sign } from 'node:crypto';
import { VedetteError } from '../../core/errors.ts';
import type { Keys } from '../../core/ports/keys.ts';
import { epochKey, unwrapUnder, wrapUnder } from '../../core/wrapping.ts';

/** Fresh keys: epoch 1 and a signing key. */
export function memoryKeys(): Keys {
  const epochs = new Map<number, Promise<CryptoKey>>();
  let current = 0;
  const signing = generateKeyPairSync('ed25519');
  const jwk = signing.publicKey.export({ format: 'jwk' });

  function begin(): number {
    current += 1;
    epochs.set(current, epochKey(crypto.getRandomValues(new Uint8Array(32))));
    return current;
  }
  begin();

  async function find(epoch: number): Promise<CryptoKey> {
    const key = epochs.get(epoch);
    if (key !== undefined) return key;
    throw new VedetteError(epoch >= 1 && epoch <= current ? 'key-destroyed' : 'key-unavailable');
  }

  return {
    async wrap(key, context) {
      const number = current;
      return wrapUnder({ number, key: await find(number) }, key, context);
    },
    unwrap: async (wrapped, context) => unwrapUnder(await find(wrapped.epoch), wrapped, context),
    sign: async (bytes) => new Uint8Array(sign(null, bytes, signing.privateKey)),
    publicKey: async () => Uint8Array.fromBase64(jwk.x ?? '', { alphabet: 'base64url' }),
    rotate: async () => begin(),
    async destroyEpoch(epoch) {
      if (epoch === current) {
        throw new VedetteError('request-invalid', 'The current key epoch cannot be destroyed. Rotate first.');
      }
      if (!(epoch >= 1 && epoch < current)) {
        throw new VedetteError('request-invalid', 'There has never been such a key epoch.');
      }
      epochs.delete(epoch);
    },
  };
}
