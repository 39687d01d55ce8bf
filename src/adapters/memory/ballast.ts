// Ballast in memory: the double for tests. It only notes whether it is kept.

import type { Ballast } from '../../core/ports/ballast.ts';

export interface MemoryBallast extends Ballast {
  readonly kept: boolean;
}

/** Ballast that is taken; `hasRoom` says whether it can be taken again. */
export function memoryBallast({ hasRoom = () => true }: { hasRoom?: () => boolean } = {}): MemoryBallast {
  let kept = true;
  return {
    get kept() {
      return kept;
    },
    async release() {
      const had = kept;
      kept = false;
      return had;
    },
    async restore() {
      kept ||= hasRoom();
    },
  };
}
