// The account of one kind of object before one camera: its episode, what it touched, and its report.

import type { CameraId, EpochMs, TrackId } from '../../core/brand.ts';
import { type ObjectKind, type Sighting, type Touch, wholePicture } from '../../core/detection/detection.ts';
import { type Episode, isBlind, stepEpisode } from '../../core/detection/episodes.ts';
import { mergeTouches } from '../../core/detection/touches.ts';
import type { TrackedObject } from '../../core/detection/tracker.ts';
import { mergeWalks, pathsOf, type Walk } from '../../core/detection/walks.ts';
import { newId } from '../../core/identifiers.ts';
import type { Clock } from '../../core/ports/clock.ts';

export interface AccountParts {
  readonly cameraId: CameraId;
  readonly kind: ObjectKind;
  readonly clock: Clock;
  readonly onSighting: (sighting: Sighting) => void;
}

/** What one look says of this kind. */
export interface AccountLook {
  readonly at: EpochMs;
  /** Those of this kind that count. */
  readonly objects: readonly TrackedObject[];
  /** What they touched; null: the camera is watched as a whole. */
  readonly touches: readonly Touch[] | null;
  /** Where they went so far. */
  readonly walks: readonly Walk[];
  readonly snapshot: () => Promise<Uint8Array | null>;
}

export interface Account {
  readonly episode: Episode | null;
  /** Returns whether the episode ended. */
  look(look: AccountLook): Promise<boolean>;
  /** Ends an episode that could not be looked after for too long; returns whether it did. */
  tick(at: EpochMs): boolean;
  /** Ends the episode, if there is one. */
  finish(): void;
}

/** An episode under way is reported at most this often. */
const reportMs = 1_000;
/** A better picture of the intruder is worth a JPEG (3 ms) when it is better by this much, and not more often. */
const betterScore = 0.05;
const snapshotMs = 1_000;

interface Report {
  readonly trackId: TrackId;
  readonly lastAt: EpochMs;
  readonly touches: readonly Touch[];
  readonly walks: readonly Walk[];
  readonly snapshot: {
    readonly bytes: Uint8Array | null;
    readonly score: number;
    readonly at: EpochMs;
  } | null;
}

export function account({ cameraId, kind, clock, onSighting }: AccountParts): Account {
  let episode: Episode | null = null;
  let report: Report | null = null;

  function say(
    phase: Sighting['phase'],
    about: Episode,
    { trackId, snapshot, touches, walks }: Report,
  ): void {
    const { startAt, lastSeenAt, bestScore, bestBox } = about;
    const what = { cameraId, trackId, kind, startAt, lastSeenAt, bestScore, bestBox };
    onSighting({ phase, ...what, paths: pathsOf(walks), touches, snapshot: snapshot?.bytes ?? null });
  }
  function finish(): void {
    if (episode !== null && report !== null) say('ended', episode, report);
    episode = null;
    report = null;
  }
  return {
    get episode() {
      return episode;
    },
    async look({ at, objects, touches, walks, snapshot }) {
      const step = stepEpisode(episode, objects, at);
      episode = step.episode;
      if (step.change === 'ended') finish();
      if (step.change === null || step.change === 'ended' || episode === null) return step.change === 'ended';
      const current = report ?? newReport(newId<TrackId>(clock), at);
      const added = touches ?? [wholePicture(episode.startAt, episode.lastSeenAt)];
      const merged = mergeTouches(current.touches, added);
      const kept = await keepSnapshot(current.snapshot, { at, score: scoreNow(objects), snapshot });
      // What begins to alarm is told at once.
      const isNews = step.change === 'began' || merged.length > current.touches.length;
      const isReported = !isNews && at - current.lastAt < reportMs;
      const lastAt = isReported ? current.lastAt : at;
      const walked = mergeWalks(current.walks, walks);
      report = { ...current, touches: merged, walks: walked, snapshot: kept, lastAt };
      if (!isReported) say(step.change, episode, report);
      return false;
    },
    tick(at) {
      if (episode === null || !isBlind(episode, at)) return false;
      finish();
      return true;
    },
    finish,
  };
}

function newReport(trackId: TrackId, lastAt: EpochMs): Report {
  return { trackId, lastAt, touches: [], walks: [], snapshot: null };
}

/** The best score in the newest look. */
function scoreNow(objects: readonly TrackedObject[]): number {
  return objects.reduce((best, { seen, score }) => (seen[0] === true ? Math.max(best, score) : best), 0);
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
