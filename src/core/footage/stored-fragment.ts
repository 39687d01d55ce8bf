// Fragments as they lie in the stores, and in the clear: AES-128-CBC as HLS has it (RFC 8216 §5.2).

import type { OrganizationId, RecordingId } from '../brand.ts';
import { errorCode, VedetteError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Keys } from '../ports/keys.ts';
import type { OpenFootage } from '../ports/open-footage.ts';
import type { Records } from '../ports/records.ts';
import { type Recording, recordingKeyContext } from './recording.ts';

export interface StoredFootageDeps {
  readonly records: Pick<Records, 'recordings'>;
  readonly blobs: Pick<Blobs, 'get'>;
  readonly openFootage: OpenFootage;
}

/** Fragment `index` of a recording, encrypted. Errors: `not-found`, `footage-gone`, `footage-damaged`. */
export async function storedFragment(
  deps: StoredFootageDeps,
  recordingId: RecordingId,
  index: number,
): Promise<Uint8Array> {
  const sealed = await deps.records.recordings.find(recordingId);
  if (sealed !== null) return sealedFragment(deps, sealed, index);
  try {
    return await deps.openFootage.read(recordingId, index);
  } catch (error) {
    if (errorCode(error) !== 'not-found') throw error;
    // Sealed a moment ago, or there is no such fragment.
    const now = await deps.records.recordings.find(recordingId);
    if (now === null) throw error;
    return sealedFragment(deps, now, index);
  }
}

/** The same of a recording whose row is at hand. */
export async function sealedFragment(
  { blobs }: Pick<StoredFootageDeps, 'blobs'>,
  recording: Recording,
  index: number,
): Promise<Uint8Array> {
  const fragment = recording.fragments[index];
  if (fragment === undefined) throw new VedetteError('not-found', 'The recording has no such fragment.');
  const start = recording.fragments.slice(0, index).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const stored = await blobs
    .get(recording.blobKey, { start, end: start + fragment.sizeBytes })
    .catch((cause: unknown) => {
      throw errorCode(cause) === 'not-found' ? new VedetteError('footage-gone', undefined, { cause }) : cause;
    });
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(stored));
  if (new Uint8Array(digest).toHex() !== fragment.sha256) throw new VedetteError('footage-damaged');
  return stored;
}

/** Opens fragments of one recording. Errors: those of `Keys.unwrap`; the opener's: `footage-damaged`. */
export async function fragmentOpener(
  keys: Keys,
  recording: { id: RecordingId; organizationId: OrganizationId } & Pick<Recording, 'wrappedKey'>,
): Promise<(index: number, stored: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>> {
  const raw = await keys.unwrap(recording.wrappedKey, recordingKeyContext(recording));
  const key = await crypto.subtle.importKey('raw', new Uint8Array(raw), 'AES-CBC', false, ['decrypt']);
  return async (index, stored) => {
    try {
      const algorithm = { name: 'AES-CBC', iv: ivOf(index) };
      return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, new Uint8Array(stored)));
    } catch (cause) {
      throw new VedetteError('footage-damaged', 'A fragment cannot be decrypted.', { cause });
    }
  };
}

/** The fragment's number as a 16-byte big-endian integer. */
function ivOf(index: number): Uint8Array<ArrayBuffer> {
  const iv = new Uint8Array(16);
  new DataView(iv.buffer).setUint32(12, index);
  return iv;
}
