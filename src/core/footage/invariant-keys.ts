// The other half of invariant I1: the data key of every recording can be unwrapped, or nobody can ever play it.

import type { RecordingId } from '../brand.ts';
import { errorCode } from '../errors.ts';
import type { Keys } from '../ports/keys.ts';
import type { Finding } from './finding.ts';
import { type Recording, recordingKeyContext } from './recording.ts';

/** What came of the recordings whose keys one epoch wrapped. */
interface Epoch {
  readable: number;
  destroyed: number;
  unreadable: number;
  /** The first that cannot be read. */
  example: RecordingId | null;
}

export interface KeyTally {
  look(recording: Recording): Promise<void>;
  /** One for each kind of trouble and epoch, not one for each recording: a wrong key file fails them all. */
  findings(): Generator<Finding>;
}

/** Tries the key of each recording it is shown. */
export function tallyKeys({ unwrap }: Pick<Keys, 'unwrap'>): KeyTally {
  const epochs = new Map<number, Epoch>();
  return {
    async look(recording) {
      const { epoch: number } = recording.wrappedKey;
      const epoch = epochs.get(number) ?? { readable: 0, destroyed: 0, unreadable: 0, example: null };
      epochs.set(number, epoch);
      try {
        await unwrap(recording.wrappedKey, recordingKeyContext(recording));
        epoch.readable += 1;
      } catch (error) {
        epoch[errorCode(error) === 'key-destroyed' ? 'destroyed' : 'unreadable'] += 1;
        epoch.example ??= recording.id;
      }
    },
    *findings() {
      for (const [number, epoch] of epochs) {
        const problem = problemOf(epoch);
        if (problem !== null) yield { invariant: 'I1', subject: `key epoch ${number}`, problem };
      }
    },
  };
}

function problemOf({ readable, destroyed, unreadable, example }: Epoch): string | null {
  const first = `The first: ${example}.`;
  if (destroyed > 0) {
    return `It was destroyed: ${recordings(destroyed)} it wrapped the keys of can never be played again. ${first}`;
  }
  if (unreadable === 0) return null;
  return readable === 0
    ? `The key file opens none of the keys it wrapped, of ${recordings(unreadable)}: it is not the file they were recorded with, or an older copy. Put the right one back. ${first}`
    : `The wrapped keys of ${recordings(unreadable)} are damaged, while ${readable} others open: these cannot be played. ${first}`;
}

function recordings(count: number): string {
  return `${count} recording${count === 1 ? '' : 's'}`;
}
