// The segmenter: packets in, fragments on the camera's time line out.

import { branded, type EpochMs } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { maxFragmentBytes, type Sample } from '../../core/footage/cmaf.ts';
import type { Reason } from '../../core/footage/gaps.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { InitSegment } from '../../core/footage/recording.ts';
import type { Packet } from '../../core/ports/media.ts';
import { type Anchor, anchorStream } from './anchor.ts';

/** A group of pictures longer than this is stored in pieces: what waits in memory is lost at a power cut. */
export const maxFragmentMs = 20_000;
/** Pieces of this size are stored without waiting for the key frame; 16 MiB are 20 s at 6.7 Mbit/s. */
export const maxWaitingBytes = 16 * 1024 * 1024;
/** Groups shorter than this are stored together: a stream of key frames alone must not flush at every picture. */
export const minFragmentMs = 500;
/** Reasons remembered for one gap; later ones of a long outage tell nothing new. */
const maxReasons = 32;
/** A source that sends no key frame for so long cannot be recorded. */
export const maxKeylessMs = 20_000;

/** Pictures that are stored together; the first one is a key frame unless the group was too long. */
export interface TimedFragment {
  readonly init: InitSegment;
  /** On the camera's time line: ticks since 1970 of `init.timescale`. */
  readonly startTicks: number;
  readonly durationTicks: number;
  readonly samples: readonly Sample[];
  readonly sizeBytes: number;
  /** It does not go on from the fragment before it, even where it touches it. */
  readonly begins: boolean;
  /** Why footage may be missing before it. */
  readonly reasons: readonly Reason[];
  /** Wall clock minus time line. */
  readonly clockOffsetMs: number;
  /** How far the wall clock is behind because it was set back; 0 where it was not. */
  readonly clockBackMs: number;
}

export interface SegmenterOptions {
  readonly pace: Pace;
  /** End of the camera's footage so far; nothing is placed before it. */
  readonly lastEndAt: EpochMs | null;
  readonly onFragment: (fragment: TimedFragment) => void;
}

export interface Segmenter {
  /** Begins a stream; `end()` must have ended the one before. */
  begin(stream: { init: InitSegment; framesPerSecond: number }): void;
  /** Takes the next packet. Errors: `source-corrupt` where no key frame comes. */
  push(packet: Packet, wallMs: number, monotonicMs: number): void;
  /** Ends the stream: what waits becomes a fragment. */
  end(): void;
  /** From `reason.since` on nothing comes, and why. */
  missing(reason: Reason): void;
  /** Of the stream under way; null between streams and before the first packet. */
  readonly anchor: Anchor | null;
}

interface OpenFragment {
  readonly startTicks: number;
  readonly begins: boolean;
  readonly reasons: readonly Reason[];
  readonly clockOffsetMs: number;
  readonly clockBackMs: number;
  readonly samples: Sample[];
  sizeBytes: number;
}

/** The last picture taken: how long it stays is known when the next one comes. */
type PendingSample = Omit<Sample, 'durationTicks'>;

