// One camera's capture: opens its source, records what comes, and opens it again when it fails.

import { branded, type EpochMs } from '../core/brand.ts';
import { type ErrorCode, VedetteError } from '../core/errors.ts';
import { type GapCause, gapCauses } from '../core/footage/recording.ts';
import type { Log } from '../core/ports/log.ts';
import type { MediaInput, Packet } from '../core/ports/media.ts';
import type { Camera, CameraStatus } from '../core/site/camera.ts';
import type { Anchor, Pace } from './anchor.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import { createFeed, type Feed, type FeedOptions } from './feed.ts';
import type { FootageWriter } from './footage-writer.ts';
import type { Segmenter } from './segmenter.ts';
import { openSource, type SourceDeps, sourceTimeoutMs } from './sources.ts';
import { watchSubstream } from './substream.ts';

export const reconnectBackoff = { firstMs: 500, maxMs: 30_000 };
/** A refused password stays refused until somebody changes it, and many cameras lock after five tries. */
const credentialsBackoff = { firstMs: 60_000, maxMs: 600_000 };

/** How long to wait before a source that failed with `code` is opened again. */
export function reconnectAfter(code: ErrorCode): Backoff {
  return code === 'source-credentials' ? credentialsBackoff : reconnectBackoff;
}
/** A source that worked for so long begins with short waits again. */
export const healthyAfterMs = 30_000;
/** Beyond the source's own time-out, for a library that does not keep it. */
const watchdogMs = sourceTimeoutMs + 5_000;

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

/** How one opening of the source went. */
interface Attempt {
  /** Null where the source came to its end. */
  readonly error: VedetteError | null;
  readonly packets: number;
  readonly lastedMs: number;
}

export function startCapture(deps: CaptureDeps, options: CaptureOptions): Capture {
  const { clock, log } = deps;
  const { camera, pace, segmenter, writer } = options;
  const { source } = camera;
  const stopping = new AbortController();
  const hasSubstream = source.kind === 'rtsp' && source.substreamUrl !== null;
  let feed: Feed | null = null;
  /** The input that is read, and when it last gave something. */
  let reading: { readonly input: MediaInput; sinceMs: number; hangs: boolean } | null = null;

  const substream = hasSubstream
    ? watchSubstream(deps, { ...options, source, lineAt: lineNow, signal: stopping.signal })
    : null;
  const ended = run().catch((error: unknown) => log.error('The capture of a camera failed', { error }));

  function lineNow(): EpochMs {
    return segmenter.anchor?.lineAt(clock.monotonicMs()) ?? clock.now();
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const attempt = await tryOnce();
      if (stopping.signal.aborted) return;
      if (attempt.lastedMs >= healthyAfterMs) failures = 0;
      failures += 1;
      const error = attempt.error ?? new VedetteError('source-ended');
      segmenter.missing({ cause: causeOf(error), since: clock.now() });
      const { code, detail } = error;
      if (isFinal(attempt)) {
        log.info('The source of a camera has ended', { code, detail });
        options.onState({ state: 'ended', problem: { code, detail, nextTryAt: null } });
        return;
      }
      const waitMs = backoffMs(reconnectAfter(code), failures, options.random);
      const nextTryAt = branded<EpochMs>(Math.round(clock.now() + waitMs));
      options.onState({ state: 'offline', problem: { code, detail, nextTryAt } });
      log.warn('The source of a camera failed', { code, detail, failures, waitMs: Math.round(waitMs) });
      await clock.sleep(waitMs, stopping.signal).catch(() => {});
    }
  }

  /** A file that is played once has nothing more to give; in a replay nobody waits for it to appear. */
  function isFinal({ packets }: Attempt): boolean {
    return source.kind === 'file' && !source.loop && (packets > 0 || pace === 'max');
  }

  async function tryOnce(): Promise<Attempt> {
    let input: MediaInput | null = null;
    let anchor: Anchor | null = null;
    let packets = 0;
    let sinceMs = clock.monotonicMs();
    let error: VedetteError | null = null;
    try {
      input = await openSource(deps, source, pace, stopping.signal);
      sinceMs = clock.monotonicMs();
      reading = { input, sinceMs, hangs: false };
      segmenter.begin(input);
      const timeOf = (ptsTicks: number) => anchor?.timeOf(ptsTicks) ?? lineNow();
      feed = hasSubstream ? null : createFeed(deps, input, { ...options.feed, timeOf });
      for (let packet = await next(input); packet !== null; packet = await next(input)) {
        const nowMs = clock.monotonicMs();
        reading.sinceMs = nowMs;
        segmenter.push(packet, clock.now(), nowMs);
        anchor = segmenter.anchor;
        packets += 1;
        if (packets === 1) options.onState({ state: 'recording', problem: null, input });
        const looking = feed?.push(packet) ?? null;
        if (pace === 'max') {
          await looking;
          await writer.drained();
        }
      }
      if (reading.hangs) throw new VedetteError('source-timeout');
    } catch (cause) {
      error =
        reading?.hangs === true ? new VedetteError('source-timeout', undefined, { cause }) : known(cause);
    }
    reading = null;
    const endAt = lineNow();
    segmenter.end();
    writer.endRecording();
    await quietly(async () => feed?.end());
    feed = null;
    if (packets > 0 && !hasSubstream) await quietly(() => options.feed.watch.end(endAt));
    await quietly(async () => input?.close());
    return { error, packets, lastedMs: clock.monotonicMs() - sinceMs };
  }

  function next(input: MediaInput): Promise<Packet | null> {
    return stopping.signal.aborted ? Promise.resolve(null) : input.read();
  }

  /** What is not one of ours is a fault of the program: the log gets all of it, the person a sentence. */
  function known(cause: unknown): VedetteError {
    if (cause instanceof VedetteError) return cause;
    if (!stopping.signal.aborted)
      log.error('Recording a camera failed in an unforeseen way', { error: cause });
    return new VedetteError('internal-error', undefined, { cause });
  }

  async function quietly(work: () => Promise<void> | undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn('What a source left behind could not be tidied up', { error });
    }
  }

  return {
    ended,
    // In a replay, which waits for the decoder, memory is no concern.
    isInUse: (data) => pace === 'max' || feed?.holds(data) === true,
    tick() {
      if (reading === null || source.kind === 'file') return;
      if (reading.hangs || clock.monotonicMs() - reading.sinceMs < watchdogMs) return;
      reading.hangs = true;
      reading.input.close().catch(() => {});
    },
    async stop() {
      stopping.abort(new VedetteError('not-ready', 'The recorder stops.'));
      reading?.input.close().catch(() => {});
      await ended;
      await substream?.ended;
    },
  };
}

/** The cause that a gap after `error` has. */
export function causeOf({ code }: VedetteError): GapCause {
  return gapCauses.find((cause) => cause === code) ?? 'recorder-crashed';
}
