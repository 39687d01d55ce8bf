// The anchor of a stream: where its packets lie on the camera's time line, whatever its timestamps and the clocks do.

import { branded, type EpochMs } from '../../core/brand.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { GapCause } from '../../core/footage/recording.ts';
import type { Packet } from '../../core/ports/media.ts';

/** A wall clock that went forward by more than this was set: what follows begins anew at the new time. */
const clockStepMs = 2_000;
/** A time line that begins further ahead of the wall clock than this does so because the clock was set back: less may be what cameras had buffered when they were opened before. */
const setBackBeforeMs = 10_000;
/** A picture that stays longer than this, and ten times as long as usual, means that others were lost. */
const longestPictureMs = 2_000;
const longestPictureFactor = 10;
/** A decode time that goes back by less is disorder; by more, the source began to count anew. */
const disorderMs = 1_000;
/** Where a jump of the timestamps and the time that passed differ by less, the timestamps are believed. */
const believableMs = 2_000;
/** A jump of this length inside a file is nonsense rather than a pause. */
const longestFilePauseMs = 60_000;
/** Drift is the least lateness over this time: a stall or a burst of the network is no drift. */
const driftWindowMs = 60_000;
/** Crystals differ by less than 100 ppm; 500 ppm also works off what a camera had buffered when it was opened. */
const slewShare = 500e-6;
/** A camera whose timestamps are plainly wrong is followed faster. */
const strongSlewShare = 0.02;
const strongSlewMs = 5_000;
const leastDriftMs = 250;
/** A time line that is this far behind is given up for a new one. */
const hopelessDriftMs = 10_000;
/** Weight of the newest picture in the usual duration. */
const usualWeight = 1 / 8;
const defaultFramesPerSecond = 25;

export interface StreamTiming {
  /** Ticks a second. */
  readonly timescale: number;
  /** 0 where it is not known. */
  readonly framesPerSecond: number;
  readonly pace: Pace;
  /** End of the footage so far in ticks of `timescale`: nothing is placed before it. */
  readonly notBeforeTicks: number;
}

export interface Anchor {
  /**
   * Places the next packet and says whether it goes on from the last one. After `false` footage may be missing
   * (`reason` says why), and a new recording has to begin. The properties below speak of the packet placed last.
   */
  place(packet: Packet, wallMs: number, monotonicMs: number): boolean;
  readonly reason: GapCause | null;
  readonly decodeTicks: number;
  readonly compositionOffsetTicks: number;
  /** How long the picture before this one stays. */
  readonly previousDurationTicks: number;
  /** How long this picture stays as far as one can know before the next. */
  readonly expectedDurationTicks: number;
  /** Wall clock minus time line. */
  readonly clockOffsetMs: number;
  /** How far the wall clock is behind the time line because it was set back; 0 where it was not. */
  readonly clockBackMs: number;
  /** Time of a picture of this stream on the time line. */
  timeOf(ptsTicks: number): EpochMs;
  /** Where the time line is now. */
  lineAt(monotonicMs: number): EpochMs;
}

/**
 * Anchors a stream at the arrival of its first packet. From there time follows the decode times, so footage touches
 * to the tick. The time line never goes back. Only differences of the monotonic clock and of the timestamps count:
 * a wall clock set back changes nothing but `clockOffsetMs`; one set forward begins a new recording there.
 */
