// Ticks of the time axis: round moments of the local day, through daylight saving changes too.

import type { View } from './view.ts';

/** Labels closer than this run into each other, in pixels. */
const leastLabelDistance = 74;

/** Seconds between labels, and between the small ticks that divide them. */
const steps = [
  [5, 1],
  [10, 2],
  [30, 10],
  [60, 10],
  [300, 60],
  [600, 120],
  [900, 300],
  [1800, 300],
  [3600, 900],
  [7200, 1800],
  [10_800, 3600],
  [21_600, 3600],
  [43_200, 10_800],
] as const;

export interface Tick {
  readonly at: number;
  /** Small ticks between the labelled ones have no label. */
  readonly labelled: boolean;
}

/** How far a zone is ahead of UTC at `at`, in ms. */
export function zoneOffsetMs(zone: string, at: number): number {
  const parts = formatOf(zone).formatToParts(at);
  const value = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return local - Math.floor(at / 1000) * 1000;
}

/** The ticks of `view` drawn `width` pixels wide; each labelled step is divided by small ticks. */
export function ticks(view: View, width: number, zone: string): Tick[] {
  const spanMs = view.to - view.from;
  const leastStepMs = (leastLabelDistance / Math.max(1, width)) * spanMs;
  const [labelSeconds, smallSeconds] = steps.find(([step]) => step * 1000 >= leastStepMs) ?? [43_200, 10_800];
  const smallMs = smallSeconds * 1000;
  const found: Tick[] = [];
  let offsetMs = zoneOffsetMs(zone, view.from);
  let at = Math.ceil((view.from + offsetMs) / smallMs) * smallMs - offsetMs;
  while (at <= view.to) {
    const there = zoneOffsetMs(zone, at);
    if (there !== offsetMs) {
      // The clocks changed: round moments are elsewhere from here on.
      offsetMs = there;
      at = Math.ceil((at + offsetMs) / smallMs) * smallMs - offsetMs;
      if (at > view.to) break;
    }
    found.push({ at, labelled: (at + offsetMs) % (labelSeconds * 1000) === 0 });
    at += smallMs;
  }
  return found;
}

/** True when labels need seconds. */
export function needsSeconds(all: readonly Tick[]): boolean {
  return all.some((tick) => tick.labelled && tick.at % 60_000 !== 0);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const made =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(zone, made);
  return made;
}
