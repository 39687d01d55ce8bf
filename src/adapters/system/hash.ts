// SHA-256, piece by piece, by the machine's OpenSSL (1.7 GB/s a core; WebCrypto hashes only what is whole in memory).

import { createHash } from 'node:crypto';
import { branded, type Sha256 } from '../../core/brand.ts';
import type { RunningHash } from '../../core/footage/invariant-objects.ts';

/** A fresh hash. */
export function runningSha256(): RunningHash {
  const hash = createHash('sha256');
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => branded<Sha256>(hash.digest('hex')),
  };
}
