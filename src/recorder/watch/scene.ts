// What is going on before one camera: tracked objects, what they touch, and an account of each kind.

import type { CameraId, EpochMs } from '../../core/brand.ts';
import { nextLookMs } from '../../core/detection/attention.ts';
import type { Box, Detection, ObjectKind, Sighting } from '../../core/detection/detection.ts';
import { isAlive } from '../../core/detection/episodes.ts';
import { isSuppressed } from '../../core/detection/suppression.ts';
import { isIgnored, noTouches, stepTouches, type TouchState } from '../../core/detection/touches.ts';
import { type TrackedObject, trackObjects } from '../../core/detection/tracker.ts';
import { isWalkOf, stepWalks, type Walk } from '../../core/detection/walks.ts';
import { plainPlan, type WatchPlan } from '../../core/detection/watch-plan.ts';
import { alarms, watchedKinds } from '../../core/detection/zone.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type Account, account } from './account.ts';

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
  /** Whether an episode is under way. */
  readonly active: boolean;
  /** Looks for what `plan` asks from the next look on. */
  follow(plan: WatchPlan): void;
  /** How long the next look may wait after the one before. */
  nextLookMs(isMoving: boolean): number;
  look(look: SceneLook): Promise<void>;
  /** Ends episodes that could not be looked after for too long. */
  tick(at: EpochMs): void;
  /** Ends the episodes and forgets everything. */
  clear(): void;
}

export function scene(parts: SceneParts): Scene {
  let plan = plainPlan;
  let objects: readonly TrackedObject[] = [];
  let counting: readonly TrackedObject[] = [];
  let state: TouchState = noTouches;
  let walks: readonly Walk[] = [];
  const accounts = new Map<ObjectKind, Account>();

  function accountOf(kind: ObjectKind): Account {
    const known = accounts.get(kind) ?? account({ ...parts, kind });
    accounts.set(kind, known);
    return known;
  }
  /** Who comes now is somebody else. */
  function forget(kind: ObjectKind): void {
    objects = objects.filter((object) => object.kind !== kind);
    counting = counting.filter((object) => object.kind !== kind);
  }
  const episodes = () => [...accounts.values()].flatMap(({ episode }) => episode ?? []);
  return {
    get active() {
      return episodes().length > 0;
    },
    follow(next) {
      plan = next;
    },
    nextLookMs(isMoving) {
      const isStaying = counting.some(
        (object) =>
          isAlive(object, object.lastSeenAt) && state.stays.some(({ objectId }) => objectId === object.id),
      );
      return nextLookMs({ isMoving, objects: counting, episodes: episodes(), isStaying });
    },
    async look({ at, snapshot, ...seen }) {
      const { zones, suppressions } = plan;
      const kinds = watchedKinds(zones);
      objects = trackObjects(objects, { at, ...seen });
      const believable = objects.filter(
        (object) => kinds.includes(object.kind) && !isSuppressed(object, suppressions),
      );
      const step = stepTouches(state, zones, believable, at);
      state = step.state;
      counting = believable.filter((object) => !isIgnored(object, zones));
      walks = stepWalks(walks, { remembered: objects, counting }, at);
      const isWhole = !zones.some(alarms);
      // A kind that nobody asks for any more ends with the episode that it has.
      for (const kind of new Set([...kinds, ...accounts.keys()])) {
        // Cars and cats pass all day: one that touched nothing is no episode.
        const own = counting.filter(
          (object) => object.kind === kind && (kind === 'person' || state.touched.has(object.id)),
        );
        const ended = await accountOf(kind).look({
          ...{ at, snapshot },
          objects: own,
          walks: walks.filter((walk) => own.some((object) => isWalkOf(walk, object))),
          touches: isWhole ? null : step.touches.filter(({ objectKind }) => objectKind === kind),
        });
        if (ended) forget(kind);
      }
    },
    tick(at) {
      for (const [kind, each] of accounts) if (each.tick(at)) forget(kind);
    },
    clear() {
      for (const each of accounts.values()) each.finish();
      [objects, counting, state, walks] = [[], [], noTouches, []];
    },
  };
}
