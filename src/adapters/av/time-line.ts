// The time line of a stream: the source's timestamps in ticks of the init segment, decode times always growing.

import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Packet } from '../../core/ports/media.ts';

export interface SourceTimes {
  readonly pts: bigint;
  readonly dts: bigint;
  readonly duration: bigint;
}

export type PacketTimes = Pick<Packet, 'ptsTicks' | 'dtsTicks' | 'durationTicks'>;

/** A step back of less than this is disorder to be smoothed; more is a jump that the recorder must see. */
const disorderSeconds = 1;

const maxReorderSeconds = 1;

/**
 * Converts times one packet after the other. Where the source gives no decode time it goes on from the last one;
 * doubles hold every tick below 2^53, which is 3 000 years at 90 kHz.
 */
export function timeLine(
  timeBase: { num: number; den: number },
  timescale: number,
  usualDurationTicks: number,
): (times: SourceTimes) => PacketTimes {
  const ticksPerUnit = (timeBase.num * timescale) / timeBase.den;
  const ticks = (value: bigint) =>
    value === AV_NOPTS_VALUE ? null : Math.round(Number(value) * ticksPerUnit);
  let last: number | null = null;
  return (times) => {
    const durationTicks = Math.max(0, ticks(times.duration) ?? 0);
    const pts = ticks(times.pts);
    let dts = ticks(times.dts);
    if (dts === null) {
      const next: number = last === null ? (pts ?? 0) : last + (durationTicks || usualDurationTicks || 1);
      dts = pts === null ? next : Math.min(pts, next);
    }
    // No coder reorders over more than this: the library guessed the decode time and is wrong.
    if (pts !== null && Math.abs(pts - dts) > maxReorderSeconds * timescale) dts = pts;
    if (last !== null && dts <= last && last - dts < disorderSeconds * timescale) dts = last + 1;
    last = dts;
    return { ptsTicks: pts ?? dts, dtsTicks: dts, durationTicks };
  };
}
