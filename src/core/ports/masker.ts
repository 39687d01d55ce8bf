// The masker: covers what lies behind privacy masks in video and pictures that are stored, whatever library does it.

import type { Point } from '../detection/polygon.ts';
import type { InitSegment } from '../footage/recording.ts';
import type { Packet } from './media.ts';

export interface MaskedVideoOptions {
  /** Of the packets that are going to be masked. */
  readonly init: InitSegment;
  /** Polygons in fractions of the picture, at least one. */
  readonly areas: readonly (readonly Point[])[];
  /** About how much the result may take: what the original takes is enough. */
  readonly bitsPerSecond: number;
  readonly framesPerSecond: number;
  /** Is written into the header of the result, where players and forensic tools show it. */
  readonly comment: string;
}

/** Video on its way through the masker: coded packets in, H.264 without B-frames out. */
export interface MaskedVideo {
  /** Header of the result; null until the first picture came out. Its timescale may be another one. */
  readonly init: InitSegment | null;
  /**
   * Packets that became ready, in order, on the time line of those that go in (ticks of `init`). A key frame comes out as
   * a key frame. What cannot be decoded is left out; nothing comes out uncovered.
   * Errors: `encoder-missing` (at the first picture), `footage-damaged` (the size of the picture changed).
   */
  mask(packet: Packet): Promise<readonly Packet[]>;
  /** What is still held, before a gap and at the end; what follows must begin with a key frame. */
  drain(): Promise<readonly Packet[]>;
  /** Idempotent. */
  close(): void;
}

export interface Masker {
  /** Errors: `encoder-missing`, `source-not-video` (the header is not one of a video that can be decoded). */
  video(options: MaskedVideoOptions): Promise<MaskedVideo>;
  /** The JPEG of the same size with `areas` covered. Errors: `footage-damaged` (it is no JPEG that can be read). */
  jpeg(bytes: Uint8Array, areas: readonly (readonly Point[])[]): Promise<Uint8Array<ArrayBuffer>>;
}
