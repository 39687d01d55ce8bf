// Encoding H.264 without B-frames, one picture in, one packet out.

import { AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, AVCOL_SPC_SMPTE170M } from 'node-av/constants';
import { type Frame, Packet as NativePacket } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import type { EncoderOptions, Packet, VideoEncoder, YuvPicture } from '../../core/ports/media.ts';
import { videoDecoder } from './decoder.ts';
import { mustWork } from './errors.ts';
import { openH264 } from './h264-encoder.ts';
import { initSegment } from './init-segment.ts';
import { annexBUnits, lengthPrefixed } from './nal-units.ts';
import { emptyFrame } from './scaler.ts';
import { configurationRecord, type VideoStream } from './stream.ts';

/** Ticks a second: 90 kHz (as RTP and MPEG-TS have it) divides evenly by every usual rate. */
const timescale = 90_000;

/** Opens an encoder. Errors: `request-invalid` for a size that 4:2:0 cannot have. */
export async function videoEncoder(options: EncoderOptions): Promise<VideoEncoder> {
  if (options.width % 2 !== 0 || options.height % 2 !== 0) {
    throw new VedetteError('request-invalid', 'A picture to be encoded has an even width and height.');
  }
  const context = await openH264({
    ...options,
    format: AV_PIX_FMT_YUV420P,
    timescale,
    // Players take HD for BT.709 unless they are told.
    colour: { range: AVCOL_RANGE_MPEG, space: AVCOL_SPC_SMPTE170M },
    effort: 'least',
  });
  const stream: VideoStream = {
    codec: 'h264',
    width: options.width,
    height: options.height,
    pixelAspect: { num: 1, den: 1 },
    record: configurationRecord('h264', context.extraData ?? Buffer.alloc(0)),
    timeBase: { num: 1, den: timescale },
  };
  const init = await initSegment(stream);
  const frame = emptyFrame({ width: options.width, height: options.height, format: AV_PIX_FMT_YUV420P });
  const packet = new NativePacket();
  packet.alloc();
  const frameTicks = timescale / options.framesPerSecond;
  let count = 0;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function encodeOne(picture: YuvPicture): Promise<Packet[]> {
    if (closed) return [];
    mustWork(frame.makeWritable(), 'encoder');
    copyIn(picture, frame);
    frame.pts = BigInt(Math.round(count * frameTicks));
    count += 1;
    mustWork(await context.sendFrame(frame), 'encoder');
    const packets: Packet[] = [];
    while ((await context.receivePacket(packet)) >= 0) {
      packets.push({
        data: lengthPrefixed(annexBUnits(packet.data ?? Buffer.alloc(0))),
        ptsTicks: Number(packet.pts),
        dtsTicks: Number(packet.dts),
        durationTicks: Math.round(frameTicks),
        keyFrame: packet.isKeyframe,
      });
      packet.unref();
    }
    return packets;
  }
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => null);
    return result;
  }
  return {
    init,
    encode: (picture) => inTurn(() => encodeOne(picture)),
    decoder: (decoderOptions) => videoDecoder(stream, init.timescale, decoderOptions),
    close() {
      if (closed) return;
      closed = true;
      inTurn(async () => {
        frame.free();
        packet.free();
        context.freeContext();
      });
    },
  };
}

function copyIn(picture: YuvPicture, frame: Frame): void {
  const planes = [picture.y, picture.u, picture.v];
  // Asked for once: each time makes buffers of the picture's size.
  const targets = frame.data;
  for (const [index, source] of planes.entries()) {
    const target = targets?.[index];
    const stride = frame.linesize[index] ?? 0;
    const width = index === 0 ? picture.width : picture.width / 2;
    const height = index === 0 ? picture.height : picture.height / 2;
    if (target === undefined) continue;
    for (let row = 0; row < height; row += 1) {
      target.set(source.subarray(row * width, (row + 1) * width), row * stride);
    }
  }
}
