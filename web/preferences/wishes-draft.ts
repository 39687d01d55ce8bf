// What I want to be told, while it is being changed: intentions as pure functions.

import type { MinuteSpan, MyAlerts, PersonalKind, Wishes } from '../../src/http/contract/my-alerts.ts';
import { count, duration } from '../ui/words.ts';

export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
export type Weekday = (typeof weekdays)[number];
export const hoursADay = 24;

export const dayNames: Readonly<Record<Weekday, string>> = {
  1: 'Monday',
  2: 'Tuesday',
  3: 'Wednesday',
  4: 'Thursday',
  5: 'Friday',
  6: 'Saturday',
  7: 'Sunday',
};

/** The kinds in the order of the wishes, then those that are not wanted. */
export function orderedKinds(all: readonly PersonalKind[], wanted: readonly PersonalKind[]): PersonalKind[] {
  return [...wanted.filter((kind) => all.includes(kind)), ...all.filter((kind) => !wanted.includes(kind))];
}

/** `kind` at the place of index `to`; what is not wanted stays out. */
export function moved(wanted: readonly PersonalKind[], kind: PersonalKind, to: number): PersonalKind[] {
  if (!wanted.includes(kind)) return [...wanted];
  const others = wanted.filter((each) => each !== kind);
  const place = Math.max(0, Math.min(others.length, to));
  return [...others.slice(0, place), kind, ...others.slice(place)];
}

/** Wanted last, or no longer. */
export function toggled(wanted: readonly PersonalKind[], kind: PersonalKind): PersonalKind[] {
  return wanted.includes(kind) ? wanted.filter((each) => each !== kind) : [...wanted, kind];
}

/** Hours of the week, 7 × 24, true where alerts are wanted. */
export type Week = readonly (readonly boolean[])[];

/** The week of the wishes. An hour that is wanted in part counts as wanted: an alert too many is the smaller fault. */
export function weekOf(hours: Wishes['hours']): Week {
  return weekdays.map((day) =>
    Array.from(
      { length: hoursADay },
      (_, hour) => hours === null || hours[day].some((span) => covers(span, hour)),
    ),
  );
}

function covers({ from, to }: MinuteSpan, hour: number): boolean {
  const [start, end] = [hour * 60, hour * 60 + 60];
  return from < to ? from < end && start < to : start < to || end > from;
}

/** Hours as the server keeps them; null where every hour is wanted. A day has at most four spans. */
export function hoursOf(week: Week): Wishes['hours'] {
  if (week.every((day) => day.every(Boolean))) return null;
  const spans = (day: Weekday) => spansOf(week[day - 1] ?? []);
  return { 1: spans(1), 2: spans(2), 3: spans(3), 4: spans(4), 5: spans(5), 6: spans(6), 7: spans(7) };
}

/** Where a day has more spans than can be kept, the shortest pauses between them are filled. */
export function spansOf(day: readonly boolean[], most = 4): MinuteSpan[] {
  const spans: MinuteSpan[] = [];
  for (const [hour, isWanted] of day.entries()) {
    if (!isWanted) continue;
    const last = spans.at(-1);
    if (last?.to === hour * 60) spans.splice(-1, 1, { ...last, to: hour * 60 + 60 });
    else spans.push({ from: hour * 60, to: hour * 60 + 60 });
  }
  while (spans.length > most) {
    const pauses = spans.slice(1).map(({ from }, index) => from - (spans[index]?.to ?? 0));
    const shortest = pauses.indexOf(Math.min(...pauses));
    const [before, after] = [spans[shortest], spans[shortest + 1]];
    if (before === undefined || after === undefined) break;
    spans.splice(shortest, 2, { from: before.from, to: after.to });
  }
  return spans;
}

