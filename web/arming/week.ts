// A week as bands: what a site is armed as from when to when, for the eye.

import type { Schedule } from '../../src/http/contract/sites.ts';
import { type Arming, armingWords } from '../overview/arming.ts';

export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
export type Weekday = (typeof weekdays)[number];

export const dayNames = {
  1: 'Monday',
  2: 'Tuesday',
  3: 'Wednesday',
  4: 'Thursday',
  5: 'Friday',
  6: 'Saturday',
  7: 'Sunday',
} as const satisfies Record<Weekday, string>;

export const minutesOfDay = 1440;

/** Minutes after midnight, `to` not included. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly arming: Arming;
}

export type WeeklyEntry = Schedule['weekly'][number];
export type DayEntry = Omit<WeeklyEntry, 'days'>;

/** The bands of each day; what the last entry of a day sets goes on until the next one, around the week. */
export function bandsOfWeek(weekly: readonly WeeklyEntry[]): ReadonlyMap<Weekday, readonly Band[]> {
  const days = weekdays.map((day) => ({ day, entries: entriesOf(weekly, day) }));
  let arming = days.flatMap(({ entries }) => entries).at(-1)?.arming ?? null;
  const bands = new Map<Weekday, readonly Band[]>();
  for (const { day, entries } of days) {
    const ofDay: Band[] = [];
    let from = 0;
    for (const entry of entries) {
      const to = minutesOf(entry.at);
      if (arming !== null && to > from) ofDay.push({ from, to, arming });
      from = to;
      arming = entry.arming;
    }
    if (arming !== null) ofDay.push({ from, to: minutesOfDay, arming });
    bands.set(day, ofDay);
  }
  return bands;
}

/** The day in words, for who cannot see it: "Monday: until 07:00 armed, away, until 20:00 disarmed, …". */
export function dayWords(day: Weekday, bands: readonly Band[]): string {
  if (bands.length === 0) return `${dayNames[day]}: nothing is planned`;
  const parts = bands.map(({ to, arming }) => {
    const words = armingWords[arming].toLowerCase();
    return to === minutesOfDay ? `then ${words}` : `until ${timeOf(to)} ${words}`;
  });
  const [only = ''] = parts;
  const told = parts.length === 1 ? only.replace(/^then /, 'all day ') : parts.join(', ');
  return `${dayNames[day]}: ${told}`;
}

/** "Mon–Fri", "every day", "Sat, Sun": days as people write them. */
export function daysWords(days: readonly Weekday[]): string {
  const sorted = weekdays.filter((day) => days.includes(day));
  if (sorted.length === 7) return 'every day';
  const runs: Weekday[][] = [];
  for (const day of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const short = (day: Weekday | undefined) => (day === undefined ? '' : dayNames[day].slice(0, 3));
  return runs
    .flatMap((run) => (run.length > 2 ? [`${short(run[0])}–${short(run.at(-1))}`] : run.map(short)))
    .join(', ');
}

export function minutesOf(at: string): number {
  const [hours = '0', minutes = '0'] = at.split(':');
  return Number(hours) * 60 + Number(minutes);
}

export function timeOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function entriesOf(weekly: readonly WeeklyEntry[], day: Weekday): readonly WeeklyEntry[] {
  return weekly.filter(({ days }) => days.includes(day)).toSorted((a, b) => (a.at < b.at ? -1 : 1));
}
