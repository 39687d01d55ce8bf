// The source of one camera, read: what it gives goes to the segmenter and to the feed, until it ends or fails.

import type { EpochMs } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { Log } from '../../core/ports/log.ts';
import type { MediaInput, Packet } from '../../core/ports/media.ts';
import type { CameraSource } from '../../core/site/camera.ts';
import { createFeed, type Feed, type FeedOptions } from '../watch/feed.ts';
import type { Anchor } from '../write/anchor.ts';
import type { FootageWriter } from '../write/footage-writer.ts';
import type { Segmenter } from '../write/segmenter.ts';
import { openSource, type SourceDeps, silentMsOf } from './sources.ts';
import { type WatchedInput, watchInput } from './watched-input.ts';

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
  watched: WatchedInput | null;
  anchor: Anchor | null;
  packets: number;
  sinceMs: number;
}

export function createSourceReader(deps: SourceDeps & { log: Log }, options: ReaderOptions): SourceReader {
  const { clock, log } = deps;
  const { source, pace, segmenter, writer, signal, lineNow } = options;
  let feed: Feed | null = null;
  let reading: Progress | null = null;

  async function open(progress: Progress): Promise<WatchedInput> {
    const input = await openSource(deps, source, pace, signal);
    const watched = watchInput(clock, input, silentMsOf(source));
    progress.watched = watched;
    progress.sinceMs = clock.monotonicMs();
    segmenter.begin(input);
    const timeOf = (ptsTicks: number) => progress.anchor?.timeOf(ptsTicks) ?? lineNow();
    feed = options.feed === null ? null : createFeed(deps, input, { ...options.feed, timeOf });
    return watched;
  }

  /** Resolves when the watch has looked at the packet, where it is waited for. */
  function take(packet: Packet, input: MediaInput, progress: Progress): Promise<void> | null {
    segmenter.push(packet, clock.now(), clock.monotonicMs());
    progress.anchor = segmenter.anchor;
    progress.packets += 1;
    if (progress.packets === 1) options.onRecording(input);
    return feed?.push(packet) ?? null;
  }

  async function readAll(progress: Progress): Promise<void> {
    const { input, read } = await open(progress);
    const next = () => (signal.aborted ? Promise.resolve(null) : read());
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
      return null;
    } catch (cause) {
      return known(cause);
    }
  }

  /** What is not one of ours is a fault of the program: the log gets all of it, the person a sentence. */
  function known(cause: unknown): VedetteError {
    if (cause instanceof VedetteError) return cause;
    if (!signal.aborted) log.error('Recording a camera failed in an unforeseen way', { error: cause });
    return new VedetteError('internal-error', undefined, { cause });
  }

  async function tidyUp({ watched, packets }: Progress): Promise<void> {
    const endAt = lineNow();
    segmenter.end();
    writer.endRecording();
    await quietly(async () => feed?.end());
    feed = null;
    options.onDamaged(watched?.input.damaged ?? 0);
    if (packets > 0) await quietly(async () => options.feed?.watch.end(endAt));
    await quietly(async () => watched?.close());
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
      const progress: Progress = { watched: null, anchor: null, packets: 0, sinceMs };
      reading = progress;
      const error = await failureOf(progress);
      reading = null;
      await tidyUp(progress);
      return { error, packets: progress.packets, lastedMs: clock.monotonicMs() - progress.sinceMs };
    },
    // In a replay, which waits for the decoder, memory is no concern.
    isInUse: (data) => pace === 'max' || feed?.holds(data) === true,
    tick: () => reading?.watched?.tick(),
    interrupt: () => reading?.watched?.interrupt(),
  };
}
