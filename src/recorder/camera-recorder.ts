// Everything the recorder keeps for one camera: time line, writer, status, and the capture while there is one.

import { branded, type EpochMs, type RecordingId } from '../core/brand.ts';
import { type ErrorCode, errorTable } from '../core/errors.ts';
import type { GapCause, Recording } from '../core/footage/recording.ts';
import type { Camera, CameraSource, CameraStatus } from '../core/site/camera.ts';
import type { Pace } from './anchor.ts';
import { type Capture, type CaptureDeps, type SourceState, startCapture } from './capture.ts';
import { createFootageWriter, type FootageWriter, type WriterDeps } from './footage-writer.ts';
import { keepNewestPicture } from './newest-picture.ts';
import { createSegmenter, type TimedFragment } from './segmenter.ts';
import { codecName, keepStatus, type StatusDeps } from './status.ts';
import type { Watch } from './watch/watch.ts';

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
  /** A fragment can be read. */
  readonly onGrown: () => void;
  readonly onSealed: (recording: Recording) => void;
}

export interface CaptureStats {
  readonly framesRecorded: number;
  readonly framesDecoded: number;
  readonly framesDetected: number;
  readonly fragments: number;
  readonly recordings: number;
  readonly bytes: number;
}

export interface CameraRecorder {
  readonly camera: Camera;
  readonly writer: FootageWriter;
  readonly status: CameraStatus;
  readonly stats: CaptureStats;
  /** Starts, restarts or stops the capture as `camera` asks. */
  follow(camera: Camera): Promise<void>;
  /** Called about every second. */
  tick(): void;
  /** Resolves when the capture has ended by itself (or there is none) and all of it is sealed. */
  settled(): Promise<void>;
  /** Ends the capture and seals everything; `removed` also forgets the status. */
  stop(options: { removed: boolean }): Promise<void>;
}

export function createCameraRecorder(deps: CameraDeps, options: CameraOptions): CameraRecorder {
  const { clock } = deps;
  const { pace, lastEndAt } = options;
  let { camera } = options;
  let capture: Capture | null = null;
  /** The capture, also while it stops and looks at its last packets. */
  let newest: Capture | null = null;
  let capturedSource: CameraSource | null = null;
  let source: Pick<SourceState, 'problem'> & { state: CameraStatus['state'] } = {
    state: 'starting',
    problem: null,
  };
  let storageProblem: ErrorCode | null = null;
  let decoderIsHealthy = true;
  const counts = { framesRecorded: 0, framesDecoded: 0, fragments: 0, recordings: 0, bytes: 0 };

  const status = keepStatus(deps, camera);
  const watch = deps.watch.camera(camera.id, { pace });
  const newestPicture = keepNewestPicture(deps, camera.id);
  const writer = createFootageWriter(deps, {
    ...options,
    isActive: () => watch.stats().active,
    isInUse: (data) => newest?.isInUse(data) === true,
    onWritten: written,
    onSealed(recording) {
      counts.recordings += 1;
      options.onSealed(recording);
    },
    onProblem(code) {
      storageProblem = code;
      refresh();
    },
  });
  const segmenter = createSegmenter({ pace, lastEndAt, onFragment: (fragment) => writer.add(fragment) });
  if (lastEndAt !== null) segmenter.missing({ cause: options.missing, since: lastEndAt });

  function written(fragment: TimedFragment, storedBytes: number): void {
    const ticks = fragment.startTicks + fragment.durationTicks;
    const { timescale } = fragment.init;
    counts.fragments += 1;
    counts.framesRecorded += fragment.samples.length;
    counts.bytes += storedBytes;
    status.measured({
      frames: fragment.samples.length,
      bytes: storedBytes,
      durationMs: (fragment.durationTicks * 1000) / timescale,
      endAt: branded<EpochMs>(Math.round((ticks * 1000) / timescale)),
    });
    options.onGrown();
  }

  function refresh(): void {
    const detection = decoderIsHealthy ? watch.stats().detection : 'unavailable';
    const blocked = storageProblem !== null && source.state === 'recording';
    const state = blocked ? 'offline' : source.state;
    status.set({ state, problem: blocked ? storageTrouble(storageProblem) : source.problem, detection });
  }

  function start(): void {
    capturedSource = camera.source;
    source = { state: 'starting', problem: null };
    refresh();
    const feed = {
      ...{ pace, watch, newestPicture },
      onDecoded: (pictures: number) => {
        counts.framesDecoded += pictures;
      },
      onHealth: (healthy: boolean) => {
        decoderIsHealthy = healthy;
        refresh();
      },
    };
    const onState = (next: SourceState) => {
      source = next;
      if (next.input !== undefined) {
        const { width, height, codec } = next.input.init;
        status.set({ picture: { width, height, codec: codecName(codec) } });
      }
      refresh();
    };
    capture = startCapture(deps, { ...options, camera, segmenter, writer, feed, onState });
    newest = capture;
  }

  async function stopCapture(cause: GapCause): Promise<void> {
    const stopped = capture;
    if (stopped === null) return;
    capture = null;
    await stopped.stop();
    segmenter.missing({ cause, since: clock.now() });
  }

  return {
    get camera() {
      return camera;
    },
    writer,
    get status() {
      return status.now;
    },
    get stats() {
      return { ...counts, framesDetected: watch.stats().framesDetected };
    },
    async follow(next) {
      camera = next;
      if (!next.enabled) {
        if (capture === null && source.state !== 'disabled')
          segmenter.missing({ cause: 'camera-disabled', since: clock.now() });
        await stopCapture('camera-disabled');
        source = { state: 'disabled', problem: null };
        refresh();
        return;
      }
      const isSame = capturedSource !== null && sameSource(capturedSource, next.source);
      if (capture !== null && isSame) return;
      await stopCapture('stream-changed');
      start();
    },
    tick() {
      capture?.tick();
      refresh();
      status.tick();
    },
    async settled() {
      await capture?.ended;
      if (capture === null) writer.endRecording();
      await writer.settled();
    },
    async stop({ removed }) {
      await stopCapture('recorder-stopped');
      await writer.stop();
      if (!removed) return;
      await watch.stop();
      await status.forget();
    },
  };
}

function storageTrouble(code: ErrorCode | null): CameraStatus['problem'] {
  return code === null ? null : { code, detail: errorTable[code].title, nextTryAt: null };
}

function sameSource(a: CameraSource, b: CameraSource): boolean {
  const text = (source: CameraSource) =>
    JSON.stringify(source.kind === 'rtsp' ? { ...source, password: source.password?.reveal() } : source);
  return text(a) === text(b);
}

/** What can be read of the recording with this id. */
export function findReadable(writer: FootageWriter, id: RecordingId) {
  return writer.readable.find(({ header }) => header.id === id) ?? null;
}
