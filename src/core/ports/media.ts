// Media: reading, decoding and encoding video, whatever library does it.

import type { Point } from '../detection/polygon.ts';
import type { InitSegment } from '../footage/recording.ts';
import type { Secret } from '../secret.ts';
import type { RgbPicture } from './detector.ts';

/** One coded picture. NAL units are length-prefixed (ISO/IEC 14496-15), as an MP4 sample has them. */
export interface Packet {
  /** The receiver's: whoever made it keeps no reference, so that its memory can be given back once it was used. */
  readonly data: Uint8Array;
  /** Presentation and decode time in ticks of the init segment's timescale. */
  readonly ptsTicks: number;
  readonly dtsTicks: number;
  /** 0 where the source does not say. */
  readonly durationTicks: number;
  readonly keyFrame: boolean;
}

export type MediaLocation =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'rtsp';
      readonly url: string;
      readonly username: string | null;
      readonly password: Secret | null;
      /** Connecting, and any silence while reading, may take this long. */
      readonly timeoutMs: number;
    };

/** An open source of one video stream (other streams are dropped). */
export interface MediaInput {
  readonly init: InitSegment;
  /** As the container says; 0 where it does not. */
  readonly framesPerSecond: number;
  /**
   * Packets left out so far, because they were damaged or cannot be decoded without one that was. Absent where it
   * is not counted.
   */
  readonly damaged?: number;
  /** The next packet in decode order, or null at the end. Errors: `source-timeout`, `source-corrupt`, … */
  read(): Promise<Packet | null>;
  /** A decoder for this input's packets. */
  decoder(options: DecoderOptions): Promise<VideoDecoder>;
  /** Interrupts a read under way, frees everything. Idempotent. */
  close(): Promise<void>;
}

export interface DecoderOptions {
  /** Decode only key frames: the others cost nothing. */
  readonly keyFramesOnly: boolean;
  /**
   * Leave out the pictures that no other one is made from, where the stream has such: fewer pictures, less cost.
   * Default: all are decoded.
   */
  readonly sparing?: boolean;
}

export interface VideoDecoder {
  /** Packets so far that yielded no picture because they were damaged, or one in which parts are made up. */
  readonly damaged: number;
  /** Pictures that became ready; each must be released. A damaged packet yields none, or one with made-up parts. */
  decode(packet: Packet): Promise<readonly Picture[]>;
  /** What the decoder still holds at the end of the stream. */
  drain(): Promise<readonly Picture[]>;
  close(): void;
}

export type Luma = Uint8Array | Uint16Array;

/** A decoded picture. Valid until `release()`. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly ptsTicks: number;
  /**
   * Luma scaled to `width` × `height` into `target`, without row padding: grey levels, or 256th parts of them where
   * `target` has 16 bits a pixel, so that the mean of many pixels loses nothing.
   */
  luma(width: number, height: number, target: Luma): void;
  /**
   * Paints areas (polygons in fractions of the picture) grey, for whatever is made of it from here on; the pictures that
   * the decoder makes of it later stay as they are. Errors: `internal-error` where the format is not known.
   */
  cover(areas: readonly (readonly Point[])[]): void;
  /** RGB scaled to `width` × `height`; the aspect ratio is not kept. */
  rgb(width: number, height: number): Promise<RgbPicture>;
  /** JPEG at most `maxWidth` wide. */
  jpeg(maxWidth: number): Promise<Uint8Array>;
  release(): void;
}

/** Planar 4:2:0 picture to be encoded; rows without padding. */
export interface YuvPicture {
  readonly width: number;
  readonly height: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

export interface EncoderOptions {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly framesPerKeyFrame: number;
  readonly bitsPerSecond: number;
}

export interface VideoEncoder {
  readonly init: InitSegment;
  encode(picture: YuvPicture): Promise<readonly Packet[]>;
  /** A decoder for the packets of this encoder. */
  decoder(options: DecoderOptions): Promise<VideoDecoder>;
  close(): void;
}

export interface Media {
  /**
   * Opens a source. Errors: `source-unreachable`, `source-failed`, `source-timeout`, `source-credentials`,
   * `source-not-found`, `source-not-video`, `source-corrupt`.
   */
  open(location: MediaLocation, signal: AbortSignal): Promise<MediaInput>;
  /** An H.264 encoder without B-frames. */
  encoder(options: EncoderOptions): Promise<VideoEncoder>;
}
