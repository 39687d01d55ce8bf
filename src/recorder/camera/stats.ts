// What a camera's capture has come to since the recorder started, in numbers.

export interface CaptureStats {
  readonly framesRecorded: number;
  readonly framesDecoded: number;
  /** Damaged in the source: left out, or looked at with made-up parts. */
  readonly framesDamaged: number;
  /** Could not be written. */
  readonly framesLost: number;
  readonly framesDetected: number;
  readonly fragments: number;
  readonly recordings: number;
  readonly bytes: number;
}

export const noStats: CaptureStats = {
  ...{ framesRecorded: 0, framesDecoded: 0, framesDamaged: 0, framesDetected: 0, framesLost: 0 },
  ...{ fragments: 0, recordings: 0, bytes: 0 },
};

export function sumOf(stats: Iterable<CaptureStats>): CaptureStats {
  let sum = noStats;
  for (const each of stats) {
    sum = {
      framesRecorded: sum.framesRecorded + each.framesRecorded,
      framesDecoded: sum.framesDecoded + each.framesDecoded,
      framesDamaged: sum.framesDamaged + each.framesDamaged,
      framesLost: sum.framesLost + each.framesLost,
      framesDetected: sum.framesDetected + each.framesDetected,
      fragments: sum.fragments + each.fragments,
      recordings: sum.recordings + each.recordings,
      bytes: sum.bytes + each.bytes,
    };
  }
  return sum;
}

export interface StatsKeeper {
  readonly now: Omit<CaptureStats, 'framesDetected'>;
  add(change: Partial<Omit<CaptureStats, 'framesDetected'>>): void;
}

/** Counts from nothing; what the detector looked at, the watch knows. */
export function keepStats(): StatsKeeper {
  const { framesDetected: _, ...counts } = noStats;
  let now = counts;
  return {
    get now() {
      return now;
    },
    add({ framesRecorded = 0, framesDecoded = 0, framesDamaged = 0, fragments = 0, ...more }) {
      const { recordings = 0, bytes = 0, framesLost = 0 } = more;
      now = {
        framesRecorded: now.framesRecorded + framesRecorded,
        framesDecoded: now.framesDecoded + framesDecoded,
        framesDamaged: now.framesDamaged + framesDamaged,
        framesLost: now.framesLost + framesLost,
        fragments: now.fragments + fragments,
        recordings: now.recordings + recordings,
        bytes: now.bytes + bytes,
      };
    },
  };
}
