// RTP timestamps become the time line of MP4: presentation times as sent, decode times that always grow.

export interface RtpTimes {
  readonly ptsTicks: number;
  readonly dtsTicks: number;
}

export interface TimingOptions {
  /** Ticks a second of the RTP timestamps. */
  readonly clockRate: number;
  /** Ticks a second of the times given out. */
  readonly timescale: number;
  /** 0 where it is not known. */
  readonly framesPerSecond: number;
  /** Pictures that may be sent before one that is shown earlier. */
  readonly reorderPictures: number;
  /** Whether the stream says so; else it is what was seen so far, and may turn out to be more. */
  readonly reorderCertain: boolean;
}

export interface PictureToPlace {
  readonly rtpTimestamp: number;
  readonly bidirectional: boolean;
}

/** H.264 and H.265 reorder over 16 pictures at most. */
const maxReorderPictures = 16;
/** A step back of less is disorder of the camera's clock; more, or a leap forward, is a new beginning. */
const disorderSeconds = 1;
const leapSeconds = 10;
const usualFramesPerSecond = 25;

/** Counts on where the 32 bits of RTP timestamps wrap, after 13 hours at 90 kHz. */
export function unwrapped(): (timestamp: number) => number {
  let last: number | null = null;
  return (timestamp) => {
    // The bit operation makes a signed difference: a step is at most half the circle.
    last = last === null ? timestamp : last + ((timestamp - last) | 0);
    return last;
  };
}

/**
 * Places pictures in decode order; `wanted` says whether the picture is going to be used. RTP says when a picture is
 * shown, never when it is decoded; so the decode time is the presentation time of the picture that comes as many
 * places earlier in the order of showing as pictures are reordered: it grows and is never after the presentation
 * time. Null for a picture that is not wanted, or that has no place because the stream reorders without having said
 * so: the caller goes on with the next key frame.
 */
export function rtpTimeLine(options: TimingOptions) {
  const { clockRate, timescale, framesPerSecond } = options;
  const frameTicks = Math.round(timescale / (framesPerSecond || usualFramesPerSecond));
  const unwrap = unwrapped();
  let reorder = Math.min(maxReorderPictures, options.reorderPictures);
  let origin: number | null = null;
  let last = 0;
  let lastDts = Number.NEGATIVE_INFINITY;
  /** The latest presentation times, the latest first. */
  let latest: number[] = [];

  function begin(shown: number): void {
    latest = Array.from({ length: maxReorderPictures + 1 }, (_, index) => shown - (index + 1) * frameTicks);
    lastDts = Number.NEGATIVE_INFINITY;
  }

  return ({ rtpTimestamp, bidirectional }: PictureToPlace, wanted: boolean): RtpTimes | null => {
    const time = unwrap(rtpTimestamp);
    origin ??= time;
    const shown = Math.round(((time - origin) * timescale) / clockRate);
    const step = shown - last;
    last = shown;
    if (latest.length === 0 || step < -disorderSeconds * timescale || step > leapSeconds * timescale) {
      begin(shown);
    }
    insert(latest, shown);
    const decoded = latest[reorder] ?? shown;
    if (!options.reorderCertain && bidirectional && decoded > shown) {
      reorder = Math.min(maxReorderPictures, reorder + 1);
      return null;
    }
    if (!wanted) return null;
    // What is late nevertheless comes from a camera whose clock was set back a little.
    lastDts = Math.max(reorder === 0 ? shown : decoded, lastDts + 1);
    return { ptsTicks: Math.max(shown, lastDts), dtsTicks: lastDts };
  };
}

/** Pictures sent after a first one that show whether a stream reorders: P, B and B, or P and P. */
const tellingPictures = 3;

/** Whether `pictures`, the first ones of a stream, show how it reorders: a group of B-frames has ended, or none began. */
export function showsReorder(pictures: readonly PictureToPlace[]): boolean {
  if (pictures.length > maxReorderPictures) return true;
  const reorders = pictures.some(({ bidirectional }) => bidirectional);
  return reorders ? pictures.at(-1)?.bidirectional === false : pictures.length > tellingPictures;
}

/** The most pictures that were sent before one of `pictures` that is shown earlier. */
export function seenReorder(pictures: readonly PictureToPlace[]): number {
  const unwrap = unwrapped();
  const times = pictures.map(({ rtpTimestamp }) => unwrap(rtpTimestamp));
  return Math.max(0, ...times.map((time, at) => times.slice(0, at).filter((other) => other > time).length));
}

/** Keeps the latest times sorted, and as many as there were. */
function insert(latest: number[], time: number): void {
  const at = latest.findIndex((other) => other < time);
  if (at < 0) return;
  latest.splice(at, 0, time);
  latest.pop();
}
