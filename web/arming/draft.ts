// The schedule while it is being edited: each intention is a function from one draft to the next.

import type { Schedule } from '../../src/http/contract/sites.ts';
import type { DayEntry, Weekday, WeeklyEntry } from './week.ts';

/** The draft with entry `index` changed. */
export function withEntry(schedule: Schedule, index: number, change: Partial<WeeklyEntry>): Schedule {
  const weekly = schedule.weekly.map((entry, each) => (each === index ? { ...entry, ...change } : entry));
  return { ...schedule, weekly };
}

/** A new entry, as people mostly mean it: armed in the evening first, then disarmed in the morning. */
export function withNewEntry(schedule: Schedule): Schedule {
  const isArmed = schedule.weekly.some(({ arming }) => arming !== 'disarmed');
  const entry: WeeklyEntry = isArmed
    ? { days: [1, 2, 3, 4, 5], at: '07:00', arming: 'disarmed' }
    : { days: [1, 2, 3, 4, 5], at: '22:00', arming: 'armed-away' };
  return { ...schedule, weekly: [...schedule.weekly, entry] };
}

export function withoutEntry(schedule: Schedule, index: number): Schedule {
  return { ...schedule, weekly: schedule.weekly.filter((_, each) => each !== index) };
}

/** The days with one switched on or off, in the order of the week. */
export function toggledDay(days: readonly Weekday[], day: Weekday): Weekday[] {
  const next = days.includes(day) ? days.filter((each) => each !== day) : [...days, day];
  return next.toSorted((a, b) => a - b);
}

/** The draft with the plan of a date; a date that has one keeps it. */
export function withException(schedule: Schedule, date: string): Schedule {
  if (date === '' || schedule.exceptions.some((each) => each.date === date)) return schedule;
  const exceptions = [...schedule.exceptions, { date, entries: [] }];
  return { ...schedule, exceptions: exceptions.toSorted((a, b) => (a.date < b.date ? -1 : 1)) };
}

export function withExceptionEntries(schedule: Schedule, date: string, entries: DayEntry[]): Schedule {
  const exceptions = schedule.exceptions.map((each) => (each.date === date ? { ...each, entries } : each));
  return { ...schedule, exceptions };
}

export function withoutException(schedule: Schedule, date: string): Schedule {
  return { ...schedule, exceptions: schedule.exceptions.filter((each) => each.date !== date) };
}

/** Fixed days that are holidays nearly everywhere: a beginning, each can be taken out. */
export const commonHolidays = ['01-01', '05-01', '12-25', '12-26'] as const;

/** The draft with more holidays: "YYYY-MM-DD" once, "MM-DD" every year; those it has are not added again. */
export function withHolidays(schedule: Schedule, days: readonly string[]): Schedule {
  const { holidays } = schedule;
  const isYearly = (day: string) => day.length === 5;
  const merged = (list: readonly string[], more: readonly string[]) =>
    [...new Set([...list, ...more])].toSorted();
  return {
    ...schedule,
    holidays: {
      ...holidays,
      dates: merged(
        holidays.dates,
        days.filter((day) => day !== '' && !isYearly(day)),
      ),
      yearly: merged(holidays.yearly, days.filter(isYearly)),
    },
  };
}

export function withoutHoliday(schedule: Schedule, day: string): Schedule {
  const { holidays } = schedule;
  const left = (list: readonly string[]) => list.filter((each) => each !== day);
  return {
    ...schedule,
    holidays: { ...holidays, dates: left(holidays.dates), yearly: left(holidays.yearly) },
  };
}

/** Whether there is a holiday or anything planned for one. */
export function hasHolidays({ holidays }: Schedule): boolean {
  return holidays.dates.length + holidays.yearly.length + holidays.entries.length > 0;
}

/** "24 Dec 2026", or "25 Dec, every year" for a yearly day. */
export function dateWords(day: string): string {
  const isYearly = day.length === 5;
  const date = new Date(`${isYearly ? '2024-' : ''}${day}T12:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  const words = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(isYearly ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(date);
  return isYearly ? `${words}, every year` : words;
}
