// What a person wants to be told, when, and over what. Pure: the decision needs nothing but its arguments.

import type { EpochMs, MemberId, SiteId } from '../brand.ts';
import { type Severity, severities } from '../incident/incident.ts';
import type { Role } from '../organization/organization.ts';
import { isWithin, localMoment, type MinuteSpan } from './local-time.ts';

/** Channels of a person, in the order in which most people want them. */
export const personalKinds = ['push', 'email', 'sms', 'voice'] as const;
export type PersonalKind = (typeof personalKinds)[number];

/** The days of a week as ISO 8601 numbers them, 1 for Monday. */
export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
export type Weekday = (typeof weekdays)[number];

/** Spans of one day at most: a morning, an afternoon, an evening and one more. */
export const maxSpansADay = 4;

export interface QuietHours extends MinuteSpan {
  /** Whether an incident of high severity is told all the same. */
  readonly highBreaksThrough: boolean;
}

export interface DigestWish {
  readonly every: 'none' | 'daily' | 'weekly';
  /** Full hour by the person's own clock. */
  readonly hour: number;
  /** The day of a weekly one. */
  readonly weekday: Weekday;
}

export interface AlertPreferences {
  readonly memberId: MemberId;
  /** In the order in which they are tried; none tells the person nothing. */
  readonly channels: readonly PersonalKind[];
  /** Told of every incident as it opens, also where the escalation chain has them later or not at all. */
  readonly atOnce: boolean;
  /** Null for every site they reach. */
  readonly siteIds: readonly SiteId[] | null;
  readonly minimumSeverity: Severity;
  /** IANA name: whose clock the hours below are by. */
  readonly timeZone: string;
  /** Hours in which alerts are wanted, by weekday; null for always. */
  readonly hours: Readonly<Record<Weekday, readonly MinuteSpan[]>> | null;
  readonly quiet: QuietHours | null;
  readonly digest: DigestWish;
}

/**
 * What counts for who never said otherwise. Everybody has a mailbox: whoever set up a house alone, and switched no
 * browser on, must still hear of a stranger in it.
 */
export function defaultPreferences(
  { id, role }: { readonly id: MemberId; readonly role: Role },
  timeZone = 'UTC',
): AlertPreferences {
  return {
    memberId: id,
    channels: ['push', 'email'],
    atOnce: role === 'owner',
    siteIds: null,
    minimumSeverity: 'low',
    timeZone,
    hours: null,
    quiet: null,
    digest: { every: 'none', hour: 8, weekday: 1 },
  };
}

export type WhatToTell =
  | { readonly tell: true; readonly channels: readonly PersonalKind[] }
  /** `why` in words for the incident's page; null where the person simply does not want it. */
  | { readonly tell: false; readonly why: string | null };

/**
 * Whether a person is told of an incident at `now`, and over what in which order. Hours and quiet hours are by the
 * person's own clock, as it shows on both days on which it is set.
 */
export function whatToTell(
  preferences: AlertPreferences,
  incident: { readonly siteId: SiteId; readonly severity: Severity },
  now: EpochMs,
): WhatToTell {
  const { channels, siteIds, hours, quiet } = preferences;
  if (channels.length === 0) return { tell: false, why: null };
  if (siteIds !== null && !siteIds.includes(incident.siteId)) return { tell: false, why: null };
  if (isBelow(incident.severity, preferences.minimumSeverity)) return { tell: false, why: null };
  const { weekday, minute } = localMoment(now, preferences.timeZone);
  if (hours !== null && !hours[weekday].some((span) => isWithin(span, minute))) {
    return { tell: false, why: 'Outside the hours in which they want alerts.' };
  }
  const isQuiet = quiet !== null && isWithin(quiet, minute);
  if (isQuiet && !(quiet.highBreaksThrough && incident.severity === 'high')) {
    return { tell: false, why: `Quiet hours until ${clock(quiet.to)}.` };
  }
  return { tell: true, channels };
}

/** Whether a severity is less than another. */
export function isBelow(severity: Severity, minimum: Severity): boolean {
  return severities.indexOf(severity) < severities.indexOf(minimum);
}

/** "07:00" */
export function clock(minute: number): string {
  const text = (value: number) => String(value).padStart(2, '0');
  return `${text(Math.floor(minute / 60) % 24)}:${text(minute % 60)}`;
}
