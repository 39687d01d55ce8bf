// A camera as a media input: our own RTSP client, because one that waits for each packet costs three times as much.

import { VedetteError } from '../../../core/errors.ts';
import type { MediaInput, Packet } from '../../../core/ports/media.ts';
import { type CameraPolicy, homePolicy } from '../../../core/site/camera-policy.ts';
import { videoDecoder } from '../decoder.ts';
import { initSegment } from '../init-segment.ts';
import { annexB } from '../nal-units.ts';
import { configurationRecord, type VideoStream } from '../stream.ts';
import { type AccessUnit, accessUnits, type UnitFormat } from './access-units.ts';
import { ended } from './faults.ts';
import { h264 } from './h264.ts';
import { h265 } from './h265.ts';
import { sampleWriter } from './parameter-sets.ts';
import { isComplete, type PictureFormat, pictureFormat } from './picture-format.ts';
import { rtpReceiver, saysGoodBye } from './rtp.ts';
import type { VideoDescription } from './sdp.ts';
import { type FrameHandler, openSession, type Session } from './session.ts';
import { type RtspLocation, type Target, target } from './target.ts';
import { rtpTimeLine, seenReorder, showsReorder, type TimingOptions } from './timing.ts';
import { maxWaitingBytes, type UnitQueue, unitQueue } from './unit-queue.ts';

/** Cameras send a key frame at least every few seconds; 20 s at 30 pictures a second. */
const maxUnitsAhead = 600;
/** Pictures in a row that are left out before the source is given up: 10 s at 25 pictures a second. */
const maxLeftOut = 250;

const formats: Record<VideoDescription['codec'], UnitFormat> = { h264, h265 };

/** What was received before the stream could be described, and how it is coded. */
interface Beginning {
  readonly units: readonly AccessUnit[];
  readonly parameterSets: readonly Buffer[];
  readonly format: PictureFormat;
  readonly reorder: Pick<TimingOptions, 'reorderPictures' | 'reorderCertain'>;
}

/** Opens a camera over TCP. Errors: those of `Media.open`; `signal.reason` when aborted. */
export async function openRtsp(
  location: RtspLocation,
  signal: AbortSignal,
  policy: CameraPolicy = homePolicy,
): Promise<MediaInput> {
  signal.throwIfAborted();
  const camera = target(location, policy);
  const queue = unitQueue(camera);
  const describe = (video: VideoDescription) => handler(video, queue, camera.where);
  const session = await openSession(camera, { describe, failed: queue.fail }, signal);
  const onAbort = () => queue.fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    queue.start(session.connection);
    if (signal.aborted) onAbort();
    return await mediaInput(session, queue, await begin(session.video, queue, camera), camera);
  } catch (error) {
    queue.close();
    session.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Where the camera's frames go. */
function handler(video: VideoDescription, queue: UnitQueue, where: string): FrameHandler {
  const units = accessUnits(formats[video.codec], where, queue.push);
  return {
    rtp: rtpReceiver(video.payloadType, { payload: units.push, lost: units.lost }),
    rtcp(bytes, start, end) {
      if (!saysGoodBye(bytes, start, end)) return;
      queue.fail(ended(where));
    },
  };
}

/** Reads until it is known how the pictures are coded and in which order they are shown. */
async function begin(video: VideoDescription, queue: UnitQueue, { where }: Target): Promise<Beginning> {
  const units: AccessUnit[] = [];
  const read = async () => {
    const unit = await queue.next();
    if (unit !== null) units.push(unit);
    const bytes = units.reduce((sum, { sample }) => sum + sample.length, 0);
    if (unit === null || units.length > maxUnitsAhead || bytes > maxWaitingBytes) {
      throw new VedetteError(
        'source-not-video',
        `${where}: the video does not say how it is coded. Set the camera to H.264 or H.265.`,
      );
    }
    return unit;
  };
  let parameterSets: readonly Buffer[] | null = null;
  while (parameterSets === null) {
    const unit = await read();
    // Those that come with the first picture win: some cameras forget to change the described ones.
    const found = [unit.parameterSets, video.parameterSets].find((sets) => isComplete(video.codec, sets));
    if (unit.intact && found !== undefined) parameterSets = found;
  }
  const format = pictureFormat(video.codec, parameterSets, where);
  if (format.reorderPictures !== null) {
    const reorder = { reorderPictures: format.reorderPictures, reorderCertain: true };
    return { units, parameterSets, format, reorder };
  }
  const first = units.length - 1;
  while (!showsReorder(units.slice(first))) await read();
  const reorder = { reorderPictures: seenReorder(units.slice(first)), reorderCertain: false };
  return { units, parameterSets, format, reorder };
}

async function mediaInput(
  session: Session,
  queue: UnitQueue,
  { units, parameterSets, format, reorder }: Beginning,
  { where }: Target,
): Promise<MediaInput> {
  const { video } = session;
  const { width, height, pixelAspect } = format;
  const record = configurationRecord(video.codec, annexB(parameterSets));
  const timeBase = { num: 1, den: video.clockRate };
  const stream: VideoStream = { codec: video.codec, width, height, pixelAspect, record, timeBase };
  const init = await initSegment(stream);
  const framesPerSecond = video.framesPerSecond || format.framesPerSecond;
  const toSample = sampleWriter(video.codec, parameterSets, format, where);
  const timing = { clockRate: video.clockRate, timescale: init.timescale, framesPerSecond, ...reorder };
  const toPacket = packetWriter(timing, toSample, where);
  const ahead = [...units];
  let reading: Promise<Packet | null> = Promise.resolve(null);
  let closing: Promise<void> | null = null;

  async function readOne(): Promise<Packet | null> {
    for (;;) {
      if (closing !== null) return null;
      const unit = ahead.shift() ?? queue.take() ?? (await queue.next());
      if (unit === null) return null;
      const packet = toPacket(unit);
      if (packet !== null) return packet;
    }
  }
  return {
    init,
    framesPerSecond,
    read() {
      reading = reading.then(readOne, readOne);
      return reading;
    },
    decoder: (options) => videoDecoder(stream, init.timescale, options),
    close() {
      queue.close();
      closing ??= session.close();
      return closing;
    },
  };
}

/**
 * Makes packets of pictures. Null for a damaged picture, and then for all up to the next key frame: they are coded
 * as differences to what is missing. Before the first key frame nothing is left out: what comes there may take long,
 * and whoever reads has to see that the camera sends.
 */
function packetWriter(
  timing: TimingOptions,
  toSample: (unit: AccessUnit) => Uint8Array,
  where: string,
): (unit: AccessUnit) => Packet | null {
  const { timescale, framesPerSecond } = timing;
  const place = rtpTimeLine(timing);
  const durationTicks = framesPerSecond === 0 ? 0 : Math.round(timescale / framesPerSecond);
  let hadKeyFrame = false;
  let waitsForKeyFrame = false;
  let leftOut = 0;

  function leaveOut(): null {
    leftOut += 1;
    waitsForKeyFrame ||= hadKeyFrame;
    if (leftOut <= maxLeftOut) return null;
    throw new VedetteError(
      'source-corrupt',
      `${where}: the video is damaged and cannot be read. Check the network of the camera.`,
    );
  }
  return (unit) => {
    const { keyFrame } = unit;
    if (!unit.intact) return leaveOut();
    const times = place(unit, keyFrame || !waitsForKeyFrame);
    if (times === null) return leaveOut();
    hadKeyFrame ||= keyFrame;
    waitsForKeyFrame = false;
    leftOut = 0;
    return { data: toSample(unit), ...times, durationTicks, keyFrame };
  };
}
