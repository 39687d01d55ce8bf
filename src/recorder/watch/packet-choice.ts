// The packets of a stream that are decoded: of a large one the key frames, where they come often enough.

import type { DecoderOptions, MediaInput, Packet } from '../../core/ports/media.ts';

/** Pictures a second × pixels that are decoded in full; of more only the key frames (1080p25 would take a tenth of a core). */
export const maxDecodedPixelsPerSecond = 12_000_000;
/**
 * Key frames further apart than this are not enough: a moving object is looked at twice a second, and one that was
 * seen only once is forgotten after 6 s. Cameras with a "smart" codec send a key frame every 4 to 30 s.
 */
export const maxKeyFrameDistanceMs = 2_500;
/** Short groups in a row after which the key frames alone are trusted again: smart codecs change their mind. */
const shortGroupsToTrust = 10;
/** Packets held while it is open how long their group is: 2.5 s at 60 pictures a second. */
const maxHeldPackets = 150;
const assumedFramesPerSecond = 25;

const everything: DecoderOptions = { keyFramesOnly: false };
const keyFrames: DecoderOptions = { keyFramesOnly: true };
/**
 * All pictures of a large stream: 2 to 4 ms of CPU for one of 1080p, so 5 to 10 % of a core at 25 a second, and four
 * times that for 4K. That is the price of seeing anybody at all; a substream, or a key frame every second, saves it.
 */
const sparingly: DecoderOptions = { keyFramesOnly: false, sparing: true };

/** Packets to be decoded now, in decode order, by a decoder with `options`; another one than before begins at a key frame. */
export interface ChosenPackets {
  readonly packets: readonly Packet[];
  readonly options: DecoderOptions;
}

export interface PacketChoice {
  /** What is to be decoded now that `packet` came. */
  take(packet: Packet): ChosenPackets;
  /** Whether a packet with these bytes may still be chosen. */
  holds(data: Uint8Array): boolean;
  /** Whether every picture of a large stream has to be decoded. */
  readonly isCostly: boolean;
}

/**
 * Of a small stream every packet. Of a large one the key frames; the others of a group are held, and where the next
 * key frame is late, the group is decoded after all, from its beginning, and so are those after it.
 */
export function choosePackets({ init, framesPerSecond }: MediaInput): PacketChoice {
  const pixels = init.width * init.height * (framesPerSecond || assumedFramesPerSecond);
  if (pixels <= maxDecodedPixelsPerSecond) {
    const take = (packet: Packet) => ({ packets: [packet], options: everything });
    return { take, holds: () => false, isCostly: false };
  }
  const maxTicks = (maxKeyFrameDistanceMs * init.timescale) / 1000;
  /** The group under way from its key frame on, as long as only key frames are decoded. */
  let held: Packet[] = [];
  let groupStartTicks: number | null = null;
  let shortGroups = 0;
  let isCostly = false;

  function beginGroup(packet: Packet): ChosenPackets {
    const isShort = groupStartTicks !== null && packet.dtsTicks - groupStartTicks <= maxTicks;
    shortGroups = isShort ? shortGroups + 1 : 0;
    if (shortGroups >= shortGroupsToTrust) isCostly = false;
    groupStartTicks = packet.dtsTicks;
    held = isCostly ? [] : [packet];
    return { packets: [packet], options: isCostly ? sparingly : keyFrames };
  }

  return {
    get isCostly() {
      return isCostly;
    },
    holds: (data) => held.some((packet) => packet.data === data),
    take(packet) {
      if (packet.keyFrame) return beginGroup(packet);
      if (isCostly) return { packets: [packet], options: sparingly };
      if (groupStartTicks === null) return { packets: [], options: keyFrames };
      held.push(packet);
      const isLong = packet.dtsTicks - groupStartTicks > maxTicks || held.length >= maxHeldPackets;
      if (!isLong) return { packets: [], options: keyFrames };
      isCostly = true;
      shortGroups = 0;
      const packets = held;
      held = [];
      return { packets, options: sparingly };
    },
  };
}
