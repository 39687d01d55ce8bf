// What is going on before one camera: motion, tracked objects, the episode, and its report.

import type { CameraId, EpochMs, TrackId } from '../../core/brand.ts';
import { nextLookMs } from '../../core/detection/attention.ts';
import { type Box, type Detection, type Sighting, wholePicture } from '../../core/detection/detection.ts';
import { type Episode, isBlind, stepEpisode } from '../../core/detection/episodes.ts';
import { type TrackedObject, trackObjects } from '../../core/detection/tracker.ts';
import { newId } from '../../core/identifiers.ts';
import type { Clock } from '../../core/ports/clock.ts';

export interface SceneParts {
  readonly cameraId: CameraId;
  readonly clock: Clock;
  readonly onSighting: (sighting: Sighting) => void;
}

/** One look at a picture, and how to make a JPEG of it. */
export interface SceneLook {
  readonly at: EpochMs;
  readonly detections: readonly Detection[];
  readonly motion: readonly Box[];
  readonly aspect: number;
  readonly snapshot: () => Promise<Uint8Array | null>;
}

export interface Scene {
  readonly active: boolean;
  /** How long the next look may wait after the one before. */
  nextLookMs(isMoving: boolean): number;
  look(look: SceneLook): Promise<void>;
  /** Ends an episode that could not be looked after for too long. */
  tick(at: EpochMs): void;
  /** Ends the episode and forgets everything. */
  clear(): void;
}

/** An episode under way is reported at most this often. */
const reportMs = 1_000;
/** A better picture of the intruder is worth a JPEG (3 ms) when it is better by this much, and not more often. */
const betterScore = 0.05;
const snapshotMs = 1_000;

interface Report {
  readonly trackId: TrackId;
  readonly lastAt: EpochMs;
  readonly snapshot: {
    readonly bytes: Uint8Array | null;
    readonly score: number;
    readonly at: EpochMs;
  } | null;
}

export function scene({ cameraId, clock, onSighting }: SceneParts): Scene {
  let objects: readonly TrackedObject[] = [];
  let episode: Episode | null = null;
  let report: Report | null = null;

  function say(phase: Sighting['phase'], about: Episode, { trackId, snapshot }: Report): void {
    onSighting({
      phase,
      cameraId,
      trackId,
      kind: 'person',
      startAt: about.startAt,
      lastSeenAt: about.lastSeenAt,
      bestScore: about.bestScore,
      bestBox: about.bestBox,
      touches: [wholePicture(about.startAt, about.lastSeenAt)],
      snapshot: snapshot?.bytes ?? null,
    });
  }
  function finish(): void {
    if (episode !== null && report !== null) say('ended', episode, report);
    episode = null;
    report = null;
  }
  return {
    get active() {
      return episode !== null;
    },
    nextLookMs: (isMoving) => nextLookMs({ isMoving, objects, episode }),
    async look({ at, detections, motion, aspect, snapshot }) {
      objects = trackObjects(objects, { at, detections, motion, aspect });
      const step = stepEpisode(episode, objects, at);
      episode = step.episode;
      if (step.change === 'ended') {
        // Who comes now is somebody else.
        objects = [];
        finish();
      }
      if (step.change === null || step.change === 'ended' || episode === null) return;
      const current = report ?? { trackId: newId<TrackId>(clock), lastAt: at, snapshot: null };
      const kept = await keepSnapshot(current.snapshot, { at, score: scoreNow(objects), snapshot });
      const isReported = step.change === 'continues' && at - current.lastAt < reportMs;
      report = { ...current, snapshot: kept, lastAt: isReported ? current.lastAt : at };
      if (!isReported) say(step.change, episode, report);
    },
    tick(at) {
      if (episode === null || !isBlind(episode, at)) return;
      objects = [];
      finish();
    },
    clear() {
      objects = [];
      finish();
    },
  };
}

/** The best score of a person in the newest look. */
function scoreNow(objects: readonly TrackedObject[]): number {
  return objects.reduce(
    (best, { kind, seen, score }) => (kind === 'person' && seen[0] === true ? Math.max(best, score) : best),
    0,
  );
}

async function keepSnapshot(
  kept: Report['snapshot'],
  look: { at: EpochMs; score: number; snapshot: () => Promise<Uint8Array | null> },
): Promise<Report['snapshot']> {
  const isWorthIt =
    kept === null || (look.score >= kept.score + betterScore && look.at - kept.at >= snapshotMs);
  if (!isWorthIt) return kept;
  const bytes = await look.snapshot();
  return bytes === null ? kept : { bytes, score: look.score, at: look.at };
}
