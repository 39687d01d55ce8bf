// The feed: decodes packets for the watch, beside the recording and never in its way.

import type { EpochMs } from '../../core/brand.ts';
import { complaint } from '../../core/complaint.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { DecoderOptions, MediaInput, Packet, Picture, VideoDecoder } from '../../core/ports/media.ts';
import { type Area, coveredPicture } from './covered-picture.ts';
import type { NewestPicture } from './newest-picture.ts';
import { type ChosenPackets, choosePackets } from './packet-choice.ts';
import type { CameraWatch } from './watch.ts';

/** Packets that wait for the decoder: 4 s at 25 pictures a second. Beyond it the feed goes on at a key frame. */
const maxWaitingPackets = 100;
/** Failures in a row after which a decoder is given up for a new one. */
const maxFailures = 25;
/**
 * Packets in a row without a whole picture after which nothing is detected any more. A decoder may hold back 16
 * (ISO/IEC 14496-10, A.3.1); one of key frames holds back none, and may get one in several seconds only.
 */
const maxWithoutPicture = { everything: 25, keyFrames: 5 } as const;
/** A decoder that cannot be opened is tried again after this. */
const reopenAfterMs = 10_000;

export interface FeedOptions {
  readonly pace: Pace;
  readonly watch: CameraWatch;
  readonly newestPicture: NewestPicture;
  /** Areas that nobody may look at. */
  readonly masks: () => readonly Area[];
  /** Time of a picture on the camera's time line. */
  readonly timeOf: (ptsTicks: number) => EpochMs;
  readonly onDecoded: (pictures: number) => void;
  /** Packets that were damaged: they yielded no picture, or one with made-up parts. */
  readonly onDamaged: (packets: number) => void;
  /** Whether pictures can be decoded; told when it is known and when it changes. */
  readonly onHealth: (healthy: boolean) => void;
}

export interface Feed {
  /**
   * Takes a packet. At pace `max` it resolves when its pictures were looked at; at pace `real` it never waits. It
   * never throws: what goes wrong is logged, and the recording knows nothing of it.
   */
  push(packet: Packet): Promise<void> | null;
  /** Whether a packet with these bytes still waits for the decoder, or is being decoded. */
  holds(data: Uint8Array): boolean;
  /** Looks at what is left and ends. */
  end(): Promise<void>;
}

/** A packet, and how the decoder that takes it is to be opened. */
interface Item {
  readonly packet: Packet;
  readonly options: DecoderOptions;
}

