// Stills: JPEG, PNG and WebP decoded by FFmpeg in process, on one thread beside the event loop.

import {
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_PNG,
  AV_CODEC_ID_WEBP,
  AV_FRAME_FLAG_CORRUPT,
  AV_LOG_QUIET,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  Frame,
  Log as LibraryLog,
  Packet as NativePacket,
} from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import { type ImageMediaType, maxPixels } from '../../core/image/pushed-image.ts';
import type { Picture } from '../../core/ports/media.ts';
import type { Stills } from '../../core/ports/stills.ts';
import { mustWork } from './errors.ts';
import { picture } from './picture.ts';
import { scaler } from './scaler.ts';

const codecs = {
  'image/jpeg': AV_CODEC_ID_MJPEG,
  'image/png': AV_CODEC_ID_PNG,
  'image/webp': AV_CODEC_ID_WEBP,
} as const satisfies Record<ImageMediaType, number>;

export function avStills(): Stills {
  LibraryLog.setLevel(AV_LOG_QUIET);
  return { decode };
}

/** Most halvings that the JPEG decoder knows: blocks of 8×8 become one pixel each. */
const maxHalvings = 3;

async function decode(image: Uint8Array, mediaType: ImageMediaType, halvings = 0): Promise<Picture> {
  const context = await openDecoder(
    mediaType,
    mediaType === 'image/jpeg' ? Math.min(halvings, maxHalvings) : 0,
  );
  const packet = new NativePacket();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  let isTaken = false;
  try {
    packet.data = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
    const sent = await context.sendPacket(packet);
    // A still is over with its packet: the end of it brings out what the decoder holds.
    if (sent >= 0) await context.sendPacket(null);
    const received = sent < 0 ? sent : await context.receiveFrame(frame);
    if (received < 0) throw refused();
    if (frame.decodeErrorFlags !== 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) !== 0) throw refused();
    const scale = scaler();
    isTaken = true;
    return picture(frame, 0, scale, () => scale.free());
  } finally {
    packet.free();
    if (!isTaken) frame.free();
    context.freeContext();
  }
}

async function openDecoder(mediaType: ImageMediaType, halvings: number): Promise<CodecContext> {
  const codec = Codec.findDecoder(codecs[mediaType]);
  if (codec === null) throw new VedetteError('internal-error', `This build cannot decode ${mediaType}.`);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.threadCount = 1;
  // "explode": what is damaged is an error, and not a picture with parts made up. The library holds to the pixels, too.
  const options = Dictionary.fromObject({
    ...{ err_detect: 'explode', max_pixels: String(maxPixels) },
    ...(halvings > 0 ? { lowres: String(halvings) } : {}),
  });
  const opened = await context.open2(codec, options);
  options.free();
  mustWork(opened, 'decoder');
  return context;
}

function refused(): VedetteError {
  return new VedetteError('image-refused', 'The image is damaged and cannot be decoded.');
}
