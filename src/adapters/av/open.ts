// Opening a source: connect, find the video, learn how it is coded, within a time limit.

import { open as openForReading } from 'node:fs/promises';
import { AVDISCARD_ALL, AVERROR_INVALIDDATA, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { Dictionary, FormatContext, type Stream } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import type { MediaInput, MediaLocation } from '../../core/ports/media.ts';
import type { CameraPolicy } from '../../core/site/camera-policy.ts';
import { type Address, address } from './address.ts';
import { check } from './errors.ts';
import { mediaInput } from './input.ts';
import { type LookAhead, lookForParameterSets, nothingAhead } from './look-ahead.ts';
import { isAnnexB } from './nal-units.ts';
import { permittedFile } from './permitted.ts';
import { openRtsp } from './rtsp/input.ts';
import { configurationRecord, type VideoCodec, type VideoStream, videoCodec } from './stream.ts';
import { watchdog } from './watchdog.ts';

/** More pictures a second than this is a wrong guess of the container, not a camera. */
const maxFramesPerSecond = 240;

/** Opens `location`. Errors: those of `Media.open`; `source-refused` (by `policy`); `signal.reason` when aborted. */
export async function openSource(
  location: MediaLocation,
  policy: CameraPolicy,
  signal: AbortSignal,
): Promise<MediaInput> {
  if (location.kind === 'rtsp') return openRtsp(location, signal, policy);
  return openFile(await permittedFile(policy, location.path), location.path, signal);
}

/** `name` is what a person knows the file by. */
async function openFile(path: string, name: string, signal: AbortSignal): Promise<MediaInput> {
  signal.throwIfAborted();
  const source = await address(path, name);
  const context = new FormatContext();
  context.allocContext();
  const stopped = Promise.withResolvers<never>();
  const late = () =>
    new VedetteError(
      'source-timeout',
      `${source.where}: the disk or network share of the file does not answer in time.`,
    );
  const interrupt = (reason: unknown) => {
    context.interrupt();
    stopped.reject(reason);
  };
  const dog = watchdog(source.timeoutMs, () => interrupt(late()));
  const onAbort = () => interrupt(signal.reason);
  signal.addEventListener('abort', onAbort);
  dog.arm();
  const opening = connect(context, source, dog.arm);
  try {
    // Not only interrupted but left behind: a name look-up cannot be interrupted, and may take minutes.
    return await Promise.race([opening, stopped.promise]);
  } catch (error) {
    opening.then(
      (input) => input.close(),
      () => context.closeInput(),
    );
    if (signal.aborted) throw signal.reason;
    throw dog.hasBitten ? late() : error;
  } finally {
    dog.stop();
    signal.removeEventListener('abort', onAbort);
  }
}

/** `progress` is called whenever the disk did something: the time limit is for each step. */
async function connect(context: FormatContext, source: Address, progress: () => void): Promise<MediaInput> {
  const options = Dictionary.fromObject({ ...source.options });
  const opened = await context.openInput(source.url, null, options);
  options.free();
  if (opened === AVERROR_INVALIDDATA) throw await unreadableFile(source);
  check(opened, 'opening', source.where);
  progress();
  check(await context.findStreamInfo(null), 'opening', source.where);
  progress();
  const found = videoTrack(context, source.where);
  for (const other of context.streams) {
    if (other.index !== found.track.index) other.discard = AVDISCARD_ALL;
  }
  const { stream, ahead } = await describe(context, found, source, progress);
  const framesPerSecond = frameRate(found.track);
  return mediaInput({ context, source, stream, track: found.track.index, framesPerSecond, ahead });
}

function videoTrack(context: FormatContext, where: string): { track: Stream; codec: VideoCodec } {
  const videos = context.streams.filter((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO);
  for (const track of videos) {
    const codec = videoCodec(track.codecpar.codecId);
    if (codec !== null) return { track, codec };
  }
  throw new VedetteError(
    'source-not-video',
    videos.length === 0
      ? `${where}: there is no video in this stream.`
      : `${where}: the video is coded in a way that cannot be recorded. Set the camera to H.264 or H.265.`,
  );
}

async function describe(
  context: FormatContext,
  { track, codec }: { track: Stream; codec: VideoCodec },
  source: Address,
  progress: () => void,
): Promise<{ stream: VideoStream; ahead: LookAhead }> {
  const { codecpar } = track;
  const extradata = codecpar.extradata;
  const known = extradata !== null && extradata.length > 0 && codecpar.width > 0 && codecpar.height > 0;
  const ahead = known
    ? nothingAhead({ extradata: Buffer.from(extradata), width: codecpar.width, height: codecpar.height })
    : await lookForParameterSets(context, { track: track.index, codec }, source, progress);
  const { num, den } = track.sampleAspectRatio;
  const stream: VideoStream = {
    codec,
    width: ahead.format.width,
    height: ahead.format.height,
    pixelAspect: { num, den },
    record: isAnnexB(ahead.format.extradata)
      ? configurationRecord(codec, ahead.format.extradata)
      : ahead.format.extradata,
    timeBase: { num: track.timeBase.num, den: track.timeBase.den },
  };
  return { stream, ahead: { ...ahead, annexB: isAnnexB(ahead.format.extradata) } };
}

function frameRate(track: Stream): number {
  for (const rate of [track.avgFrameRate, track.rFrameRate]) {
    const framesPerSecond = rate.den === 0 ? 0 : rate.num / rate.den;
    if (framesPerSecond > 0 && framesPerSecond <= maxFramesPerSecond) return framesPerSecond;
  }
  return 0;
}

/** Tells a damaged video file (its index is cut off) from a file that never was one. */
async function unreadableFile(source: Address): Promise<VedetteError> {
  const file = await openForReading(source.path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
  await file.close();
  const isMp4 = bytesRead === 12 && buffer.toString('latin1', 4, 8) === 'ftyp';
  return isMp4
    ? new VedetteError('source-corrupt', `${source.where}: the video file is damaged or cut off.`)
    : new VedetteError('source-not-video', `${source.where}: this is not a video file that can be read.`);
}
