// One camera's capture: opens its source, records what comes, and opens it again when it fails.

import { backoffMs } from '../../core/backoff.ts';
import { branded, type EpochMs } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { Log } from '../../core/ports/log.ts';
import type { MediaInput } from '../../core/ports/media.ts';
import type { Camera, CameraStatus } from '../../core/site/camera.ts';
import type { FeedOptions } from '../watch/feed.ts';
import type { FootageWriter } from '../write/footage-writer.ts';
import type { Segmenter } from '../write/segmenter.ts';
import { type Attempt, createSourceReader } from './reader.ts';
import { causeOf, healthyAfterMs, reconnectAfter } from './reconnect.ts';
import type { SourceDeps } from './sources.ts';
import { watchSubstream } from './substream.ts';

export type CaptureDeps = SourceDeps & { readonly log: Log };

export interface CaptureOptions {
  readonly camera: Camera;
  readonly pace: Pace;
  readonly segmenter: Segmenter;
  readonly writer: FootageWriter;
  /** For the feed; `timeOf` is the capture's. */
  readonly feed: Omit<FeedOptions, 'timeOf'>;
  readonly random: () => number;
  readonly onState: (state: SourceState) => void;
}

/** What the source is doing; the picture is known once it was opened. */
export interface SourceState {
  readonly state: 'starting' | 'recording' | 'offline' | 'ended';
  readonly problem: CameraStatus['problem'];
  readonly input?: Pick<MediaInput, 'init' | 'framesPerSecond'>;
}

export interface Capture {
  /** Resolves when nothing more will come. Never rejects. */
  readonly ended: Promise<void>;
  /** Whether these bytes of a packet are still to be decoded. */
  isInUse(data: Uint8Array): boolean;
  /** Called about every second: looks whether the source hangs. */
  tick(): void;
  stop(): Promise<void>;
}

export function startCapture(deps: CaptureDeps, options: CaptureOptions): Capture {
  const { clock, log } = deps;
  const { segmenter } = options;
  const { source } = options.camera;
  const stopping = new AbortController();
  const { signal } = stopping;
  const hasSubstream = source.kind === 'rtsp' && source.substreamUrl !== null;
  const lineNow = (): EpochMs => segmenter.anchor?.lineAt(clock.monotonicMs()) ?? clock.now();
  const reader = createSourceReader(deps, {
    ...{ ...options, source, signal, lineNow },
    feed: hasSubstream ? null : options.feed,
    onRecording: (input) => options.onState({ state: 'recording', problem: null, input }),
    onDamaged: options.feed.onDamaged,
  });
  const substream = hasSubstream
    ? watchSubstream(deps, { ...options, source, lineAt: lineNow, signal })
    : null;
  const ended = readUntilStopped(deps, options, reader.readOnce, signal).catch((error: unknown) =>
    log.error('The capture of a camera failed', { error }),
  );
  return {
    ended,
    isInUse: reader.isInUse,
    tick() {
      reader.tick();
      substream?.tick();
    },
    async stop() {
      stopping.abort(new VedetteError('not-ready', 'The recorder stops.'));
      reader.interrupt();
      await ended;
      await substream?.ended;
    },
  };
}

/** Reads the source, and again after growing waits, until `signal` aborts or there is nothing more to read. */
async function readUntilStopped(
  { clock, log }: CaptureDeps,
  options: CaptureOptions,
  readOnce: () => Promise<Attempt>,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const attempt = await readOnce();
    if (signal.aborted) return;
    failures = attempt.lastedMs >= healthyAfterMs ? 1 : failures + 1;
    const error = attempt.error ?? new VedetteError('source-ended');
    options.segmenter.missing({ cause: causeOf(error), since: clock.now() });
    const { code, detail } = error;
    if (isFinal(options, attempt)) {
      log.info('The source of a camera has ended', { code, detail });
      options.onState({ state: 'ended', problem: { code, detail, nextTryAt: null } });
      return;
    }
    const waitMs = backoffMs(reconnectAfter(code), failures, options.random);
    const nextTryAt = branded<EpochMs>(Math.round(clock.now() + waitMs));
    options.onState({ state: 'offline', problem: { code, detail, nextTryAt } });
    log.warn('The source of a camera failed', { code, detail, failures, waitMs: Math.round(waitMs) });
    await clock.sleep(waitMs, signal).catch(() => {});
  }
}

/** A file that is played once has nothing more to give; in a replay nobody waits for it to appear. */
function isFinal({ camera: { source }, pace }: CaptureOptions, { packets }: Attempt): boolean {
  return source.kind === 'file' && !source.loop && (packets > 0 || pace === 'max');
}
