// The one picture of a camera that waits for the detector, and the one it looks at.

import type { EpochMs } from '../../core/brand.ts';
import type { Picture } from '../../core/ports/media.ts';
import type { Turns } from './turns.ts';

export interface WaitingPicture {
  /** Whether a picture waits. */
  readonly isTaken: boolean;
  /** Puts a picture in the place of the one that waits, if any. Resolves when it was looked at or dropped. */
  put(picture: Picture, at: EpochMs): Promise<void>;
  /** Drops the picture that waits; resolves when the look under way is over. */
  clear(): Promise<void>;
}

interface Offer {
  readonly picture: Picture;
  readonly at: EpochMs;
  readonly over: () => void;
}

/** `look` must not throw; pictures are released here. Looks at one picture at a time, in the order of time. */
export function waitingPicture(
  turns: Turns,
  look: (picture: Picture, at: EpochMs) => Promise<void>,
): WaitingPicture {
  const who = {};
  let waiting: Offer | null = null;
  let looking: Promise<void> | null = null;

  function finish({ picture, over }: Offer): void {
    picture.release();
    over();
  }
  function request(): void {
    if (waiting !== null && looking === null) turns.request(who, takeTurn);
  }
  async function takeTurn(): Promise<void> {
    if (waiting === null) return;
    const offer = waiting;
    waiting = null;
    looking = look(offer.picture, offer.at);
    await looking;
    looking = null;
    finish(offer);
    request();
  }
  return {
    get isTaken() {
      return waiting !== null;
    },
    put(picture, at) {
      if (waiting !== null) finish(waiting);
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting = { picture, at, over: resolve };
      request();
      return promise;
    },
    async clear() {
      turns.withdraw(who);
      if (waiting !== null) finish(waiting);
      waiting = null;
      await looking;
    },
  };
}
