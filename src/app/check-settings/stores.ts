// Do stores keep what they are given: probes of blobs and keys, whatever is behind them.

import { createPublicKey, hash, randomBytes, verify } from 'node:crypto';
import { branded, type Sha256 } from '../../core/brand.ts';
import { keepsWhatItIsTold } from '../../core/cache-probe.ts';
import { type OpeningCheck, right, risky, wrong } from '../../core/setting-finding.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Keys } from '../../core/ports/keys.ts';

const probeBytes = 64 * 1024;
const bytesPerGigabyte = 1e9;
/** SubjectPublicKeyInfo (RFC 8410 §4) in front of the 32 bytes of an Ed25519 key. */
const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Puts an object, reads a part of it, and deletes it. Errors: those of the store. */
export async function* checkBlobs(blobs: Blobs, { reserveGb }: { reserveGb: number }): OpeningCheck {
  const key = `check/${crypto.randomUUID()}`;
  const bytes = new Uint8Array(randomBytes(probeBytes));
  const expected = { sizeBytes: bytes.length, sha256: branded<Sha256>(hash('sha256', bytes)) };
  try {
    await blobs.put(key, bytes, expected);
    const part = await blobs.get(key, { start: 1_000, end: 2_000 });
    const isKept = part.toHex() === bytes.subarray(1_000, 2_000).toHex();
    yield isKept
      ? right('An object was stored, read in part and deleted.')
      : wrong('The store gives back something else than was stored. Use another one.');
  } finally {
    await blobs.delete(key);
  }
  if ((await blobs.head(key)) !== null) {
    yield wrong('An object that was deleted is still there. Allow deleting, or footage never expires.');
  }
  const free = await blobs.freeBytes();
  if (free === null) return;
  const gigabytes = (free / bytesPerGigabyte).toFixed(1);
  yield free > reserveGb * bytesPerGigabyte
    ? right(`${gigabytes} GB are free there.`)
    : risky(
        `Only ${gigabytes} GB are free there, and VEDETTE_RESERVE_GB keeps ${reserveGb}: the oldest footage is overwritten from the start. Make room.`,
      );
}

/** Every verb of a cache, on a key that nobody else has. Errors: those of the cache. */
export async function* checkCache(cache: Cache): OpeningCheck {
  yield (await keepsWhatItIsTold(cache))
    ? right('This process may read, write and delete there.')
    : wrong('The cache does not keep what it was told. Use another one.');
}

/** Wraps and unwraps a key, and signs something. Errors: those of the keeper. */
export async function* checkKeys(keys: Keys): OpeningCheck {
  const key = new Uint8Array(randomBytes(16));
  const wrapped = await keys.wrap(key, 'vedette settings check');
  const unwrapped = await keys.unwrap(wrapped, 'vedette settings check');
  const said = new Uint8Array(randomBytes(32));
  const signature = await keys.sign(said);
  const publicKey = createPublicKey({
    key: Buffer.concat([ed25519Prefix, await keys.publicKey()]),
    format: 'der',
    type: 'spki',
  });
  yield unwrapped.toHex() === key.toHex() && verify(null, said, publicKey, signature)
    ? right('A key was wrapped and unwrapped, and a signature made.')
    : wrong('The keeper of the keys gives back something else than it was given. Use another one.');
}
