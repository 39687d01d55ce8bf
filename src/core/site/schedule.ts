// Schedules: when a site is armed and disarmed by itself, by the clocks on its walls. Pure.

import { branded, type EpochMs, type OrganizationId, type SiteId } from '../brand.ts';
import type { Arming } from './site.ts';
import { checkedTimeZone } from './time-zone.ts';

/** Monday is 1, Sunday 7 (ISO 8601). */
export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
export type Weekday = (typeof weekdays)[number];

/** What happens at a time of day; `at` is "HH:MM". */
export interface DayEntry {
  readonly at: string;
  readonly arming: Arming;
}

export interface WeeklyEntry extends DayEntry {
  readonly days: readonly Weekday[];
}

/** The plan of one date, "YYYY-MM-DD", instead of what its weekday says; without entries nothing happens. */
export interface ScheduleException {
  readonly date: string;
  readonly entries: readonly DayEntry[];
}

export interface Holidays {
  /** "YYYY-MM-DD", once. */
  readonly dates: readonly string[];
  /** "MM-DD", every year. */
  readonly yearly: readonly string[];
  /** The plan of each of these days; without entries nothing happens. */
  readonly entries: readonly DayEntry[];
}

/** An exception counts before a holiday, a holiday before the weekday. */
export interface Schedule {
  readonly weekly: readonly WeeklyEntry[];
  readonly exceptions: readonly ScheduleException[];
  readonly holidays: Holidays;
}

export const emptySchedule: Schedule = {
  weekly: [],
  exceptions: [],
  holidays: { dates: [], yearly: [], entries: [] },
};

/** The schedule of a site, in the site's time zone. */
export interface SiteSchedule {
  readonly siteId: SiteId;
  readonly organizationId: OrganizationId;
  readonly schedule: Schedule;
  /** Edges up to here are not its business: it was set, or moved to another zone, then. */
  readonly since: EpochMs;
  /** The edge that a timer waits for; null where none comes. */
  readonly next: Edge | null;
  /** When that timer is due: at the edge, or earlier to look further ahead. Null where nothing is planned. */
  readonly timerAt: EpochMs | null;
}

/** A moment at which the schedule sets the arming. */
export interface Edge {
  readonly at: EpochMs;
  readonly arming: Arming;
}

/** Days looked ahead and back: more than a year, so that every yearly date but 29 February is found. */
export const horizonDays = 400;

/**
 * The first edge after `after`, within `horizonDays`; null where there is none.
 *
 * An entry happens at the first moment at which the clocks show its time or a later one of its day. So a time that they
 * skip in spring happens when they skip it, one that they show twice in autumn happens the first time, and entries
 * happen once each, in their order; of those that fall on one moment the last one counts. Errors: `request-invalid`
 * (time zone).
 */
export function nextEdge(schedule: Schedule, timeZone: string, after: EpochMs): Edge | null {
  let found: Edge | null = null;
  for (const edge of edges(schedule, timeZone, after, 1)) {
    if (found !== null && edge.at !== found.at) return found;
    if (edge.at > after) found = edge;
  }
  return found;
}

/** The newest edge at or before `at`, within `horizonDays`; null where there is none. See `nextEdge`. */
export function lastEdge(schedule: Schedule, timeZone: string, at: EpochMs): Edge | null {
  for (const edge of edges(schedule, timeZone, at, -1)) {
    if (edge.at <= at) return edge;
  }
  return null;
}

/** The edges around `from` and onwards in the direction of `step`, in the order of the clocks on the wall. */
function* edges(schedule: Schedule, timeZone: string, from: EpochMs, step: 1 | -1): Generator<Edge> {
  const zone = checkedTimeZone(timeZone);
  const entriesOf = planner(schedule);
  const today = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDate();
  // From a day behind: what a calendar skips altogether (Apia, 30 December 2011) happens on the next day.
  for (let offset = -1; offset <= horizonDays; offset += 1) {
    const date = today.add({ days: offset * step });
    const entries = entriesOf(date);
    for (const { at, arming } of step === 1 ? entries : entries.toReversed()) {
      yield { at: instantOf(date, at, zone), arming };
    }
  }
}

/** What happens on a date, in the order of the day. */
function planner({
  weekly,
  exceptions,
  holidays,
}: Schedule): (date: Temporal.PlainDate) => readonly DayEntry[] {
  const byDate = new Map(exceptions.map(({ date, entries }) => [date, inOrder(entries)]));
  const dates = new Set(holidays.dates);
  const yearly = new Set(holidays.yearly);
  const ofHoliday = inOrder(holidays.entries);
  const ofWeekday = new Map(
    weekdays.map((day) => [day as number, inOrder(weekly.filter(({ days }) => days.includes(day)))]),
  );
  return (date) => {
    const name = date.toString();
    const exception = byDate.get(name);
    if (exception !== undefined) return exception;
    if (dates.has(name) || yearly.has(name.slice(-5))) return ofHoliday;
    return ofWeekday.get(date.dayOfWeek) ?? [];
  };
}

function inOrder(entries: readonly DayEntry[]): readonly DayEntry[] {
  return entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The first moment at which clocks in `zone` show this time of the date, or a later one. */
function instantOf(date: Temporal.PlainDate, at: string, zone: string): EpochMs {
  const wall = date.toPlainDateTime(at);
  const first = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
  // Where the clocks never show it, `earlier` lies as long before the leap as the time does after its beginning.
  const isSkipped = !first.toPlainDateTime().equals(wall);
  const moment = isSkipped ? (first.getTimeZoneTransition('next') ?? first) : first;
  return branded<EpochMs>(moment.epochMilliseconds);
}
