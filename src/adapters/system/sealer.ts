// Sealing in the thread that asks: AES-256-GCM, laid out as `core/image/sealing.ts` has it.

import { createCipheriv, createSecretKey, randomFillSync } from 'node:crypto';
import type { Seal } from '../../core/image/sealing.ts';

const nonceBytes = 12;
const tagBytes = 16;

/** Seals under `key` (32 bytes), which is copied. */
export function sealer(key: Uint8Array): Seal {
  const secretKey = createSecretKey(key);
  return (plain, context) => {
    const sealed = new Uint8Array(nonceBytes + plain.byteLength + tagBytes);
    const nonce = randomFillSync(sealed.subarray(0, nonceBytes));
    const cipher = createCipheriv('aes-256-gcm', secretKey, nonce).setAAD(Buffer.from(context));
    sealed.set(cipher.update(plain), nonceBytes);
    cipher.final();
    sealed.set(cipher.getAuthTag(), nonceBytes + plain.byteLength);
    return sealed;
  };
}
