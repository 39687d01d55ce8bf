// Everything the recorder keeps for one camera: time line, writer, status, and the capture while there is one.

import { branded, type EpochMs } from '../../core/brand.ts';
import type { WatchPlan } from '../../core/detection/watch-plan.ts';
import { masksOf } from '../../core/detection/zone.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { GapCause, Recording } from '../../core/footage/recording.ts';
import type { Span } from '../../core/ports/records.ts';
import type { Camera, CameraStatus } from '../../core/site/camera.ts';
import type { CaptureDeps } from '../capture/capture.ts';
import { keepMasks } from '../watch/masks.ts';
import { keepNewestPicture } from '../watch/newest-picture.ts';
import type { Watch } from '../watch/watch.ts';
import { createFootageWriter, type FootageWriter, type WriterDeps } from '../write/footage-writer.ts';
import { createSegmenter, type TimedFragment } from '../write/segmenter.ts';
import { watchClock } from './clock-notice.ts';
import { cameraLog } from './log.ts';
import { keepCameraState } from './state.ts';
import { type CaptureStats, keepStats } from './stats.ts';
import { keepStatus, type StatusDeps, type StatusKeeper } from './status.ts';
import { createCaptureSwitch } from './switch.ts';

export type CameraDeps = CaptureDeps & WriterDeps & StatusDeps & { readonly watch: Pick<Watch, 'camera'> };

export interface CameraOptions {
  readonly camera: Camera;
  readonly pace: Pace;
  readonly spoolFolder: string;
  readonly makeRoom: () => Promise<boolean>;
  readonly random: () => number;
  /** The end of its footage when the recorder started, and why there is none since. */
  readonly lastEndAt: EpochMs | null;
  readonly missing: GapCause;
  /** Footage that the recovery left in the spool. */
  readonly waiting: readonly Span[];
  /** A fragment can be read. */
  readonly onGrown: () => void;
  readonly onSealed: (recording: Recording) => void;
}

export interface CameraRecorder {
  readonly camera: Camera;
  readonly writer: FootageWriter;
  readonly status: CameraStatus;
  readonly stats: CaptureStats;
  /** Starts, restarts or stops the capture as `camera` asks; watches for what `plan` says without a restart. */
  follow(camera: Camera, plan: WatchPlan): Promise<void>;
  /** Called about every second. */
  tick(): void;
  /** Resolves when the capture has ended by itself (or there is none) and all of it is sealed. */
  settled(): Promise<void>;
  /** Ends the capture and seals everything; `removed` also forgets the status. */
  stop(options: { removed: boolean }): Promise<void>;
}

/** A recorder of one camera; it captures nothing until it follows. The name in its log is the one it follows. */
export function createCameraRecorder(given: CameraDeps, options: CameraOptions): CameraRecorder {
  let { camera } = options;
  const deps = { ...given, log: cameraLog(given.log, () => camera) };
  const parts = assemble(deps, options);
  const { captures, masking, state, stats, status, watch, writer } = parts;
  return {
    get camera() {
      return camera;
    },
    writer,
    get status() {
      return status.now;
    },
    get stats() {
      return { ...stats.now, framesDetected: watch.stats().framesDetected };
    },
    follow(next, plan) {
      camera = next;
      watch.follow(plan);
      masking.follow(masksOf(plan.zones));
      return captures.follow(next);
    },
    tick() {
      captures.current?.tick();
      state.refresh();
      status.tick();
    },
    async settled() {
      await captures.current?.ended;
      if (captures.current === null) writer.endRecording();
      await writer.settled();
    },
    async stop({ removed }) {
      await captures.stop('recorder-stopped');
      await writer.stop();
      await watch.stop();
      if (removed) await status.forget();
    },
  };
}

/** The parts of a camera's recorder, each told what the others find out. */
function assemble(deps: CameraDeps, options: CameraOptions) {
  const { camera, pace, lastEndAt } = options;
  const stats = keepStats();
  const status = keepStatus(deps, camera);
  const watch = deps.watch.camera(camera.id, { pace });
  const clockNotice = watchClock(deps, lastEndAt);
  const state = keepCameraState(status, {
    detection: () => watch.stats().detection,
    notice: () => clockNotice.now,
  });
  const writer = createFootageWriter(deps, {
    ...options,
    isActive: () => watch.stats().active,
    isInUse: (data) => captures.isInUse(data),
    onWritten(fragment, bytes) {
      stats.add({ fragments: 1, framesRecorded: fragment.samples.length, bytes });
      measure(status, fragment, bytes);
      clockNotice.see(fragment);
      options.onGrown();
    },
    onSealed(recording) {
      stats.add({ recordings: 1 });
      options.onSealed(recording);
    },
    onLost: (framesLost) => stats.add({ framesLost }),
    onProblem: state.setStorageProblem,
    onRetry: state.setStorageRetry,
  });
  const segmenter = createSegmenter({ pace, lastEndAt, onFragment: writer.add });
  if (lastEndAt !== null) segmenter.missing({ cause: options.missing, since: lastEndAt });
  const newestPicture = keepNewestPicture(deps, camera.id);
  const masking = keepMasks(() => newestPicture.forget());
  const feed = {
    ...{ pace, watch, newestPicture, masks: () => masking.areas },
    onDecoded: (pictures: number) => stats.add({ framesDecoded: pictures }),
    onDamaged: (packets: number) => stats.add({ framesDamaged: packets }),
    onHealth: state.setDecoderHealth,
  };
  const captures = createCaptureSwitch(deps, { ...options, state, segmenter, writer, feed });
  return { captures, masking, state, stats, status, watch, writer };
}

function measure(status: StatusKeeper, fragment: TimedFragment, bytes: number): void {
  const { startTicks, durationTicks, init, samples } = fragment;
  status.measured({
    ...{ frames: samples.length, bytes },
    durationMs: (durationTicks * 1000) / init.timescale,
    endAt: branded<EpochMs>(Math.round(((startTicks + durationTicks) * 1000) / init.timescale)),
  });
}
