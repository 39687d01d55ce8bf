// What a member wants to be told: read, checked and changed.

import type { SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { reaches, reachOf } from '../organization/access.ts';
import type { Member } from '../organization/organization.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records, Tables } from '../ports/records.ts';
import { checkedTimeZone } from '../site/time-zone.ts';
import { scheduleDigest } from './digest-timer.ts';
import { minutesADay, type MinuteSpan } from './local-time.ts';
import {
  type AlertPreferences,
  defaultPreferences,
  maxSpansADay,
  type Weekday,
  weekdays,
} from './preferences.ts';

/** What a member wants; the defaults, by the clock of a site of theirs, where they never said. */
export async function readWishes(
  { records }: { records: Pick<Tables, 'preferences' | 'sites'> },
  member: Member,
): Promise<AlertPreferences> {
  const stored = await records.preferences.find(member.id);
  if (stored !== null && stored.timeZone !== 'UTC') return stored;
  const sites = await records.sites.list(member.organizationId);
  const near = sites.find(({ id }) => reaches({ reach: reachOf(member) }, id));
  const timeZone = near?.timeZone ?? 'UTC';
  return stored === null ? defaultPreferences(member, timeZone) : { ...stored, timeZone };
}

/** Stores what a member wants. Errors: `request-invalid` with the fields at fault. */
export async function changeWishes(
  { records, clock }: { records: Records; clock: Clock },
  member: Member,
  wanted: Omit<AlertPreferences, 'memberId'>,
): Promise<AlertPreferences> {
  const preferences: AlertPreferences = {
    ...wanted,
    memberId: member.id,
    channels: [...new Set(wanted.channels)],
    timeZone: checkedTimeZone(wanted.timeZone),
    hours: wanted.hours === null ? null : checkedHours(wanted.hours),
    quiet: wanted.quiet === null ? null : { ...wanted.quiet, ...checkedSpan(wanted.quiet, 'quiet') },
    siteIds: wanted.siteIds === null ? null : checkedSites(member, wanted.siteIds),
  };
  await records.transaction(async (tx) => {
    if (preferences.siteIds !== null) await mustExist(tx, member, preferences.siteIds);
    await tx.preferences.put(preferences, member.organizationId);
    await scheduleDigest({ tx, clock }, member.organizationId, preferences);
  });
  return preferences;
}

/** Puts push messages first where a browser was added by who did not want any: that is what it was added for. */
export async function wantPush(deps: { records: Records; clock: Clock }, member: Member): Promise<void> {
  const wishes = await readWishes(deps, member);
  if (wishes.channels.includes('push')) return;
  await changeWishes(deps, member, { ...wishes, channels: ['push', ...wishes.channels] });
}

/** Whoever is suspended is told nothing, and has to say anew what they want. */
export async function tellNothing(
  tx: Tables,
  member: Pick<Member, 'id' | 'role' | 'organizationId'>,
): Promise<void> {
  const stored = (await tx.preferences.find(member.id)) ?? defaultPreferences(member);
  const digest = { ...stored.digest, every: 'none' } as const;
  await tx.preferences.put({ ...stored, channels: [], atOnce: false, digest }, member.organizationId);
  await tx.pushSubscriptions.deleteOfMember(member.id);
}

function checkedHours(
  hours: Readonly<Record<Weekday, readonly MinuteSpan[]>>,
): Readonly<Record<Weekday, readonly MinuteSpan[]>> {
  for (const day of weekdays) {
    if (hours[day].length > maxSpansADay) throw wrong('hours', `A day has at most ${maxSpansADay} spans.`);
    for (const span of hours[day]) checkedSpan(span, 'hours');
  }
  return hours;
}

function checkedSpan({ from, to }: MinuteSpan, field: string): MinuteSpan {
  const isMinute = (value: number) => Number.isInteger(value) && value >= 0 && value <= minutesADay;
  if (!isMinute(from) || !isMinute(to) || from === minutesADay) {
    throw wrong(field, 'Give times from 00:00 to 24:00.');
  }
  return { from, to };
}

/** Sites the member does not reach look like those that do not exist. */
function checkedSites(member: Member, siteIds: readonly SiteId[]): readonly SiteId[] {
  const reach = reachOf(member);
  if (siteIds.every((id) => reaches({ reach }, id))) return [...new Set(siteIds)];
  throw new VedetteError('not-found', 'One of the sites does not exist.');
}

async function mustExist(tx: Tables, { organizationId }: Member, siteIds: readonly SiteId[]): Promise<void> {
  const known = new Set((await tx.sites.list(organizationId)).map(({ id }) => id));
  if (siteIds.every((id) => known.has(id))) return;
  throw new VedetteError('not-found', 'One of the sites does not exist.');
}

function wrong(field: string, sentence: string): VedetteError {
  return new VedetteError('request-invalid', sentence, { fields: { [field]: sentence } });
}