/** A segmenter for one camera. It keeps the time line going over all streams of the camera. */
export function createSegmenter(options: SegmenterOptions): Segmenter {
  let stream: { readonly init: InitSegment; readonly framesPerSecond: number } | null = null;
  let anchor: Anchor | null = null;
  let open: OpenFragment | null = null;
  let pending: PendingSample | null = null;
  let reasons: Reason[] = [];
  let begins = true;
  let lastInit: string | null = null;
  let keylessSinceTicks = 0;
  /** Exact end of the footage so far. */
  let end = { ticks: options.lastEndAt ?? 0, timescale: 1000 };

  function endIn(timescale: number): number {
    return end.timescale === timescale ? end.ticks : Math.ceil((end.ticks * timescale) / end.timescale);
  }

  /** Gives the last picture its duration. */
  function settle(durationTicks: number): void {
    if (open === null || pending === null) return;
    open.samples.push({ ...pending, durationTicks });
    pending = null;
  }

  function close(): void {
    if (open === null || stream === null) return;
    const durationTicks = open.samples.reduce((total, sample) => total + sample.durationTicks, 0);
    const fragment = { ...open, init: stream.init, durationTicks };
    end = { ticks: fragment.startTicks + durationTicks, timescale: stream.init.timescale };
    open = null;
    options.onFragment(fragment);
  }

  function take(packet: Packet, at: Anchor): void {
    open ??= {
      startTicks: at.decodeTicks,
      begins,
      reasons,
      clockOffsetMs: at.clockOffsetMs,
      clockBackMs: at.clockBackMs,
      samples: [],
      sizeBytes: 0,
    };
    begins = false;
    if (open.reasons === reasons) reasons = [];
    open.sizeBytes += packet.data.length;
    const { compositionOffsetTicks } = at;
    pending = { data: packet.data, compositionOffsetTicks, keyFrame: packet.keyFrame };
  }

  function isComplete(packet: Packet, at: Anchor, timescale: number): boolean {
    if (open === null) return false;
    const openMs = ((at.decodeTicks - open.startTicks) * 1000) / timescale;
    const full = open.sizeBytes + packet.data.length > maxWaitingBytes;
    return full || openMs >= (packet.keyFrame ? minFragmentMs : maxFragmentMs);
  }

  function push(packet: Packet, wallMs: number, monotonicMs: number): void {
    if (stream === null) return;
    const { timescale } = stream.init;
    if (packet.data.length > maxFragmentBytes / 2) {
      throw new VedetteError('source-corrupt', 'A single picture of the video is impossibly large.');
    }
    if (anchor === null) {
      const { framesPerSecond } = stream;
      const timing = { timescale, framesPerSecond, pace: options.pace, notBeforeTicks: endIn(timescale) };
      anchor = anchorStream(timing);
    }
    const goesOn = anchor.place(packet, wallMs, monotonicMs);
    settle(anchor.previousDurationTicks);
    if (!goesOn) {
      close();
      if (anchor.reason !== null) noteNow(anchor.reason);
      begins = true;
      keylessSinceTicks = anchor.decodeTicks;
    } else if (isComplete(packet, anchor, timescale)) {
      close();
    }
    // After a break the pictures up to the next key frame show what was lost only as smear.
    if (begins && !packet.keyFrame) requireKeyFrame(anchor.decodeTicks - keylessSinceTicks, timescale);
    else take(packet, anchor);
  }

  function note(reason: Reason): void {
    if (reasons.at(-1)?.cause !== reason.cause && reasons.length < maxReasons) reasons.push(reason);
  }

  function noteNow(cause: Reason['cause']): void {
    note({ cause, since: branded<EpochMs>(Math.round((end.ticks * 1000) / end.timescale)) });
  }

  return {
    begin(next) {
      // A camera that was set to another picture size fails once, and comes back as another stream.
      if (lastInit !== null && lastInit !== next.init.sha256) {
        reasons = reasons.map((one) =>
          one.cause === 'source-corrupt' ? { ...one, cause: 'stream-changed' } : one,
        );
        if (reasons.length === 0) noteNow('stream-changed');
      }
      lastInit = next.init.sha256;
      stream = next;
      anchor = null;
      begins = true;
    },
    push,
    end() {
      if (anchor !== null) settle(anchor.expectedDurationTicks);
      close();
      stream = null;
      anchor = null;
      begins = true;
    },
    missing: note,
    get anchor() {
      return anchor;
    },
  };
}

function requireKeyFrame(withoutTicks: number, timescale: number): void {
  if ((withoutTicks * 1000) / timescale < maxKeylessMs) return;
  throw new VedetteError(
    'source-corrupt',
    'The camera sends no key frames, so its video cannot be recorded.',
  );
}
