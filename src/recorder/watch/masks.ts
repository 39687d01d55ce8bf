// The privacy masks of one camera, as its feed needs them.

import type { Area } from './covered-picture.ts';

export interface Masks {
  readonly areas: readonly Area[];
  follow(areas: readonly Area[]): void;
}

/** No masks yet; `onGrown` is called where others come, for what was kept before may show what they cover. */
export function keepMasks(onGrown: () => Promise<void>): Masks {
  let areas: readonly Area[] = [];
  return {
    get areas() {
      return areas;
    },
    follow(next) {
      const isSame = JSON.stringify(next) === JSON.stringify(areas);
      areas = next;
      // What cannot be thrown away now is gone with its time to live, two minutes later.
      if (!isSame && next.length > 0) onGrown().catch(() => {});
    },
  };
}
