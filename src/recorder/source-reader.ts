// The source of one camera, read: what it gives goes to the segmenter and to the feed, until it ends or fails.

import type { EpochMs } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import type { MediaInput, Packet } from '../core/ports/media.ts';
import type { CameraSource } from '../core/site/camera.ts';
import type { Anchor, Pace } from './anchor.ts';
import { createFeed, type Feed, type FeedOptions } from './feed.ts';
import type { FootageWriter } from './footage-writer.ts';
import type { Segmenter } from './segmenter.ts';
import { openSource, type SourceDeps, sourceTimeoutMs } from './sources.ts';

/** Beyond the source's own time-out, for a library that does not keep it. */
const watchdogMs = sourceTimeoutMs + 5_000;

export interface ReaderOptions {
  readonly source: CameraSource;
  readonly pace: Pace;
  readonly segmenter: Segmenter;
  readonly writer: FootageWriter;
  /** For the feed; null where another stream feeds the watch. `timeOf` is the reader's. */
  readonly feed: Omit<FeedOptions, 'timeOf'> | null;
  /** Called at the first packet of each opening. */
  readonly onRecording: (input: MediaInput) => void;
  /** Packets that a source left out because they were damaged. */
  readonly onDamaged: (packets: number) => void;
  /** Where the camera's time line is now. */
  readonly lineNow: () => EpochMs;
  readonly signal: AbortSignal;
}

/** How one opening of the source went. */
export interface Attempt {
  /** Null where the source came to its end. */
  readonly error: VedetteError | null;
  readonly packets: number;
  readonly lastedMs: number;
}

export interface SourceReader {
  /** Opens the source and records what comes until there is no more. Never rejects. */
  readOnce(): Promise<Attempt>;
  /** Whether these bytes of a packet are still to be decoded. */
  isInUse(data: Uint8Array): boolean;
  /** Ends the reading where the source hangs. */
  tick(): void;
  /** Ends the reading under way. */
  interrupt(): void;
}

/** The attempt under way. */
interface Progress {
  input: MediaInput | null;
  anchor: Anchor | null;
  packets: number;
  sinceMs: number;
  /** When the source last gave something; null before it was opened. */
  lastPacketMs: number | null;
  hangs: boolean;
}

export function createSourceReader(deps: SourceDeps & { log: Log }, options: ReaderOptions): SourceReader {
  const { clock, log } = deps;
  const { source, pace, segmenter, writer, signal, lineNow } = options;
  let feed: Feed | null = null;
  let reading: Progress | null = null;

  async function open(progress: Progress): Promise<MediaInput> {
    const input = await openSource(deps, source, pace, signal);
    const nowMs = clock.monotonicMs();
    Object.assign(progress, { input, sinceMs: nowMs, lastPacketMs: nowMs });
    segmenter.begin(input);
    const timeOf = (ptsTicks: number) => progress.anchor?.timeOf(ptsTicks) ?? lineNow();
    feed = options.feed === null ? null : createFeed(deps, input, { ...options.feed, timeOf });
    return input;
  }

  /** Resolves when the watch has looked at the packet, where it is waited for. */
  function take(packet: Packet, input: MediaInput, progress: Progress): Promise<void> | null {
    const nowMs = clock.monotonicMs();
    progress.lastPacketMs = nowMs;
    segmenter.push(packet, clock.now(), nowMs);
    progress.anchor = segmenter.anchor;
    progress.packets += 1;
    if (progress.packets === 1) options.onRecording(input);
    return feed?.push(packet) ?? null;
  }

  async function readAll(progress: Progress): Promise<void> {
    const input = await open(progress);
    const next = () => (signal.aborted ? Promise.resolve(null) : input.read());
    for (let packet = await next(); packet !== null; packet = await next()) {
      const looking = take(packet, input, progress);
      if (pace === 'real') continue;
      await looking;
      await writer.drained();
    }
  }

  /** Why the reading ended, where it did not come to the end of the source. */
  async function failureOf(progress: Progress): Promise<VedetteError | null> {
    try {
      await readAll(progress);
      return progress.hangs ? new VedetteError('source-timeout') : null;
    } catch (cause) {
      return progress.hangs ? new VedetteError('source-timeout', undefined, { cause }) : known(cause);
    }
  }

  /** What is not one of ours is a fault of the program: the log gets all of it, the person a sentence. */
  function known(cause: unknown): VedetteError {
    if (cause instanceof VedetteError) return cause;
    if (!signal.aborted) log.error('Recording a camera failed in an unforeseen way', { error: cause });
    return new VedetteError('internal-error', undefined, { cause });
  }

  async function tidyUp({ input, packets }: Progress): Promise<void> {
    const endAt = lineNow();
    segmenter.end();
    writer.endRecording();
    await quietly(async () => feed?.end());
    feed = null;
    options.onDamaged(input?.damaged ?? 0);
    if (packets > 0) await quietly(async () => options.feed?.watch.end(endAt));
    await quietly(async () => input?.close());
  }

  async function quietly(work: () => Promise<void> | undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn('What a source left behind could not be tidied up', { error });
    }
  }

  return {
    async readOnce() {
      const sinceMs = clock.monotonicMs();
      const progress: Progress = {
        ...{ input: null, anchor: null, packets: 0, sinceMs, lastPacketMs: null, hangs: false },
      };
      reading = progress;
      const error = await failureOf(progress);
      reading = null;
      await tidyUp(progress);
      return { error, packets: progress.packets, lastedMs: clock.monotonicMs() - progress.sinceMs };
    },
    // In a replay, which waits for the decoder, memory is no concern.
    isInUse: (data) => pace === 'max' || feed?.holds(data) === true,
    tick() {
      if (reading === null || reading.lastPacketMs === null || source.kind === 'file') return;
      if (reading.hangs || clock.monotonicMs() - reading.lastPacketMs < watchdogMs) return;
      reading.hangs = true;
      reading.input?.close().catch(() => {});
    },
    interrupt() {
      reading?.input?.close().catch(() => {});
    },
  };
}
