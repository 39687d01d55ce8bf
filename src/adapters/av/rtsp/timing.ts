// RTP timestamps become the time line of MP4: presentation times as sent, decode times that always grow.

export interface RtpTimes {
  readonly ptsTicks: number;
  readonly dtsTicks: number;
}

export interface TimingOptions {
  /** Ticks a second of the RTP timestamps, and of the times given out. */
  readonly clockRate: number;
  readonly timescale: number;
  /** 0 where it is not known. */
  readonly framesPerSecond: number;
  /** Pictures that may be sent before one that is shown earlier; null where the stream does not say. */
  readonly reorderPictures: number | null;
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
    // The shift makes a signed difference: a timestamp is at most half the circle away from the one before.
    last = last === null ? timestamp : last + ((timestamp - last) | 0);
    return last;
  };
}

/**
 * Places pictures in decode order. RTP says when a picture is shown, never when it is decoded; so the decode time is
 * the presentation time of the picture that far back in the order of showing as pictures are reordered: it grows,
 * and is never after the presentation time. Null for a picture that cannot be placed because the stream reorders
 * without having said so: the caller goes on with the next key frame.
 */
export function rtpTimeLine(
  options: TimingOptions,
): (rtpTimestamp: number, bidirectional: boolean) => RtpTimes | null {
  const { clockRate, timescale, framesPerSecond } = options;
  const frameTicks = clockRate / (framesPerSecond || usualFramesPerSecond);
  const toTicks = (value: number) => (clockRate === timescale ? value : (value * timescale) / clockRate);
  const unwrap = unwrapped();
  let reorder = Math.min(maxReorderPictures, options.reorderPictures ?? 0);
  let origin: number | null = null;
  let lastPts = 0;
  let lastDts = Number.NEGATIVE_INFINITY;
  /** The latest presentation times, the latest first. */
  let latest: number[] = [];

  function begin(pts: number): void {
    latest = Array.from({ length: maxReorderPictures }, (_, index) => pts - (index + 1) * frameTicks);
    lastDts = Number.NEGATIVE_INFINITY;
  }

  return (rtpTimestamp, bidirectional) => {
    const time = unwrap(rtpTimestamp);
    origin ??= time;
    const shown = time - origin;
    const step = shown - lastPts;
    const isFirst = latest.length === 0;
    if (isFirst || step < -disorderSeconds * clockRate || step > leapSeconds * clockRate) begin(shown);
    lastPts = shown;
    insert(latest, shown);
    const decoded = latest[reorder] ?? shown;
    if (options.reorderPictures === null && bidirectional && Math.max(decoded, lastDts + 1) > shown) {
      reorder = Math.min(maxReorderPictures, reorder + 1);
      return null;
    }
    // What is late nevertheless comes from a camera whose clock was set back a little.
    lastDts = Math.max(reorder === 0 ? shown : decoded, lastDts + 1);
    const pts = Math.max(shown, lastDts);
    return { ptsTicks: Math.round(toTicks(pts)), dtsTicks: Math.round(toTicks(lastDts)) };
  };
}

/** Keeps the latest times sorted, and as many as there were. */
function insert(latest: number[], time: number): void {
  let at = latest.findIndex((other) => other < time);
  if (at < 0) return;
  latest.splice(at, 0, time);
  latest.pop();
}
