// The keys have to be those that the footage was recorded with.

import { errorCode, VedetteError } from '../../core/errors.ts';
import { recordingKeyContext } from '../../core/footage/recording.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Records } from '../../core/ports/records.ts';
import { folderNames } from './folder.ts';

interface Unwrapping {
  readonly records: Records;
  readonly keys: Keys;
  /** What the keys are called in the sentence of a refusal. */
  readonly name?: string;
}

/** Refuses keys that are not those the footage was recorded with. Errors: `key-unavailable`. */
export async function mustUnwrap({ records, keys, name = folderNames.keys }: Unwrapping): Promise<void> {
  const [recording] = await records.recordings.page(null, 1);
  if (recording === undefined) return;
  try {
    await keys.unwrap(recording.wrappedKey, recordingKeyContext(recording));
  } catch (cause) {
    // A key that was destroyed on purpose is no sign of a wrong file.
    if (errorCode(cause) === 'key-destroyed') return;
    throw new VedetteError(
      'key-unavailable',
      `${name} is not the one that the footage was recorded with. Put the right one back.`,
      { cause },
    );
  }
}
