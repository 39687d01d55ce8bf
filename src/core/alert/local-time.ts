// What a clock on the wall shows somewhere, and when it will show an hour next.

import { branded, type EpochMs } from '../brand.ts';
import type { Weekday } from './preferences.ts';

export const minutesADay = 1440;

/** Minutes of a day from `from` to before `to`; over midnight where `to` is not after `from`. */
export interface MinuteSpan {
  readonly from: number;
  readonly to: number;
}

/** Whether a minute of the day lies in a span. One that ends where it begins is the whole day. */
export function isWithin({ from, to }: MinuteSpan, minute: number): boolean {
  return from < to ? from <= minute && minute < to : minute >= from || minute < to;
}

/** Weekday and minute of the day on a wall clock; UTC where the time zone is not known. */
export function localMoment(at: EpochMs, timeZone: string): { weekday: Weekday; minute: number } {
  const there = zoned(at, timeZone);
  return { weekday: weekdayOf(there.dayOfWeek), minute: there.hour * 60 + there.minute };
}

/**
 * The first moment after `after` at which a wall clock shows the full hour, on this weekday where one is given. An hour
 * that the clock skips comes when it is set; one that it shows twice comes once, the first time.
 */
export function nextLocalHour(
  after: EpochMs,
  { timeZone, hour, weekday }: { timeZone: string; hour: number; weekday: Weekday | null },
): EpochMs {
  const there = zoned(after, timeZone);
  for (let days = 0; days <= 8; days += 1) {
    const date = there.toPlainDate().add({ days });
    if (weekday !== null && date.dayOfWeek !== weekday) continue;
    const at = date.toZonedDateTime({ timeZone: there.timeZoneId, plainTime: { hour } }).epochMilliseconds;
    if (at > after) return branded<EpochMs>(at);
  }
  throw new RangeError('Every weekday comes within eight days.');
}

/** How the clocks of a time zone are written. */
interface Clocks {
  /** "3 October 2026 at 21:14:05 CEST" */
  readonly moment: Intl.DateTimeFormat;
  /** "21:14" */
  readonly time: Intl.DateTimeFormat;
}

/** Zones whose clocks are kept: making them costs as much as all else of an alert. More than there are names. */
const maxZones = 1_000;
const made = new Map<string, Clocks>();

/** The clocks of a time zone; those of UTC where it is not known. */
export function clocksOf(timeZone: string): Clocks {
  const known = made.get(timeZone);
  if (known !== undefined) return known;
  try {
    const clocks = {
      moment: new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long', timeZone }),
      time: new Intl.DateTimeFormat('en-GB', { ...hourAndMinute, timeZone }),
    };
    // The same zone has many spellings; nobody fills the memory with them.
    if (made.size >= maxZones) made.clear();
    made.set(timeZone, clocks);
    return clocks;
  } catch {
    return clocksOf('UTC');
  }
}

const hourAndMinute = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

function zoned(at: EpochMs, timeZone: string): Temporal.ZonedDateTime {
  const instant = Temporal.Instant.fromEpochMilliseconds(at);
  try {
    return instant.toZonedDateTimeISO(timeZone);
  } catch {
    return instant.toZonedDateTimeISO('UTC');
  }
}

function weekdayOf(dayOfWeek: number): Weekday {
  const known = [1, 2, 3, 4, 5, 6, 7] as const;
  return known[(dayOfWeek - 1) % 7] ?? 1;
}
