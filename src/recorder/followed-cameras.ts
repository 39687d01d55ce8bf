// The cameras of the records, each with its recorder: added, changed and removed as the records say.

import { branded, type CameraId, type EpochMs } from '../core/brand.ts';
import type { GapCause } from '../core/footage/recording.ts';
import type { Events } from '../core/ports/events.ts';
import type { Camera } from '../core/site/camera.ts';
import type { Pace } from './anchor.ts';
import { type CameraDeps, type CameraRecorder, createCameraRecorder } from './camera-recorder.ts';
import { diskError } from './disk.ts';
import type { Waiting } from './recover.ts';
import { storedEnd } from './store-recording.ts';

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
}

export interface FollowedCameras {
  readonly all: ReadonlyMap<CameraId, CameraRecorder>;
  /** Follows what the records say now. Errors: those of the records. */
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

  async function follow(camera: Camera): Promise<void> {
    try {
      const recorder = all.get(camera.id) ?? (await newRecorder(deps, options, camera));
      all.set(camera.id, recorder);
      await recorder.follow(camera);
    } catch (error) {
      const about = { cameraId: camera.id, camera: camera.name };
      log.error('A camera could not be started; it will be tried again', { ...about, error });
    }
  }

  async function remove(recorder: CameraRecorder): Promise<void> {
    await recorder.stop({ removed: true });
    all.delete(recorder.camera.id);
  }

  async function flush({ camera, writer }: CameraRecorder): Promise<void> {
    try {
      await writer.flush();
    } catch (cause) {
      const about = { cameraId: camera.id, camera: camera.name };
      log.warn('Footage could not be flushed', { ...about, error: diskError(cause) });
    }
  }

  return {
    all,
    async reconcile() {
      const wanted = await records.cameras.all();
      const ids = new Set(wanted.map(({ id }) => id));
      const gone = [...all.values()].filter(({ camera }) => !ids.has(camera.id));
      await Promise.all([...wanted.map(follow), ...gone.map(remove)]);
    },
    tick() {
      for (const recorder of all.values()) recorder.tick();
    },
    async flush() {
      await Promise.all([...all.values()].map(flush));
    },
    async stop() {
      await Promise.all([...all.values()].map((recorder) => recorder.stop({ removed: false })));
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
