// The cameras of the records, each with its recorder: added, changed and removed as the records say.

import { branded, type CameraId, type EpochMs } from '../../core/brand.ts';
import { plainPlan, type WatchPlan } from '../../core/detection/watch-plan.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { GapCause } from '../../core/footage/recording.ts';
import type { Events } from '../../core/ports/events.ts';
import { watchPlans } from '../../core/site/zones.ts';
import { onePerTime } from '../../core/repeat.ts';
import type { Camera } from '../../core/site/camera.ts';
import type { Waiting } from '../spool/recover.ts';
import { storedEnd } from '../spool/store.ts';
import type { CameraClaims } from './claims.ts';
import { type CaptureStats, noStats, sumOf } from './stats.ts';
import { type CameraDeps, type CameraRecorder, createCameraRecorder } from './camera-recorder.ts';

export type FollowDeps = Omit<CameraDeps, 'events'> & { readonly events: Events };

export interface FollowOptions {
  readonly spoolFolder: string;
  readonly pace: Pace;
  readonly makeRoom: () => Promise<boolean>;
  readonly random: () => number;
  /** Why footage is missing since the recorder ran last. */
  readonly missing: GapCause;
  /** What the recovery left in the spool. */
  readonly waiting: readonly Waiting[];
  readonly onGrown: (cameraId: CameraId) => void;
  readonly claims: CameraClaims;
}

export interface FollowedCameras {
  readonly all: ReadonlyMap<CameraId, CameraRecorder>;
  /** Of all, and of those that are followed no more. */
  readonly total: CaptureStats;
  /** Follows what the records say now; resolves when new cameras are begun. Errors: those of the records. */
  reconcile(): Promise<void>;
  /** Called about every second. */
  tick(): void;
  /** Makes durable what was written; what fails is in the log. */
  flush(): Promise<void>;
  /** Ends every capture and seals everything. */
  stop(): Promise<void>;
}

export function followCameras(deps: FollowDeps, options: FollowOptions): FollowedCameras {
  const { records, log } = deps;
  const all = new Map<CameraId, CameraRecorder>();
  /** What the records said last, and what brings each camera there: one thing at a time for one camera. */
  let wanted: ReadonlyMap<CameraId, Camera> = new Map();
  /** Those of other recorders too: what is not among them was removed. */
  let known: ReadonlySet<CameraId> = new Set();
  let plans: ReadonlyMap<CameraId, WatchPlan> = new Map();
  const settlers = new Map<CameraId, () => Promise<void>>();
  let isStopped = false;
  let before = noStats;

  async function settle(id: CameraId): Promise<void> {
    const camera = wanted.get(id);
    const existing = all.get(id);
    if (isStopped) return;
    try {
      if (camera !== undefined) {
        const recorder = existing ?? (await newRecorder(deps, options, camera));
        all.set(id, recorder);
        await recorder.follow(camera, plans.get(id) ?? plainPlan);
        return;
      }
      await existing?.stop({ removed: !known.has(id) });
      if (existing !== undefined) before = sumOf([before, existing.stats]);
      all.delete(id);
      // Claimed again while it stopped: the run that waits begins it anew.
      if (wanted.has(id)) return;
      settlers.delete(id);
      await options.claims.release(id);
    } catch (error) {
      const about = { cameraId: id, camera: (camera ?? existing?.camera)?.name };
      log.error('A camera could not be started, changed or removed; it will be tried again', {
        ...{ ...about, error },
      });
    }
  }

  function settlerOf(id: CameraId): () => Promise<void> {
    const settler = settlers.get(id) ?? onePerTime(() => settle(id));
    settlers.set(id, settler);
    return settler;
  }

  return {
    all,
    get total() {
      return sumOf([before, ...Array.from(all.values(), ({ stats }) => stats)]);
    },
    async reconcile() {
      // Nothing is recorded where images are pushed.
      const cameras = (await records.cameras.all()).filter(({ source }) => source.kind !== 'pushed');
      plans = await watchPlans(records);
      const claimed = await options.claims.round(cameras);
      known = new Set(cameras.map(({ id }) => id));
      wanted = new Map(cameras.filter(({ id }) => claimed.has(id)).map((camera) => [camera.id, camera]));
      const settling = [...new Set([...wanted.keys(), ...all.keys()])].map((id) => {
        const isNew = !settlers.has(id);
        const settled = settlerOf(id)();
        return isNew ? settled : null;
      });
      // Cameras that are changed or removed may take a while; nobody else waits for them.
      await Promise.all(settling);
    },
    tick() {
      for (const recorder of all.values()) recorder.tick();
    },
    async flush() {
      await Promise.all(Array.from(all.values(), ({ writer }) => writer.flush()));
    },
    async stop() {
      isStopped = true;
      await Promise.all(Array.from(settlers.values(), (settled) => settled()));
      await Promise.all(
        Array.from(all, async ([id, recorder]) => {
          await recorder.stop({ removed: false });
          // Only when all of it is sealed: whoever takes the camera over begins where it ends.
          await options.claims.release(id);
        }),
      );
    },
  };
}

async function newRecorder(
  deps: FollowDeps,
  { onGrown, ...options }: FollowOptions,
  camera: Camera,
): Promise<CameraRecorder> {
  const { id, organizationId } = camera;
  const waiting = options.waiting.filter(({ cameraId }) => cameraId === id);
  return createCameraRecorder(deps, {
    ...{ ...options, camera, waiting },
    lastEndAt: latest([await storedEnd(deps.records, id), ...waiting.map(({ endAt }) => endAt)]),
    onGrown: () => onGrown(id),
    onSealed: () => deps.events.publish({ organizationId, type: 'timeline-grew', cameraId: id }),
  });
}

function latest(times: readonly (EpochMs | null)[]): EpochMs | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : branded<EpochMs>(Math.max(...known));
}
