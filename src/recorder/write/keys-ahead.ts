// Keys of recordings, some of them made ahead: recordings go on beginning while the keeper of keys is away.

import { randomBytes } from 'node:crypto';
import type { OrganizationId, RecordingId } from '../../core/brand.ts';
import { errorCode } from '../../core/errors.ts';
import { recordingKeyContext } from '../../core/footage/recording.ts';
import { newId } from '../../core/identifiers.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Keys, WrappedKey } from '../../core/ports/keys.ts';
import { fragmentKeyBytes } from '../spool/fragment-cipher.ts';

/** An hour of recordings, each of a minute. */
const mostAhead = 60;
/** Each costs a call of the keeper: so many after each recording that begins, until there are enough. */
const atOnce = 10;
/** A recording is looked for within a day of when its id was made; older keys are not used. In ms. */
const longestMs = 12 * 3_600_000;

/** What a recording begins with: its id, and its key in the plain and wrapped for that id. */
export interface RecordingKey {
  readonly id: RecordingId;
  readonly key: Uint8Array;
  readonly wrappedKey: WrappedKey;
}

export interface KeysAhead {
  /** Errors: those of `Keys.wrap`; `key-unavailable` only where none is left that was made ahead. */
  next(): Promise<RecordingKey>;
  /** Nothing is made ahead any more. */
  stop(): void;
}

/**
 * Keys of one camera. As long as the keeper answers, each is wrapped when it is needed, under the epoch that is current
 * then; those made ahead under another are dropped, because that one may be destroyed. They are in memory only.
 */
export function keysAhead(
  { keys, clock }: { readonly keys: Pick<Keys, 'wrap'>; readonly clock: Clock },
  organizationId: OrganizationId,
): KeysAhead {
  let ahead: readonly (RecordingKey & { readonly madeMs: number })[] = [];
  let isAway = false;
  let isFilling = false;
  let stopped = false;

  async function made(): Promise<RecordingKey> {
    const id = newId<RecordingId>(clock);
    const key = randomBytes(fragmentKeyBytes);
    try {
      const wrappedKey = await keys.wrap(key, recordingKeyContext({ organizationId, id }));
      isAway = false;
      ahead = ahead.filter((each) => each.wrappedKey.epoch === wrappedKey.epoch && isYoung(each));
      return { id, key, wrappedKey };
    } catch (error) {
      isAway = errorCode(error) === 'key-unavailable';
      throw error;
    }
  }

  const isYoung = ({ madeMs }: { readonly madeMs: number }) => clock.monotonicMs() - madeMs < longestMs;

  async function fill(): Promise<void> {
    if (isFilling) return;
    isFilling = true;
    try {
      for (let count = 0; count < atOnce && ahead.length < mostAhead && !stopped; count += 1) {
        const madeMs = clock.monotonicMs();
        const one = await made();
        ahead = [...ahead, { ...one, madeMs }];
      }
    } catch {
      // Whoever needs one next is told why there is none.
    } finally {
      isFilling = false;
    }
  }

  function taken(): RecordingKey | null {
    const [first, ...others] = ahead.filter(isYoung);
    ahead = others;
    return first ?? null;
  }

  return {
    async next() {
      // Nobody waits once more for a keeper that was away a moment ago; that it is back is found beside.
      const known = isAway ? taken() : null;
      const one = known ?? (await made().catch((error: unknown) => orAhead(error)));
      void fill();
      return one;
    },
    stop() {
      stopped = true;
    },
  };

  function orAhead(error: unknown): RecordingKey {
    const one = isAway ? taken() : null;
    if (one === null) throw error;
    return one;
  }
}
