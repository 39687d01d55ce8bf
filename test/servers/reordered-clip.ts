// Clips with B-frames, in H.264 or H.265, as our own encoder never makes them but cameras and phones do.

import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_YUV420P,
  FF_ENCODER_LIBX264,
  FF_ENCODER_LIBX265,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FormatContext, Frame, Packet, Rational } from 'node-av/lib';
import { drawSquare, emptyPicture } from './clip.ts';

const encoders = { h264: FF_ENCODER_LIBX264, h265: FF_ENCODER_LIBX265 } as const;
const [width, height, framesPerSecond] = [320, 192, 10];

/** Writes `frames` pictures, two B-frames between others; the container follows from the file's name. */
export async function writeReorderedClip(path: string, codec: 'h264' | 'h265', frames = 30): Promise<void> {
  const encoder = await openEncoder(codec);
  const output = new FormatContext();
  must(output.allocOutputContext2(null, null, path));
  const track = output.newStream(null);
  must(track.codecpar.fromContext(encoder));
  track.timeBase = new Rational(1, 90_000);
  must(await output.openOutput());
  must(await output.writeHeader(null));
  const packet = new Packet();
  packet.alloc();
  const writeReady = async () => {
    while ((await encoder.receivePacket(packet)) >= 0) {
      packet.streamIndex = 0;
      packet.rescaleTs({ num: 1, den: framesPerSecond }, track.timeBase);
      must(await output.interleavedWriteFrame(packet));
    }
  };
  const picture = emptyPicture(width, height);
  for (let index = 0; index < frames; index += 1) {
    drawSquare(index, picture);
    const frame = Frame.fromVideoBuffer(Buffer.concat([picture.y, picture.u, picture.v]), {
      width,
      height,
      format: AV_PIX_FMT_YUV420P,
      pts: BigInt(index),
    });
    must(await encoder.sendFrame(frame));
    frame.free();
    await writeReady();
  }
  await encoder.sendFrame(null);
  await writeReady();
  must(await output.writeTrailer());
  await output.closeOutput();
  output.freeContext();
  packet.free();
  encoder.freeContext();
}

async function openEncoder(codec: 'h264' | 'h265'): Promise<CodecContext> {
  const found = Codec.findEncoderByName(encoders[codec]);
  if (found === null) throw new Error(`This build cannot encode ${codec}.`);
  const context = new CodecContext();
  context.allocContext3(found);
  context.width = width;
  context.height = height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, framesPerSecond);
  context.framerate = new Rational(framesPerSecond, 1);
  context.gopSize = framesPerSecond;
  context.maxBFrames = 2;
  context.threadCount = 1;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const quiet =
    codec === 'h265' ? { 'x265-params': 'log-level=none:pools=none:frame-threads=1:b-adapt=0' } : {};
  must(await context.open2(found, Dictionary.fromObject({ preset: 'fast', b_strategy: '0', ...quiet })));
  return context;
}

function must(code: number): void {
  if (code < 0) throw new Error(`The clip could not be written (${code}).`);
}
