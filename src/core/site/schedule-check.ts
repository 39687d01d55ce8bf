// What a schedule may be: limits, and the sentences that say what is wrong.

import { VedetteError } from '../errors.ts';
import type { DayEntry, Schedule, WeeklyEntry } from './schedule.ts';
import { weekdays } from './schedule.ts';

/** Weekly entries: seven different days with as many edges as a day may have. */
export const maxWeeklyEntries = 70;
/** Edges of one day: every other hour and more; who needs more wants something else than a schedule. */
export const maxDayEntries = 10;
/** Exceptions, and dates of holidays: each day of a year. */
export const maxDates = 366;

/** A day ends where the next one begins: of two names for one moment only one is taken. */
const midnight = 'Write midnight as 00:00 of the day that begins then.';

/** The schedule, if it can be kept. Errors: `request-invalid`, with a sentence for the field at fault. */
export function checkedSchedule(schedule: Schedule): Schedule {
  const { weekly, exceptions, holidays } = schedule;
  atMost('weekly', weekly, maxWeeklyEntries, 'entries a week');
  atMost('exceptions', exceptions, maxDates, 'exceptions');
  atMost('holidays.dates', holidays.dates, maxDates, 'holidays');
  atMost('holidays.yearly', holidays.yearly, maxDates, 'yearly holidays');
  weekly.forEach(checkWeekly);
  for (const day of weekdays) {
    checkDay(
      'weekly',
      weekly.filter(({ days }) => days.includes(day)),
      `on ${weekdayWords[day]}`,
    );
  }
  exceptions.forEach(({ date, entries }, index) => {
    if (!isDate(date))
      throw wrong(`exceptions.${index}.date`, `"${date}" is no date. Write it as 2026-12-24.`);
    checkDay(`exceptions.${index}.entries`, entries, `on ${date}`);
  });
  mustDiffer(
    'exceptions',
    exceptions.map(({ date }) => date),
  );
  holidays.dates.forEach((date, index) => {
    if (!isDate(date))
      throw wrong(`holidays.dates.${index}`, `"${date}" is no date. Write it as 2026-12-24.`);
  });
  holidays.yearly.forEach((day, index) => {
    // 2024 has a 29 February.
    if (/^\d\d-\d\d$/.test(day) && isDate(`2024-${day}`)) return;
    throw wrong(`holidays.yearly.${index}`, `"${day}" is no day of a year. Write it as 12-24.`);
  });
  mustDiffer('holidays.dates', holidays.dates);
  mustDiffer('holidays.yearly', holidays.yearly);
  checkDay('holidays.entries', holidays.entries, 'on holidays');
  return schedule;
}

function checkWeekly({ days }: WeeklyEntry, index: number): void {
  if (days.length === 0) throw wrong(`weekly.${index}.days`, 'Choose at least one day of the week.');
  mustDiffer(`weekly.${index}.days`, days);
}

const weekdayWords = {
  1: 'Monday',
  2: 'Tuesday',
  3: 'Wednesday',
  4: 'Thursday',
  5: 'Friday',
  6: 'Saturday',
  7: 'Sunday',
} as const;

/** The entries of one day: times that exist, each once. `when` is the day in words: "on Monday". */
function checkDay(field: string, entries: readonly DayEntry[], when: string): void {
  atMost(field, entries, maxDayEntries, 'entries a day');
  for (const { at } of entries) {
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(at))
      throw wrong(field, `"${at}" is no time of day. ${at === '24:00' ? midnight : 'Write it as 07:30.'}`);
  }
  mustDiffer(
    field,
    entries.map(({ at }) => at),
    `Two entries ${when} are at the same time`,
  );
}

function atMost(field: string, list: readonly unknown[], most: number, what: string): void {
  if (list.length > most) throw wrong(field, `A schedule has at most ${most} ${what}.`);
}

function mustDiffer(
  field: string,
  values: readonly (string | number)[],
  said = 'This is listed twice',
): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw wrong(field, `${said}: ${twice}.`);
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

function wrong(field: string, sentence: string): VedetteError {
  return new VedetteError('request-invalid', sentence, { fields: { [field]: sentence } });
}
