// The feed: decodes packets for the watch, beside the recording and never in its way.

import type { EpochMs } from '../core/brand.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { DecoderOptions, MediaInput, Packet, Picture, VideoDecoder } from '../core/ports/media.ts';
import type { Pace } from './anchor.ts';
import type { NewestPicture } from './newest-picture.ts';
import type { CameraWatch } from './watch/watch.ts';

/** Pictures a second × pixels that are decoded in full; of more only the key frames (1080p25 would take a tenth of a core). */
export const maxDecodedPixelsPerSecond = 12_000_000;
/** Packets that wait for the decoder: 4 s at 25 pictures a second. Beyond it the feed goes on at a key frame. */
const maxWaitingPackets = 100;
/** Failures in a row after which a decoder is given up for a new one. */
const maxFailures = 25;
/** A decoder that cannot be opened is tried again after this. */
const reopenAfterMs = 10_000;
const assumedFramesPerSecond = 25;

export interface FeedOptions {
  readonly pace: Pace;
  readonly watch: CameraWatch;
  readonly newestPicture: NewestPicture;
  /** Time of a picture on the camera's time line. */
  readonly timeOf: (ptsTicks: number) => EpochMs;
  readonly onDecoded: (pictures: number) => void;
  /** Whether pictures can be decoded. */
  readonly onHealth: (healthy: boolean) => void;
}

export interface Feed {
  /**
   * Takes a packet. At pace `max` it resolves when its pictures were looked at; at pace `real` it never waits. It
   * never throws: what goes wrong is logged, and the recording knows nothing of it.
   */
  push(packet: Packet): Promise<void> | null;
  /** Looks at what is left and ends. */
  end(): Promise<void>;
}

/** Whether an input of this size is cheap enough to decode in full. */
export function decoderOptionsFor({ init, framesPerSecond }: MediaInput): DecoderOptions {
  const pixels = init.width * init.height * (framesPerSecond || assumedFramesPerSecond);
  return { keyFramesOnly: pixels > maxDecodedPixelsPerSecond };
}

export function createFeed(
  { clock, log }: { clock: Clock; log: Log },
  input: MediaInput,
  options: FeedOptions,
): Feed {
  const { watch, pace } = options;
  const decoderOptions = decoderOptionsFor(input);
  const waiting: Packet[] = [];
  let decoder: VideoDecoder | null = null;
  let openedAtMs = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let needsKeyFrame = true;
  let working: Promise<void> | null = null;
  let ended = false;

  async function openDecoder(): Promise<VideoDecoder | null> {
    if (decoder !== null || clock.monotonicMs() - openedAtMs < reopenAfterMs) return decoder;
    openedAtMs = clock.monotonicMs();
    try {
      decoder = await input.decoder(decoderOptions);
      failures = 0;
      options.onHealth(true);
    } catch (error) {
      failed('The decoder could not be opened; recording goes on without detection', error);
      options.onHealth(false);
    }
    return decoder;
  }

  function failed(message: string, error: unknown): void {
    failures += 1;
    if (failures === 1) log.warn(message, { error });
    if (failures < maxFailures) return;
    decoder?.close();
    decoder = null;
    options.onHealth(false);
  }

  async function look(picture: Picture): Promise<void> {
    const at = options.timeOf(picture.ptsTicks);
    try {
      if (pace === 'real') await options.newestPicture.show(picture);
    } catch (error) {
      log.warn('The newest picture could not be kept', { error });
    }
    if (!watch.wants(at)) return picture.release();
    const looked = watch.offer(picture, at);
    // In real time the watch drops what it has no time for; waiting here would let the decoder fall behind.
    if (pace === 'max') await looked;
    else looked.catch((error: unknown) => log.warn('A picture could not be looked at', { error }));
  }

  async function lookAtAll(pictures: readonly Picture[]): Promise<void> {
    options.onDecoded(pictures.length);
    for (const picture of pictures) await look(picture);
  }

  async function decode(packet: Packet): Promise<void> {
    try {
      if (needsKeyFrame && !packet.keyFrame) return;
      const opened = await openDecoder();
      if (opened === null) {
        needsKeyFrame = true;
        return;
      }
      needsKeyFrame = false;
      await lookAtAll(await opened.decode(packet));
      failures = 0;
    } catch (error) {
      failed('A picture could not be decoded', error);
    }
  }

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await decode(next);
  }

  function keepWorking(): void {
    working ??= work().then(() => {
      working = null;
      if (waiting.length > 0) keepWorking();
    });
  }

  async function drain(): Promise<void> {
    while (working !== null) await working;
    if (decoder === null) return;
    try {
      await lookAtAll(await decoder.drain());
    } catch (error) {
      log.debug('The last pictures could not be decoded', { error });
    }
    decoder.close();
    decoder = null;
  }

  return {
    push(packet) {
      if (ended || (decoderOptions.keyFramesOnly && !packet.keyFrame)) return null;
      if (pace === 'max') return decode(packet);
      if (waiting.length >= maxWaitingPackets) {
        waiting.length = 0;
        needsKeyFrame = true;
      }
      if (needsKeyFrame && waiting.length === 0 && !packet.keyFrame) return null;
      waiting.push(packet);
      keepWorking();
      return null;
    },
    async end() {
      ended = true;
      // What still waits is old by now; only a replay wants all of it.
      if (pace === 'real') waiting.length = 0;
      await drain();
    },
  };
}
