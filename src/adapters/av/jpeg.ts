// JPEG: one picture as an image file.

import { AV_CODEC_FLAG_QSCALE, AV_PIX_FMT_YUVJ420P, FF_ENCODER_MJPEG, FF_QP2LAMBDA } from 'node-av/constants';
import { Codec, CodecContext, type Frame, Packet as NativePacket, Rational } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import { mustWork } from './errors.ts';
import type { Scaler } from './scaler.ts';

/** Quantiser 2 (best) to 31: 5 is about quality 80, 60 kB for 1280×720. */
const quantiser = 5;

/** Encodes `frame`, scaled down to at most `maxWidth` with its shape kept. */
export async function encodeJpeg(frame: Frame, maxWidth: number, scaler: Scaler): Promise<Uint8Array> {
  const factor = Math.min(1, maxWidth / frame.width);
  const size = { width: even(frame.width * factor), height: even(frame.height * factor) };
  const scaled = await scaler.scaled(frame, { ...size, format: AV_PIX_FMT_YUVJ420P });
  try {
    return await compress(scaled);
  } finally {
    scaled.free();
  }
}

async function compress(picture: Frame): Promise<Uint8Array> {
  const codec = Codec.findEncoderByName(FF_ENCODER_MJPEG);
  if (codec === null) throw new VedetteError('internal-error', 'This build cannot write JPEG.');
  const context = new CodecContext();
  const packet = new NativePacket();
  packet.alloc();
  try {
    context.allocContext3(codec);
    context.width = picture.width;
    context.height = picture.height;
    context.pixelFormat = AV_PIX_FMT_YUVJ420P;
    context.timeBase = new Rational(1, 25);
    context.threadCount = 1;
    context.setFlags(AV_CODEC_FLAG_QSCALE);
    context.globalQuality = quantiser * FF_QP2LAMBDA;
    mustWork(await context.open2(codec, null), 'JPEG');
    picture.quality = quantiser * FF_QP2LAMBDA;
    picture.pts = 0n;
    mustWork(await context.sendFrame(picture), 'JPEG');
    mustWork(await context.receivePacket(packet), 'JPEG');
    return new Uint8Array(packet.data ?? []);
  } finally {
    packet.free();
    context.freeContext();
  }
}

function even(value: number): number {
  return Math.max(2, 2 * Math.round(value / 2));
}
