// An open file: one packet after the other, whatever form it has them in.

import { AV_PKT_FLAG_CORRUPT, AVERROR_EOF } from 'node-av/constants';
import { type FormatContext, Packet as NativePacket } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import type { MediaInput, Packet } from '../../core/ports/media.ts';
import type { Address } from './address.ts';
import { videoDecoder } from './decoder.ts';
import { mediaError } from './errors.ts';
import { initSegment } from './init-segment.ts';
import type { LookAhead } from './look-ahead.ts';
import { annexBUnits, lengthPrefixed, sampleUnits, sequenceParameterSet } from './nal-units.ts';
import { lengthSize, type VideoStream } from './stream.ts';
import { timeLine } from './time-line.ts';
import { watchdog } from './watchdog.ts';

export interface OpenStream {
  readonly context: FormatContext;
  readonly source: Address;
  readonly stream: VideoStream;
  /** Index of the video among the container's streams. */
  readonly track: number;
  readonly framesPerSecond: number;
  readonly ahead: LookAhead;
}

/** Damaged packets in a row, each skipped, before the source is given up: 10 s at 25 pictures a second. */
const maxDamagedPackets = 250;

/** A file that ends with fewer of its pictures is cut off; edit lists may leave a few out of a whole one. */
const leastGivenShare = 0.95;

/** Takes over `open.context`, which is closed with the input. */
export async function mediaInput(open: OpenStream): Promise<MediaInput> {
  const init = await initSegment(open.stream);
  const toPacket = packetConverter(open, init.timescale);
  const next = nativeReader(open);
  let reading: Promise<Packet | null> = Promise.resolve(null);
  let closing: Promise<void> | null = null;

  async function readOne(): Promise<Packet | null> {
    for (;;) {
      const native = closing === null ? await next.read() : null;
      if (native === null || closing !== null) return null;
      const packet = toPacket.convert(native);
      native.unref();
      if (packet !== null) return packet;
    }
  }
  async function shutDown(): Promise<void> {
    open.context.interrupt();
    await reading.catch(() => null);
    next.stop();
    await open.context.closeInput();
  }
  return {
    init,
    framesPerSecond: open.framesPerSecond,
    get damaged() {
      return toPacket.damaged;
    },
    read() {
      if (closing !== null) return Promise.resolve(null);
      // One after the other: the library's context is not safe for two reads at once.
      reading = reading.catch(() => null).then(readOne);
      return reading;
    },
    decoder: (options) => videoDecoder(open.stream, init.timescale, options),
    close() {
      closing ??= shutDown();
      return closing;
    },
  };
}

/** Reads the library's packets of the video track, those read ahead first; null at the end or when closed. */
function nativeReader({ context, source, track, ahead }: OpenStream) {
  const packet = new NativePacket();
  packet.alloc();
  const dog = watchdog(source.timeoutMs, () => context.interrupt());
  const waiting = [...ahead.packets];
  // What the container's index promises; 0 where it has none.
  const promised = Number(context.streams[track]?.nbFrames ?? 0);
  let given = 0;
  return {
    async read(): Promise<NativePacket | null> {
      const first = waiting.shift();
      if (first !== undefined) {
        given += 1;
        return first;
      }
      for (;;) {
        dog.arm();
        const result = await context.readFrame(packet);
        dog.disarm();
        if (dog.hasBitten) {
          throw new VedetteError(
            'source-timeout',
            `${source.where}: the disk or network share of the file stopped answering.`,
          );
        }
        if (result === AVERROR_EOF) {
          if (given >= promised * leastGivenShare) return null;
          const fault =
            given === 0
              ? `the file is damaged, none of its ${promised} pictures can be read`
              : `the file is cut off, only ${given} of its ${promised} pictures are there`;
          throw new VedetteError('source-corrupt', `${source.where}: ${fault}.`);
        }
        if (result < 0) throw mediaError(result, 'reading', source.where);
        if (packet.streamIndex === track) {
          given += 1;
          return packet;
        }
        packet.unref();
      }
    },
    stop() {
      dog.stop();
      packet.free();
      for (const left of waiting) left.free();
    },
  };
}

/** Makes `Packet`s of the library's; null for one that is damaged, and for what depends on it. */
function packetConverter({ stream, ahead, source, framesPerSecond }: OpenStream, timescale: number) {
  const usualDuration = framesPerSecond === 0 ? 0 : Math.round(timescale / framesPerSecond);
  const times = timeLine(stream.timeBase, timescale, usualDuration);
  const prefixBytes = lengthSize(stream);
  const sameFormat = formatGuard(stream, source.where);
  /** In a row. */
  let damaged = 0;
  let leftOut = 0;

  function convert(native: NativePacket): Packet | null {
    const bytes = native.data;
    const whole = bytes !== null && (native.flags & AV_PKT_FLAG_CORRUPT) === 0;
    const units = !whole ? null : ahead.annexB ? annexBUnits(bytes) : sampleUnits(bytes, prefixBytes);
    const keyFrame = native.isKeyframe;
    if (units === null || units.length === 0) {
      damaged += 1;
    } else if (damaged > 0 && keyFrame) {
      damaged = 0;
    } else if (damaged > 0) {
      damaged += 1;
    }
    if (damaged > maxDamagedPackets) {
      throw new VedetteError('source-corrupt', `${source.where}: the video is damaged and cannot be read.`);
    }
    const packetTimes = times(native);
    if (damaged > 0 || units === null || bytes === null) {
      leftOut += 1;
      return null;
    }
    if (keyFrame) sameFormat(units);
    // Copied: the library's bytes are gone with the next read.
    const data = ahead.annexB ? lengthPrefixed(units) : new Uint8Array(bytes);
    return { data, ...packetTimes, keyFrame };
  }
  return {
    convert,
    get damaged() {
      return leftOut;
    },
  };
}

/** Notices when a camera was set to another picture size: what follows does not fit the init segment. */
function formatGuard(stream: VideoStream, where: string): (units: readonly Buffer[]) => void {
  let known: Buffer | null = null;
  return (units) => {
    const current = sequenceParameterSet(units, stream.codec);
    if (current === null) return;
    if (known !== null && !known.equals(current)) {
      throw new VedetteError('source-corrupt', `${where}: the picture format changed; opening it again.`);
    }
    known ??= Buffer.from(current);
  };
}
