// The masker by FFmpeg in process.

import { AV_CODEC_ID_MJPEG, AV_LOG_QUIET } from 'node-av/constants';
import { Codec, CodecContext, Frame, Log as LibraryLog, Packet as NativePacket } from 'node-av/lib';
import type { Point } from '../../core/detection/polygon.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Masker } from '../../core/ports/masker.ts';
import { coverFrame } from './cover.ts';
import { encodeJpeg } from './jpeg.ts';
import { maskedVideo } from './masked-video.ts';
import { scaler } from './scaler.ts';

export function avMasker(deps: { log: Log }): Masker {
  LibraryLog.setLevel(AV_LOG_QUIET);
  return { video: (options) => maskedVideo(deps, options), jpeg: maskedJpeg };
}

async function maskedJpeg(
  bytes: Uint8Array,
  areas: readonly (readonly Point[])[],
): Promise<Uint8Array<ArrayBuffer>> {
  const frame = new Frame();
  frame.alloc();
  const scale = scaler();
  try {
    await decodeJpeg(bytes, frame);
    coverFrame(frame, areas);
    return new Uint8Array(await encodeJpeg(frame, frame.width, scale));
  } finally {
    frame.free();
    scale.free();
  }
}

async function decodeJpeg(bytes: Uint8Array, frame: Frame): Promise<void> {
  const codec = Codec.findDecoder(AV_CODEC_ID_MJPEG);
  if (codec === null) throw new VedetteError('encoder-missing', 'This installation cannot read pictures.');
  const context = new CodecContext();
  const packet = new NativePacket();
  packet.alloc();
  try {
    context.allocContext3(codec);
    context.threadCount = 1;
    const opened = await context.open2(codec, null);
    packet.data = Buffer.from(bytes);
    const results = [opened, await context.sendPacket(packet), await context.receiveFrame(frame)];
    if (results.some((result) => result < 0)) {
      throw new VedetteError(
        'footage-damaged',
        'The picture cannot be read, so its masks cannot be covered.',
      );
    }
  } finally {
    packet.free();
    context.freeContext();
  }
}
