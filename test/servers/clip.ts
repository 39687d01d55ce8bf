// Clips for tests: drawn and encoded when they are needed, so that no video lies in the repository.

import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { CodecParameters, Dictionary, FormatContext, Packet as NativePacket, Rational } from 'node-av/lib';
import { avMedia } from '../../src/adapters/av/media.ts';
import { codecId } from '../../src/adapters/av/stream.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import type { YuvPicture } from '../../src/core/ports/media.ts';

export interface ClipOptions {
  readonly width?: number;
  readonly height?: number;
  readonly framesPerSecond?: number;
  readonly seconds?: number;
  readonly framesPerKeyFrame?: number;
  readonly bitsPerSecond?: number;
  /** What picture number `index` shows; by default a bright square that moves over a gradient. */
  readonly draw?: (index: number, picture: YuvPicture) => void;
}

/** Writes an H.264 clip; the container follows from the file's name (`.mp4`, `.ts`, `.mkv`). */
export async function writeClip(path: string, options: ClipOptions = {}): Promise<void> {
  const { width = 320, height = 180, framesPerSecond = 10, seconds = 3 } = options;
  const encoder = await avMedia({ log: silentLog }).encoder({
    width,
    height,
    framesPerSecond,
    framesPerKeyFrame: options.framesPerKeyFrame ?? framesPerSecond,
    bitsPerSecond: options.bitsPerSecond ?? 300_000,
  });
  const picture = emptyPicture(width, height);
  const output = await openOutput(path, encoder.init.bytes, width, height);
  for (let index = 0; index < seconds * framesPerSecond; index += 1) {
    (options.draw ?? drawSquare)(index, picture);
    for (const packet of await encoder.encode(picture)) {
      await output.write(packet, encoder.init.timescale);
    }
  }
  await output.close();
  encoder.close();
}

export function emptyPicture(width: number, height: number): YuvPicture {
  const chroma = (width / 2) * (height / 2);
  return {
    width,
    height,
    y: new Uint8Array(width * height),
    u: new Uint8Array(chroma).fill(128),
    v: new Uint8Array(chroma).fill(128),
  };
}

/** A square an eighth of the picture wide that takes a step to the right with every picture. */
export function drawSquare(index: number, { width, height, y }: YuvPicture): void {
  const side = Math.floor(height / 4);
  const left = (index * 4) % (width - side);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const inside = column >= left && column < left + side && row >= side && row < side * 2;
      y[row * width + column] = inside ? 220 : 40 + ((row + column) % 64);
    }
  }
}

async function openOutput(path: string, init: Uint8Array, width: number, height: number) {
  const context = new FormatContext();
  must(context.allocOutputContext2(null, null, path));
  const track = context.newStream(null);
  const parameters = new CodecParameters();
  parameters.alloc();
  parameters.codecType = AVMEDIA_TYPE_VIDEO;
  parameters.codecId = codecId('h264');
  parameters.extradata = avcRecord(Buffer.from(init));
  parameters.width = width;
  parameters.height = height;
  must(parameters.copy(track.codecpar));
  parameters.free();
  track.timeBase = new Rational(1, 90_000);
  must(await context.openOutput());
  // The index first, so that a reader that cannot seek understands the file.
  must(await context.writeHeader(Dictionary.fromObject({ movflags: 'faststart' })));
  const native = new NativePacket();
  native.alloc();
  return {
    async write(
      packet: {
        data: Uint8Array;
        ptsTicks: number;
        dtsTicks: number;
        durationTicks: number;
        keyFrame: boolean;
      },
      timescale: number,
    ) {
      native.data = Buffer.from(packet.data);
      native.streamIndex = 0;
      native.pts = BigInt(packet.ptsTicks);
      native.dts = BigInt(packet.dtsTicks);
      native.duration = BigInt(packet.durationTicks);
      native.isKeyframe = packet.keyFrame;
      native.rescaleTs({ num: 1, den: timescale }, track.timeBase);
      must(await context.interleavedWriteFrame(native));
      native.unref();
    },
    async close() {
      must(await context.writeTrailer());
      await context.closeOutput();
      context.freeContext();
      native.free();
    },
  };
}

/** The decoder configuration record in an init segment: the body of its avcC box. */
function avcRecord(init: Buffer): Buffer {
  const type = init.indexOf('avcC', 0, 'latin1');
  return init.subarray(type + 4, type - 4 + init.readUInt32BE(type - 4));
}

function must(code: number): void {
  if (code < 0) throw new Error(`The clip could not be written (${code}).`);
}
