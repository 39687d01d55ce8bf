// The recorder: keeps a capture for every camera of the records, and everything that was recorded safe.

import type { CameraId } from '../core/brand.ts';
import type { Pace } from '../core/footage/pace.ts';
import type { OpenFootage } from '../core/ports/open-footage.ts';
import { onePerTime, repeat } from '../core/repeat.ts';
import type { CameraStatus } from '../core/site/camera.ts';
import { type CameraClaims, everyCamera } from './camera/claims.ts';
import { type FollowDeps, followCameras } from './camera/followed-cameras.ts';
import { type CaptureStats, noStats } from './camera/stats.ts';
import { markStopped, openSpool } from './spool/mark.ts';
import { type Recovered, recoverSpool } from './spool/recover.ts';
import { keepOpenFootage } from './write/open-footage.ts';

/** What was written is made durable this often: half of the 2 s that may be lost, the rest is for a slow disk. */
const flushEveryMs = 1_000;
/** Silent sources are looked for, and statuses kept from expiring. */
const tickEveryMs = 1_000;

export interface RecorderSettings {
  readonly spoolFolder: string;
  readonly pace: Pace;
  /** Makes room on a full disk; false where nothing more can be removed. */
  readonly makeRoom: () => Promise<boolean>;
  /** Called whenever a fragment of a camera can be read. */
  readonly onGrown?: (cameraId: CameraId) => void;
  /** Which cameras are recorded here; default: all. */
  readonly claims?: CameraClaims;
  /** For jitter; default `Math.random`. */
  readonly random?: () => number;
}

export type RecorderDeps = FollowDeps;

export interface RecorderFigures {
  /** Since the recorder started; cameras that it records no more included. */
  readonly total: CaptureStats;
  readonly cameras: readonly CameraStatus[];
  /** In the spool only, the open ones included. */
  readonly waitingRecordings: number;
}

export interface Recorder {
  readonly openFootage: OpenFootage;
  /** Seals the camera's recording after the fragment under way, so that what it shows is safe at once. */
  cut(cameraId: CameraId): void;
  /** Resolves when the camera's source has ended by itself and everything of it is sealed. */
  settled(cameraId: CameraId): Promise<void>;
  stats(cameraId: CameraId): CaptureStats;
  /** Of everything that is recorded here. */
  figures(): RecorderFigures;
  /** Null for a camera that is not known. */
  status(cameraId: CameraId): CameraStatus | null;
  /** Ends every capture and seals everything. */
  stop(): Promise<void>;
}

/**
 * Recovers the spool, then records every enabled camera until it is stopped. Cameras that are added, changed or
 * removed are followed. Errors: `data-read-only`, `data-full`, `data-damaged` where the spool cannot be used.
 */
export async function startRecorder(deps: RecorderDeps, settings: RecorderSettings): Promise<Recorder> {
  const { events, log } = deps;
  const { spoolFolder, random = Math.random, claims = everyCamera } = settings;
  const stopping = new AbortController();
  const { signal } = stopping;
  const missing = await openSpool(spoolFolder);
  const { waiting } = await recover(deps, spoolFolder);
  const grow = (cameraId: CameraId) => {
    openFootage.grow(cameraId);
    settings.onGrown?.(cameraId);
  };
  const cameras = followCameras(deps, {
    ...{ ...settings, claims, random, missing, waiting, onGrown: grow },
  });
  const openFootage = keepOpenFootage(cameras.all);
  const reconciling = onePerTime(async () => {
    if (signal.aborted) return;
    await cameras
      .reconcile()
      .catch((error: unknown) => log.error('The cameras could not be read', { error }));
  });
  const unsubscribe = events.subscribe((event) => {
    if (event.type === 'camera-changed') void reconciling();
  });
  await reconciling();
  const later = (everyMs: number, work: () => Promise<void> | void) =>
    repeat(deps, { everyMs, first: 'later', failed: 'A round of the recorder failed' }, work);
  const rounds = [
    later(tickEveryMs, cameras.tick),
    later(flushEveryMs, cameras.flush),
    // Events may be lost: the records are looked at whenever claims are.
    later(claims.roundMs, reconciling),
  ];

  async function stop(): Promise<void> {
    stopping.abort();
    unsubscribe();
    await Promise.all(rounds.map((round) => round.stop()));
    await reconciling();
    await cameras.stop();
    await markStopped(spoolFolder).catch((error: unknown) =>
      log.warn('The orderly stop could not be noted; the next gap will say crash', { error }),
    );
  }
  let stopped: Promise<void> | null = null;
  const of = (cameraId: CameraId) => cameras.all.get(cameraId);
  return {
    openFootage,
    cut: (cameraId) => of(cameraId)?.writer.cut(),
    settled: async (cameraId) => of(cameraId)?.settled(),
    stats: (cameraId) => of(cameraId)?.stats ?? noStats,
    figures() {
      const recorders = [...cameras.all.values()];
      return {
        total: cameras.total,
        cameras: recorders.map(({ status }) => status),
        waitingRecordings: recorders.reduce((sum, { writer }) => sum + writer.open.length, 0),
      };
    },
    status: (cameraId) => of(cameraId)?.status ?? null,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function recover(deps: RecorderDeps, spoolFolder: string): Promise<Recovered> {
  const recovered = await recoverSpool(deps, spoolFolder);
  const { waiting, ...counts } = recovered;
  if (counts.recordings > 0) deps.log.info('Recordings were recovered', counts);
  return recovered;
}
