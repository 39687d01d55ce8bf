// A glance: motion in the picture, and whether the detector should look at it.

import type { EpochMs } from '../../core/brand.ts';
import { minLookMs } from '../../core/detection/attention.ts';
import type { Box } from '../../core/detection/detection.ts';
import { type Motion, motionGate } from '../../core/detection/motion.ts';
import { pacer } from '../../core/detection/pacer.ts';
import type { Picture } from '../../core/ports/media.ts';

/** The cells that motion is searched in, 8×8 pixels of 640×360: a person 30 m away covers three. */
const motionCells = { columns: 80, rows: 45 } as const;
/** Motion is remembered over so many pictures while none is looked at. */
const maxRemembered = 10;

export interface Glance {
  wants(at: EpochMs): boolean;
  /** Searches the picture for motion. Throws what the picture throws. */
  sense(picture: Picture, at: EpochMs): Motion;
  /** Whether it is time to look, when the next look may wait for what `waitMs` says. */
  needsLook(at: EpochMs, waitMs: (isMoving: boolean) => number): boolean;
  /** A look begins; returns where something moved since the one before. */
  begin(at: EpochMs): readonly Box[];
  /** The look succeeded … */
  succeeded(at: EpochMs): void;
  /** … or nobody looked: what moved is still to be looked at, but not before `afterMs`. */
  failed(at: EpochMs, motion: readonly Box[], afterMs: number): void;
}

/** What is known of a stream since it began. */
export function glance(framesPerSecond: number): Glance {
  const frames = pacer(1000 / framesPerSecond);
  const looks = pacer(minLookMs);
  const gate = motionGate(motionCells);
  const luma = new Uint16Array(motionCells.columns * motionCells.rows);
  /** One entry a picture since the last look. */
  let moved: (readonly Box[])[] = [];
  let lookedAt: number | null = null;
  let notBefore = Number.NEGATIVE_INFINITY;

  function remember(boxes: readonly Box[]): void {
    if (boxes.length > 0) moved = [...moved, boxes].slice(-maxRemembered);
  }
  return {
    wants: (at) => frames.due(at),
    sense(picture, at) {
      frames.took(at);
      picture.luma(motionCells.columns, motionCells.rows, luma);
      const motion = gate.update(luma, at);
      remember(motion.boxes);
      return motion;
    },
    needsLook(at, waitMs) {
      if (!looks.due(at) || at < notBefore) return false;
      if (lookedAt === null || at < lookedAt) return true;
      const nextMs = waitMs(moved.length > 0);
      // The shortest wait is the pacer's business, which keeps it on average.
      return nextMs <= minLookMs || at - lookedAt >= nextMs;
    },
    begin(at) {
      looks.took(at);
      const boxes = moved.flat();
      moved = [];
      return boxes;
    },
    succeeded(at) {
      lookedAt = at;
    },
    failed(at, motion, afterMs) {
      remember(motion);
      notBefore = at + afterMs;
    },
  };
}
