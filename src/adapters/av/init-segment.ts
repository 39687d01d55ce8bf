// The init segment of a stream: ftyp and moov (ISO/IEC 14496-12), the same bytes for the same stream every time.

import { createHash } from 'node:crypto';
import { AVFMT_FLAG_BITEXACT } from 'node-av/constants';
import { Dictionary, FormatContext, IOContext, Rational } from 'node-av/lib';
import { branded, type Sha256 } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { InitSegment } from '../../core/footage/recording.ts';
import { mustWork } from './errors.ts';
import { codecParameters, codecString, type VideoStream } from './stream.ts';

/** The header has to fit in whole, for the writer goes back in it: parameter sets take at most a few hundred bytes. */
const bufferBytes = 16 * 1024;

/** Kept: the library loses its buffer's memory each time, and a camera that is opened again is the same stream. */
const made = new Map<string, Promise<InitSegment>>();
const maxMade = 256;

/** The init segment of `stream`. Errors: `source-not-video` where MP4 cannot hold it. */
export function initSegment(stream: VideoStream): Promise<InitSegment> {
  const { codec, width, height, pixelAspect, timeBase } = stream;
  const numbers = [width, height, pixelAspect.num, pixelAspect.den, timeBase.num, timeBase.den];
  const key = [codec, ...numbers, stream.record.toString('base64')].join(' ');
  const known = made.get(key);
  if (known !== undefined) return known;
  const making = make(stream);
  made.set(key, making);
  making.catch(() => made.delete(key));
  const [oldest] = made.keys();
  if (made.size > maxMade && oldest !== undefined) made.delete(oldest);
  return making;
}

/** The same with a comment that players show; not kept, for hardly any two are the same. */
export function commentedInitSegment(stream: VideoStream, comment: string): Promise<InitSegment> {
  return make(stream, comment);
}

async function make(stream: VideoStream, comment?: string): Promise<InitSegment> {
  const bytes = await header(stream, comment);
  return {
    sha256: branded<Sha256>(createHash('sha256').update(bytes).digest('hex')),
    bytes,
    codec: codecString(stream),
    width: stream.width,
    height: stream.height,
    timescale: mediaTimescale(bytes),
  };
}

async function header(stream: VideoStream, comment?: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const output = new FormatContext();
  const io = new IOContext();
  const parameters = codecParameters(stream);
  try {
    mustWork(output.allocOutputContext2(null, 'mp4', null), 'init segment');
    io.allocContextWithCallbacks(bufferBytes, 1, null, (chunk) => {
      chunks.push(Buffer.from(chunk));
      return chunk.length;
    });
    output.pb = io;
    // Without this the library writes its own name and version into the header, and the hash changes with it.
    output.setFlags(AVFMT_FLAG_BITEXACT);
    if (comment !== undefined) output.metadata = Dictionary.fromObject({ comment });
    const track = output.newStream(null);
    mustWork(parameters.copy(track.codecpar), 'init segment');
    // Safari plays H.265 only as hvc1 (parameter sets in the header), not as the library's default hev1.
    if (stream.codec === 'h265') track.codecpar.codecTag = 'hvc1';
    track.sampleAspectRatio = new Rational(stream.pixelAspect.num, stream.pixelAspect.den);
    track.timeBase = new Rational(stream.timeBase.num, stream.timeBase.den);
    const options = Dictionary.fromObject({ movflags: 'frag_custom+empty_moov+default_base_moof+cmaf' });
    const result = await output.writeHeader(options);
    options.free();
    if (result < 0) throw new VedetteError('source-not-video', 'This video cannot be stored as MP4.');
    await io.flush();
    return Buffer.concat(chunks);
  } finally {
    output.pb = null;
    output.freeContext();
    io.freeContext();
    parameters.free();
  }
}

/** The timescale in the media header box (mdhd): the writer chooses it, so it is read back. */
function mediaTimescale(bytes: Buffer): number {
  const box = bytes.indexOf('mdhd', 0, 'latin1');
  if (box < 0) throw new VedetteError('internal-error', 'The init segment has no media header.');
  const version = bytes[box + 4];
  return bytes.readUInt32BE(box + (version === 1 ? 24 : 16));
}
