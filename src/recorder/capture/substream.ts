// The substream of a camera: a smaller stream for detection, with troubles of its own.

import { backoffMs } from '../../core/backoff.ts';
import type { EpochMs } from '../../core/brand.ts';
import { type ErrorCode, errorCode } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { MediaInput } from '../../core/ports/media.ts';
import type { CameraSource } from '../../core/site/camera.ts';
import { createFeed, type FeedOptions } from '../watch/feed.ts';
import { type Anchor, anchorStream } from '../write/anchor.ts';
import { healthyAfterMs, reconnectAfter } from './reconnect.ts';
import { openSubstream, type SourceDeps, silentMsOf } from './sources.ts';
import { type WatchedInput, watchInput } from './watched-input.ts';

export interface SubstreamOptions {
  readonly source: CameraSource & { readonly kind: 'rtsp' };
  readonly feed: Omit<FeedOptions, 'timeOf'>;
  /** Where the camera's time line is now: pictures of the substream are placed on it. */
  readonly lineAt: () => EpochMs;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

export interface Substream {
  readonly ended: Promise<void>;
  /** Called about every second: looks whether the source hangs. */
  tick(): void;
}

/** Feeds the watch from the substream until `signal` aborts; opens it again as often as needed. */
export function watchSubstream(deps: SourceDeps & { log: Log }, options: SubstreamOptions): Substream {
  const { clock } = deps;
  const log = deps.log.with({ stream: 'substream' });
  const { signal } = options;
  let reading: WatchedInput | null = null;

  async function run(): Promise<void> {
    for (let failures = 1; !signal.aborted; failures += 1) {
      const sinceMs = clock.monotonicMs();
      let code: ErrorCode = 'source-ended';
      try {
        await feedOnce();
      } catch (error) {
        code = errorCode(error);
      }
      if (signal.aborted) return;
      options.feed.onHealth(false);
      log.warn('The substream failed; recording goes on, detection waits', { code, failures });
      if (clock.monotonicMs() - sinceMs >= healthyAfterMs) failures = 1;
      await clock.sleep(backoffMs(reconnectAfter(code), failures, options.random), signal).catch(() => {});
    }
  }

  async function feedOnce(): Promise<void> {
    const input = await openSubstream(deps, options.source, signal);
    const watched = watchInput(clock, input, silentMsOf(options.source));
    const anchor = anchorOf(input);
    const feed = createFeed(deps, input, { ...options.feed, timeOf: anchor.timeOf });
    signal.addEventListener('abort', watched.interrupt, { once: true });
    // It may have aborted between the opening and here.
    if (signal.aborted) watched.interrupt();
    reading = watched;
    try {
      for (let packet = await watched.read(); packet !== null; packet = await watched.read()) {
        anchor.place(packet, options.lineAt(), clock.monotonicMs());
        void feed.push(packet);
      }
    } finally {
      reading = null;
      signal.removeEventListener('abort', watched.interrupt);
      await feed.end();
      await options.feed.watch.end(options.lineAt());
      await watched.close();
    }
  }

  return {
    ended: run().catch((error: unknown) => log.error('The substream failed for good', { error })),
    tick: () => reading?.tick(),
  };
}

function anchorOf({ init, framesPerSecond }: MediaInput): Anchor {
  return anchorStream({ timescale: init.timescale, framesPerSecond, pace: 'real', notBeforeTicks: 0 });
}
