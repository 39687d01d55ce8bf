// The video stream of a stored init segment: what its header says of how the packets are coded.

import { VedetteError } from '../../core/errors.ts';
import type { InitSegment } from '../../core/footage/recording.ts';
import type { VideoCodec, VideoStream } from './stream.ts';

/** The stream of a header that `initSegment` wrote. Errors: `source-not-video` for anything else. */
export function storedStream({ bytes, codec, width, height, timescale }: InitSegment): VideoStream {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind: VideoCodec = codec.startsWith('avc') ? 'h264' : 'h265';
  const record = payload(header, kind === 'h264' ? 'avcC' : 'hvcC');
  if (record === null || record.length < 7) {
    throw new VedetteError('source-not-video', 'The header of this video does not say how it is coded.');
  }
  const shape = payload(header, 'pasp');
  return {
    codec: kind,
    width,
    height,
    pixelAspect:
      shape === null || shape.length < 8
        ? { num: 0, den: 1 }
        : { num: shape.readUInt32BE(0), den: shape.readUInt32BE(4) },
    record,
    timeBase: { num: 1, den: timescale },
  };
}

/** Payload of the first box of this type behind the sample description; the header has only one track. */
function payload(header: Buffer, type: string): Buffer | null {
  const descriptions = header.indexOf('stsd', 0, 'latin1');
  const at = descriptions < 0 ? -1 : header.indexOf(type, descriptions, 'latin1');
  if (at < 4) return null;
  const end = at - 4 + header.readUInt32BE(at - 4);
  return end > at + 4 && end <= header.length ? header.subarray(at + 4, end) : null;
}
