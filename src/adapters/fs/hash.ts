// SHA-256 of bytes and of files.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { branded, type Sha256 } from '../../core/brand.ts';

/** Read at a time when a file is hashed. */
const chunkBytes = 1024 * 1024;

/** Hashes in another thread: 30 MB would hold up this one for 20 ms. */
export async function hashBytes(bytes: Uint8Array): Promise<Sha256> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return branded<Sha256>(new Uint8Array(digest).toHex());
}

export async function hashFile(path: string): Promise<Sha256> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: chunkBytes }), hash);
  return branded<Sha256>(hash.digest('hex'));
}
