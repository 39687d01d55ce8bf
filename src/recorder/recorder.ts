// The recorder: keeps a capture for every camera of the records, and everything that was recorded safe.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraId } from '../core/brand.ts';
import type { GapCause } from '../core/footage/recording.ts';
import type { Events } from '../core/ports/events.ts';
import type { OpenFootage } from '../core/ports/open-footage.ts';
import type { Camera, CameraStatus } from '../core/site/camera.ts';
import type { Pace } from './anchor.ts';
import {
  type CameraDeps,
  type CameraRecorder,
  type CaptureStats,
  createCameraRecorder,
} from './camera-recorder.ts';
import { diskError, isMissing, syncFolder } from './disk.ts';
import { keepOpenFootage } from './open-footage.ts';
import { recoverSpool } from './recover.ts';

/** Events may be lost: the records are looked at this often. */
const reconcileEveryMs = 10_000;
/** What was written is made durable this often: half of the 2 s that may be lost, the rest is for a slow disk. */
const flushEveryMs = 1_000;
/** Silent sources are looked for, and statuses kept from expiring. */
const tickEveryMs = 1_000;
/** Lies in the spool after an orderly stop, so that the next start knows it from a crash. */
const stoppedMark = 'stopped';

export interface RecorderSettings {
  readonly spoolFolder: string;
  readonly pace: Pace;
  /** Makes room on a full disk; false where nothing more can be removed. */
  readonly makeRoom: () => Promise<boolean>;
  /** For jitter; default `Math.random`. */
  readonly random?: () => number;
}

export type RecorderDeps = Omit<CameraDeps, 'events'> & { readonly events: Events };

export interface Recorder {
  readonly openFootage: OpenFootage;
  /** Seals the camera's recording after the fragment under way, so that what it shows is safe at once. */
  cut(cameraId: CameraId): void;
  /** Resolves when the camera's source has ended by itself and everything of it is sealed. */
  settled(cameraId: CameraId): Promise<void>;
  stats(cameraId: CameraId): CaptureStats;
  /** Null for a camera that is not known. */
  status(cameraId: CameraId): CameraStatus | null;
  /** Ends every capture and seals everything. */
  stop(): Promise<void>;
}

const noStats: CaptureStats = {
  ...{ framesRecorded: 0, framesDecoded: 0, framesDetected: 0, fragments: 0, recordings: 0, bytes: 0 },
};

/**
 * Recovers the spool, then records every enabled camera until it is stopped. Cameras that are added, changed or
 * removed are followed. Errors: `data-read-only`, `data-full`, `data-damaged` where the spool cannot be used.
 */
export async function startRecorder(deps: RecorderDeps, settings: RecorderSettings): Promise<Recorder> {
  const { records, events, clock, log } = deps;
  const { spoolFolder, random = Math.random } = settings;
  const cameras = new Map<CameraId, CameraRecorder>();
  const openFootage = keepOpenFootage(cameras);
  const stopping = new AbortController();
  const missing = await openSpool(spoolFolder);
  const recovered = await recoverSpool(deps, spoolFolder);
  if (recovered.recordings > 0) log.info('Recordings were recovered', { ...recovered });

  async function add(camera: Camera): Promise<CameraRecorder> {
    const last = await records.recordings.last(camera.id);
    const { id, organizationId } = camera;
    const tellGrown = () => events.publish({ organizationId, type: 'timeline-grew', cameraId: id });
    const recorder = createCameraRecorder(
      { ...deps, log: log.with({ cameraId: id }) },
      {
        ...{ camera, spoolFolder, random, missing },
        ...{ pace: settings.pace, makeRoom: settings.makeRoom, lastEndAt: last?.endAt ?? null },
        onGrown: () => openFootage.grow(id),
        onSealed: tellGrown,
      },
    );
    cameras.set(id, recorder);
    return recorder;
  }

  async function follow(camera: Camera): Promise<void> {
    try {
      const recorder = cameras.get(camera.id) ?? (await add(camera));
      await recorder.follow(camera);
    } catch (error) {
      log.error('A camera could not be started; it will be tried again', { cameraId: camera.id, error });
    }
  }

  async function remove(recorder: CameraRecorder): Promise<void> {
    await recorder.stop({ removed: true });
    cameras.delete(recorder.camera.id);
  }

  async function reconcile(): Promise<void> {
    const wanted = await records.cameras.all();
    const ids = new Set(wanted.map(({ id }) => id));
    const gone = [...cameras.values()].filter(({ camera }) => !ids.has(camera.id));
    await Promise.all([...wanted.map(follow), ...gone.map(remove)]);
  }

  const reconciling = onePerTime(async () => {
    if (stopping.signal.aborted) return;
    await reconcile().catch((error: unknown) => log.error('The cameras could not be read', { error }));
  });
  const unsubscribe = events.subscribe((event) => {
    if (event.type === 'camera-changed') void reconciling();
  });

  async function every(ms: number, work: () => Promise<void>): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(ms, stopping.signal).catch(() => {});
      if (!stopping.signal.aborted) await work();
    }
  }

  async function tick(): Promise<void> {
    for (const camera of cameras.values()) camera.tick();
  }

  async function flush(): Promise<void> {
    await Promise.all(
      [...cameras.values()].map(({ camera, writer }) =>
        writer.flush().catch((error: unknown) => {
          log.warn('Footage could not be flushed', { cameraId: camera.id, error: diskError(error) });
        }),
      ),
    );
  }

  await reconciling();
  const loops = [every(tickEveryMs, tick), every(flushEveryMs, flush), every(reconcileEveryMs, reconciling)];

  return {
    openFootage,
    cut: (cameraId) => cameras.get(cameraId)?.writer.cut(),
    settled: async (cameraId) => cameras.get(cameraId)?.settled(),
    stats: (cameraId) => cameras.get(cameraId)?.stats ?? noStats,
    status: (cameraId) => cameras.get(cameraId)?.status ?? null,
    async stop() {
      if (stopping.signal.aborted) return;
      stopping.abort();
      unsubscribe();
      await Promise.all(loops);
      await reconciling();
      await Promise.all([...cameras.values()].map((camera) => camera.stop({ removed: false })));
      await markStopped(spoolFolder).catch((error: unknown) =>
        log.warn('The orderly stop could not be noted; the next gap will say crash', { error }),
      );
    },
  };
}

/** Makes the spool and says why footage is missing since it was used last. */
async function openSpool(folder: string): Promise<GapCause> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rm(join(folder, stoppedMark));
    await syncFolder(folder);
    return 'recorder-stopped';
  } catch (error) {
    if (isMissing(error)) return 'recorder-crashed';
    throw diskError(error);
  }
}

async function markStopped(folder: string): Promise<void> {
  await writeFile(join(folder, stoppedMark), '');
  await syncFolder(folder);
}

/** Runs `work` again after the run under way, however often it was called meanwhile. */
function onePerTime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;
  const run = (): Promise<void> => {
    running = work().finally(() => {
      running = null;
    });
    return running;
  };
  return () => {
    if (running === null) return run();
    waiting ??= running.then(() => {
      waiting = null;
      return run();
    });
    return waiting;
  };
}