export function anchorStream({ timescale, framesPerSecond, pace, notBeforeTicks }: StreamTiming): Anchor {
  const ticks = (ms: number) => Math.round((ms * timescale) / 1000);
  const ms = (value: number) => (value * 1000) / timescale;
  const leastTicks = Math.max(1, Math.floor(timescale / 1000));
  let usualTicks = timescale / (framesPerSecond || defaultFramesPerSecond);
  /** Time line minus decode time. */
  let shiftTicks = 0;
  /** Presentation minus decode time of a key frame, so that recordings begin to be shown where they begin. */
  let delayTicks = 0;
  let delayKnown = false;
  let skewMs = 0;
  /** How far the clock was back already when the stream began. */
  let backBeforeMs = 0;
  let driftMs = 0;
  let leastLatenessMs = Number.POSITIVE_INFINITY;
  let windowSinceMs = 0;
  let keyTicks = 0;
  let last: { dtsTicks: number; monotonicMs: number } | null = null;
  const placed = {
    reason: null as GapCause | null,
    decodeTicks: 0,
    compositionOffsetTicks: 0,
    previousDurationTicks: 0,
    expectedDurationTicks: 0,
    clockOffsetMs: 0,
    clockBackMs: 0,
  };

  function beginAt(startTicks: number, packet: Packet, reason: GapCause | null): void {
    shiftTicks = startTicks - packet.dtsTicks;
    placed.decodeTicks = startTicks;
    placed.reason = reason;
    delayKnown = false;
    driftMs = 0;
    leastLatenessMs = Number.POSITIVE_INFINITY;
  }

  /** Where a packet belongs whose timestamp does not go on from the last one. */
  function afterBreak(deltaTicks: number, elapsedMs: number): number {
    const endTicks = placed.decodeTicks + placed.previousDurationTicks;
    const jumpMs = ms(deltaTicks);
    const believed =
      pace === 'real'
        ? Math.abs(jumpMs - elapsedMs) < believableMs
        : jumpMs > 0 && jumpMs <= longestFilePauseMs;
    const passedTicks = believed ? deltaTicks : pace === 'real' ? ticks(elapsedMs) : 0;
    const startTicks = placed.decodeTicks + passedTicks;
    return startTicks - endTicks <= usualTicks * 1.5 ? endTicks : startTicks;
  }

  /** Looks at the clocks at a key frame: the only place where a new recording may begin. False when one has to. */
  function followClocks(packet: Packet, wallMs: number, monotonicMs: number): boolean {
    const lineMs = ms(placed.decodeTicks);
    if (wallMs - monotonicMs - skewMs > clockStepMs && wallMs - lineMs > clockStepMs) {
      beginAt(ticks(wallMs), packet, 'clock-step');
      skewMs = wallMs - monotonicMs;
      return false;
    }
    if (monotonicMs - windowSinceMs >= driftWindowMs && leastLatenessMs !== Number.POSITIVE_INFINITY) {
      driftMs = leastLatenessMs;
      windowSinceMs = monotonicMs;
      leastLatenessMs = Number.POSITIVE_INFINITY;
      if (driftMs > hopelessDriftMs) {
        beginAt(ticks(monotonicMs + skewMs), packet, 'frames-lost');
        return false;
      }
    }
    slew();
    return true;
  }

  /** Takes a little of the drift back, in the picture before this one. */
  function slew(): void {
    if (Math.abs(driftMs) < leastDriftMs) return;
    const share = Math.abs(driftMs) > strongSlewMs ? strongSlewShare : slewShare;
    const mostTicks = (placed.decodeTicks - keyTicks) * share;
    const wanted = Math.max(-mostTicks, Math.min(mostTicks, ticks(driftMs)));
    const slewTicks = Math.max(Math.round(wanted), -Math.floor(placed.previousDurationTicks / 2));
    shiftTicks += slewTicks;
    placed.decodeTicks += slewTicks;
    placed.previousDurationTicks += slewTicks;
    driftMs -= ms(slewTicks);
  }

  /** Notes how wall clock and time line stand to each other, at a key frame. */
  function compareClocks(wallMs: number, monotonicMs: number): void {
    if (pace === 'max') return;
    placed.clockOffsetMs = Math.round(wallMs - ms(placed.decodeTicks));
    // The offset alone would not tell: a camera that is slow, or sends what it had buffered, has one too.
    const setBackMs = backBeforeMs + skewMs - (wallMs - monotonicMs);
    placed.clockBackMs = Math.round(Math.max(0, Math.min(setBackMs, -placed.clockOffsetMs)));
  }

  function goOn(
    packet: Packet,
    wallMs: number,
    monotonicMs: number,
    from: NonNullable<typeof last>,
  ): boolean {
    const deltaTicks = packet.dtsTicks - from.dtsTicks;
    const limitTicks = Math.max(ticks(longestPictureMs), usualTicks * longestPictureFactor);
    usualTicks += (Math.min(Math.max(deltaTicks, 0), ticks(30_000)) - usualTicks) * usualWeight;
    if (deltaTicks > limitTicks || deltaTicks < -ticks(disorderMs)) {
      placed.previousDurationTicks = placed.expectedDurationTicks;
      beginAt(afterBreak(deltaTicks, monotonicMs - from.monotonicMs), packet, 'frames-lost');
      return false;
    }
    const before = placed.decodeTicks;
    placed.decodeTicks = Math.max(packet.dtsTicks + shiftTicks, before + leastTicks);
    placed.previousDurationTicks = placed.decodeTicks - before;
    if (pace === 'max') return true;
    leastLatenessMs = Math.min(leastLatenessMs, monotonicMs + skewMs - ms(placed.decodeTicks));
    return !packet.keyFrame || followClocks(packet, wallMs, monotonicMs);
  }

  return Object.assign(placed, {
    place(packet: Packet, wallMs: number, monotonicMs: number): boolean {
      placed.reason = null;
      let goesOn = false;
      if (last === null) {
        const startTicks = ticks(wallMs);
        beginAt(startTicks - notBeforeTicks <= usualTicks ? notBeforeTicks : startTicks, packet, null);
        skewMs = wallMs - monotonicMs;
        const aheadMs = ms(placed.decodeTicks) - wallMs;
        backBeforeMs = aheadMs > setBackBeforeMs ? aheadMs : 0;
        windowSinceMs = monotonicMs;
      } else {
        goesOn = goOn(packet, wallMs, monotonicMs, last);
      }
      if (packet.keyFrame) {
        keyTicks = placed.decodeTicks;
        if (!delayKnown) delayTicks = packet.ptsTicks - packet.dtsTicks;
        delayKnown = true;
        compareClocks(wallMs, monotonicMs);
      }
      placed.expectedDurationTicks = Math.max(1, packet.durationTicks || Math.round(usualTicks));
      placed.compositionOffsetTicks = packet.ptsTicks + shiftTicks - delayTicks - placed.decodeTicks;
      last = { dtsTicks: packet.dtsTicks, monotonicMs };
      return goesOn;
    },
    timeOf: (ptsTicks: number) => branded<EpochMs>(Math.round(ms(ptsTicks + shiftTicks - delayTicks))),
    lineAt: (monotonicMs: number) =>
      branded<EpochMs>(
        Math.round(ms(placed.decodeTicks) + (last === null ? 0 : monotonicMs - last.monotonicMs)),
      ),
  });
}
