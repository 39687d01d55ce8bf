// AES-128-CBC as HLS has it (RFC 8216 §5.2): a key per recording, the number of the fragment as IV, PKCS7 padding.

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { VedetteError } from '../../core/errors.ts';

export const fragmentKeyBytes = 16;
const ivBytes = 16;

/** The stored form of fragment `index`, in two pieces that follow each other (joining them would copy it once more). */
export function encryptFragment(
  key: Uint8Array,
  index: number,
  plain: Uint8Array,
): readonly [Buffer, Buffer] {
  const cipher = createCipheriv('aes-128-cbc', key, fragmentIv(index));
  return [cipher.update(plain), cipher.final()];
}

/** What `encryptFragment` was given. Errors: `footage-damaged` where key, index or bytes do not fit. */
export function decryptFragment(key: Uint8Array, index: number, stored: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-128-cbc', key, fragmentIv(index));
  try {
    return Buffer.concat([decipher.update(stored), decipher.final()]);
  } catch (cause) {
    throw new VedetteError('footage-damaged', 'A fragment cannot be decrypted.', { cause });
  }
}

/** The fragment's number as a 16-byte big-endian integer. */
export function fragmentIv(index: number): Buffer {
  const iv = Buffer.alloc(ivBytes);
  iv.writeUInt32BE(index, ivBytes - 4);
  return iv;
}