/** The week with a rectangle of hours painted. */
export function painted(
  week: Week,
  [fromDay, fromHour]: readonly [number, number],
  [toDay, toHour]: readonly [number, number],
  isWanted: boolean,
): Week {
  const [firstDay, lastDay] = [Math.min(fromDay, toDay), Math.max(fromDay, toDay)];
  const [firstHour, lastHour] = [Math.min(fromHour, toHour), Math.max(fromHour, toHour)];
  return week.map((day, row) =>
    row < firstDay || row > lastDay
      ? day
      : day.map((was, hour) => (hour >= firstHour && hour <= lastHour ? isWanted : was)),
  );
}

/** Usual weeks to begin with. */
export const presets = {
  always: () => weekOf(null),
  'working hours': () => weekdays.map((day) => hoursBetween(day <= 5 ? [8, 18] : null)),
  'outside working hours': () =>
    weekdays.map((day) => hoursBetween(day <= 5 ? [8, 18] : null).map((isWork) => !isWork)),
} as const satisfies Record<string, () => Week>;

function hoursBetween(span: readonly [number, number] | null): boolean[] {
  return Array.from({ length: hoursADay }, (_, hour) => span !== null && hour >= span[0] && hour < span[1]);
}

/** "08:30" as minutes of the day; null where it is no time. */
export function minuteOf(text: string): number | null {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  if (match === null) return null;
  const minute = Number(match[1]) * 60 + Number(match[2]);
  return minute <= 1440 ? minute : null;
}

/** "08:30" */
export function timeText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** Whether two wishes say the same. */
export function isSame(a: Wishes, b: Wishes): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Why wishes leave nothing to be told of at any time, in a sentence; null where they do not. */
export function silenceOf({ hours, quiet, siteIds }: Wishes): string | null {
  if (siteIds?.length === 0) return 'You are told of nothing: choose a site.';
  if (hours !== null && weekdays.every((day) => hours[day].length === 0)) {
    return 'You are told of nothing: no hour of the week is chosen.';
  }
  // A span that ends where it begins is the whole day, see `isWithin` of the core.
  if (quiet === null || quiet.from % 1440 !== quiet.to % 1440) return null;
  return quiet.highBreaksThrough
    ? 'Your quiet hours are the whole day: only what is serious reaches you.'
    : 'You are told of nothing: your quiet hours are the whole day.';
}

/** What would happen, in one sentence, for who reads no settings. */
export function summary(wishes: Wishes, ready: readonly PersonalKind[], turn: MyAlerts['turn']): string {
  const [first, ...others] = wishes.channels.filter((kind) => ready.includes(kind));
  if (first === undefined) return 'Nothing reaches you yet: choose a channel and set it up.';
  const silence = silenceOf(wishes);
  if (silence !== null) return silence;
  const then =
    others.length === 0 ? '' : `, then by ${others.map((kind) => kindWords[kind]).join(', then by ')}`;
  const told = `told by ${kindWords[first]}${then}`;
  if (wishes.atOnce) return `You are ${told}, as soon as an incident opens.`;
  const when = turnWords(turn);
  if (when === null)
    return 'You are told of no incident: nobody put you into the escalation chain. Switch “At once” on.';
  return `You are ${told}, ${when}.`;
}

/** When it is somebody's turn in the chains of their sites; null where it never is. */
export function turnWords({ sites, onChain, firstMs, lastMs }: MyAlerts['turn']): string | null {
  if (firstMs === null || lastMs === null) return null;
  const wait =
    lastMs === 0
      ? 'as soon as an incident opens'
      : firstMs === lastMs
        ? `when nobody took an incident for ${duration(firstMs)}`
        : firstMs === 0
          ? `at some sites as an incident opens, at others when nobody took it for up to ${duration(lastMs)}`
          : `when nobody took an incident for ${duration(firstMs)} to ${duration(lastMs)}, depending on the site`;
  return onChain === sites ? wait : `${wait}; only at ${onChain} of your ${count(sites, 'site')}`;
}

export const kindWords: Readonly<Record<PersonalKind, string>> = {
  push: 'notification',
  email: 'e-mail',
  sms: 'text message',
  voice: 'phone call',
};