export function createFeed(
  { clock, log }: { clock: Clock; log: Log },
  input: MediaInput,
  options: FeedOptions,
): Feed {
  const { watch, pace } = options;
  const unkept = complaint({ clock, log }, { says: 'The newest picture could not be kept', level: 'warn' });
  const choice = choosePackets(input);
  const waiting: Item[] = [];
  let decoder: VideoDecoder | null = null;
  let openedWith: DecoderOptions | null = null;
  let openedAtMs = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let withoutPicture = 0;
  let isHealthy: boolean | null = null;
  let decoding: Packet | null = null;
  let needsKeyFrame = true;
  let overflows = 0;
  let working: Promise<void> | null = null;
  let ended = false;
  let isCostNoted = false;

  async function openDecoder(wanted: DecoderOptions): Promise<VideoDecoder | null> {
    if (wanted !== openedWith) {
      await drain();
      openedWith = wanted;
      openedAtMs = Number.NEGATIVE_INFINITY;
      needsKeyFrame = true;
    }
    if (decoder !== null || clock.monotonicMs() - openedAtMs < reopenAfterMs) return decoder;
    openedAtMs = clock.monotonicMs();
    try {
      decoder = await input.decoder(wanted);
      failures = 0;
    } catch (error) {
      failed('The decoder could not be opened; recording goes on without detection', error);
      tellHealth(false);
    }
    return decoder;
  }

  function failed(message: string, error: unknown): void {
    failures += 1;
    if (failures === 1) log.warn(message, { error });
    if (failures < maxFailures) return;
    decoder?.close();
    decoder = null;
    tellHealth(false);
  }

  function tellHealth(healthy: boolean): void {
    if (healthy === isHealthy) return;
    if (isHealthy === false) log.info('Pictures can be decoded again');
    isHealthy = healthy;
    options.onHealth(healthy);
  }

  /** A packet was decoded into `pictures`, of which `damaged` are not whole. */
  function note(wanted: DecoderOptions, pictures: number, damaged: number): void {
    options.onDecoded(pictures);
    if (damaged > 0) options.onDamaged(damaged);
    if (pictures > 0 && damaged === 0) {
      withoutPicture = 0;
      tellHealth(true);
      return;
    }
    withoutPicture += 1;
    const limit = wanted.keyFramesOnly ? maxWithoutPicture.keyFrames : maxWithoutPicture.everything;
    if (withoutPicture !== limit) return;
    log.warn('The video cannot be decoded; recording goes on without detection', { packets: limit });
    tellHealth(false);
  }

  async function look(decoded: Picture): Promise<void> {
    const picture = coveredPicture(decoded, options.masks());
    const at = options.timeOf(picture.ptsTicks);
    try {
      if (pace === 'real' && (await options.newestPicture.show(picture))) unkept.well();
    } catch (error) {
      unkept.failed(error);
    }
    if (!watch.wants(at)) return picture.release();
    const looked = watch.offer(picture, at);
    // In real time the watch drops what it has no time for; waiting here would let the decoder fall behind.
    if (pace === 'max') await looked;
    else looked.catch((error: unknown) => log.warn('A picture could not be looked at', { error }));
  }

  async function lookAtAll(pictures: readonly Picture[]): Promise<void> {
    for (const picture of pictures) await look(picture);
  }

  async function decode({ packet, options: wanted }: Item): Promise<void> {
    decoding = packet;
    try {
      if (needsKeyFrame && !packet.keyFrame) return;
      const overflowsBefore = overflows;
      const opened = await openDecoder(wanted);
      if (opened === null || (needsKeyFrame && !packet.keyFrame)) {
        needsKeyFrame = true;
        return;
      }
      // What overflowed meanwhile left a hole behind this packet: the next one has to be a key frame all the same.
      needsKeyFrame = overflows !== overflowsBefore;
      const damagedBefore = opened.damaged;
      const pictures = await opened.decode(packet);
      note(wanted, pictures.length, opened.damaged - damagedBefore);
      await lookAtAll(pictures);
      failures = 0;
    } catch (error) {
      failed('A picture could not be decoded', error);
    } finally {
      decoding = null;
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

  /** Looks at what the decoder still holds, and closes it. */
  async function drain(): Promise<void> {
    if (decoder === null) return;
    try {
      const damagedBefore = decoder.damaged;
      const pictures = await decoder.drain();
      options.onDecoded(pictures.length);
      const damaged = decoder.damaged - damagedBefore;
      if (damaged > 0) options.onDamaged(damaged);
      await lookAtAll(pictures);
    } catch (error) {
      log.debug('The last pictures could not be decoded', { error });
    }
    decoder.close();
    decoder = null;
  }

  /** Asks, once, for a camera that costs less. */
  function noteCost(): void {
    if (isCostNoted || !choice.isCostly) return;
    isCostNoted = true;
    const { width, height } = input.init;
    log.warn(
      'Key frames are too far apart for detection, so every picture of a large stream is decoded; ' +
        'a substream or a key frame every second would cost less',
      { width, height },
    );
  }

  async function decodeAll({ packets, options: wanted }: ChosenPackets): Promise<void> {
    for (const packet of packets) await decode({ packet, options: wanted });
  }

  function enqueue(item: Item): void {
    if (waiting.length >= maxWaitingPackets) {
      waiting.length = 0;
      needsKeyFrame = true;
      overflows += 1;
    }
    if (needsKeyFrame && waiting.length === 0 && !item.packet.keyFrame) return;
    waiting.push(item);
    keepWorking();
  }

  return {
    push(packet) {
      if (ended) return null;
      const chosen = choice.take(packet);
      noteCost();
      if (pace === 'max') return decodeAll(chosen);
      for (const one of chosen.packets) enqueue({ packet: one, options: chosen.options });
      return null;
    },
    holds: (data) =>
      decoding?.data === data || choice.holds(data) || waiting.some(({ packet }) => packet.data === data),
    async end() {
      ended = true;
      // What still waits is old by now; only a replay wants all of it.
      if (pace === 'real') waiting.length = 0;
      while (working !== null) await working;
      await drain();
    },
  };
}
