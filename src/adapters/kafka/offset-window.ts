// Which offsets of a partition are in hand, and up to where all are done.

export interface OffsetWindow {
  /** Offsets come in rising order. */
  add(offset: bigint): void;
  finish(offset: bigint): void;
  /** The lowest offset that is not done: what may be committed. `next` where all that was added is. */
  committable(next: bigint): bigint;
  /** Offsets not done. */
  readonly unfinished: number;
  /** Offsets done at or beyond `offset`. */
  finishedFrom(offset: bigint): number;
}

export function offsetWindow(): OffsetWindow {
  /** In rising order; those before `first` are done and committable. */
  let offsets: bigint[] = [];
  let first = 0;
  const finished = new Set<bigint>();

  function advance(): void {
    for (let head = offsets[first]; head !== undefined && finished.delete(head); head = offsets[first])
      first += 1;
    // Cut off what is passed now and then: cutting each time would move the rest each time.
    if (first > 1_000 && first * 2 > offsets.length) {
      offsets = offsets.slice(first);
      first = 0;
    }
  }

  return {
    add: (offset) => void offsets.push(offset),
    finish(offset) {
      finished.add(offset);
      advance();
    },
    committable: (next) => offsets[first] ?? next,
    get unfinished() {
      return offsets.length - first - finished.size;
    },
    finishedFrom(offset) {
      let passed = 0;
      for (let index = first - 1; index >= 0; index -= 1) {
        const each = offsets[index];
        if (each === undefined || each < offset) break;
        passed += 1;
      }
      for (const each of finished) if (each >= offset) passed += 1;
      return passed;
    },
  };
}
