// Whom an incident concerns: the channels of the organization, and people who reach the site, with what they want.

import { branded, type ChannelId, type OrganizationId, type SiteId } from '../brand.ts';
import { isOwned, reaches, reachOf } from '../organization/access.ts';
import type { Member } from '../organization/organization.ts';
import type { Tables } from '../ports/records.ts';
import type { Alert, ChannelTarget, ListedChannel } from './alert.ts';
import { defaultLevels, isOnLevel, type Level } from './escalation-chain.ts';
import {
  type AlertPreferences,
  defaultPreferences,
  personalKinds,
  type PersonalKind,
} from './preferences.ts';

/** One kind of a person's channels, and which there are of it: every browser of theirs, their mailbox, their phone. */
export interface Rung {
  readonly kind: PersonalKind;
  readonly channelIds: readonly ChannelId[];
}

/** Somebody who may be told. */
export interface Addressee {
  readonly member: Member;
  readonly preferences: AlertPreferences;
  /** What there is of their channels, in their order. */
  readonly rungs: readonly Rung[];
  /** The same with those they do not want: for trying them out. */
  readonly everyRung: readonly Rung[];
  /** Their mailbox is a channel of the organization as well: what goes to those does not go there twice. */
  readonly sharesMailbox: boolean;
}

export interface Audience {
  /** Of the organization: each is told as the incident opens. */
  readonly channels: readonly ListedChannel[];
  readonly people: readonly Addressee[];
  readonly levels: readonly Level[];
}

type AudienceTables = Pick<
  Tables,
  'channels' | 'members' | 'preferences' | 'pushSubscriptions' | 'escalationChains'
>;

/** Reads whom an incident at a site concerns. Waits for no key: one that hangs must keep nobody from being told. */
export async function readAudience(
  records: AudienceTables,
  { organizationId, siteId }: { organizationId: OrganizationId; siteId: SiteId },
): Promise<Audience> {
  const [shared, people, levels] = await Promise.all([
    records.channels.list(organizationId),
    readPeople(records, organizationId),
    readLevels(records, { organizationId, siteId }),
  ]);
  const known = new Set(shared.map((channel) => (channel.kind === 'email' ? mailbox(channel.address) : '')));
  return {
    channels: shared,
    people: people
      .filter(({ member }) => reaches({ reach: reachOf(member) }, siteId))
      .map((person) => ({ ...person, sharesMailbox: known.has(mailbox(person.member.email)) })),
    levels,
  };
}

/** Who is told after whom at a site: by its own chain, else by that of the organization. */
export async function readLevels(
  { escalationChains }: Pick<Tables, 'escalationChains'>,
  { organizationId, siteId }: { organizationId: OrganizationId; siteId: SiteId },
): Promise<readonly Level[]> {
  const [own, whole] = await Promise.all([
    escalationChains.find(organizationId, siteId),
    escalationChains.find(organizationId, null),
  ]);
  return (own ?? whole)?.levels ?? defaultLevels;
}

/** Everybody of an organization with what they want and what there is of their channels; oldest first. */
export async function readPeople(
  { members, preferences, pushSubscriptions }: Pick<Tables, 'members' | 'preferences' | 'pushSubscriptions'>,
  organizationId: OrganizationId,
): Promise<readonly Addressee[]> {
  const [everybody, wishes, browsers, phones] = await Promise.all([
    members.list(organizationId),
    preferences.list(organizationId),
    pushSubscriptions.ids(organizationId),
    preferences.provenPhones(organizationId),
  ]);
  const wishesOf = new Map(wishes.map((each) => [each.memberId, each]));
  const browsersOf = Map.groupBy(browsers, ({ memberId }) => memberId);
  return everybody.map((member) => {
    const wanted = wishesOf.get(member.id) ?? defaultPreferences(member);
    const ids = (browsersOf.get(member.id) ?? []).map(({ id }) => id);
    return addresseeOf(member, wanted, ids, phones.get(member.id) ?? null);
  });
}

/** One member as an addressee. */
export async function readAddressee(
  { preferences, pushSubscriptions }: Pick<Tables, 'preferences' | 'pushSubscriptions'>,
  member: Member,
): Promise<Addressee> {
  const [wishes, browsers, phone] = await Promise.all([
    preferences.find(member.id),
    pushSubscriptions.ids(member.organizationId),
    preferences.provenPhone(member.id),
  ]);
  const ids = browsers.filter(({ memberId }) => memberId === member.id).map(({ id }) => id);
  return addresseeOf(member, wishes ?? defaultPreferences(member), ids, phone);
}

function addresseeOf(
  member: Member,
  preferences: AlertPreferences,
  browsers: readonly ChannelId[],
  provenPhone: string | null,
): Addressee {
  const hasPhone = member.phone !== null && member.phone === provenPhone;
  const ids: Readonly<Record<PersonalKind, readonly ChannelId[]>> = {
    push: browsers,
    email: [personalChannelId(member, 'email')],
    sms: hasPhone ? [personalChannelId(member, 'sms')] : [],
    voice: hasPhone ? [personalChannelId(member, 'voice')] : [],
  };
  const there = (kinds: readonly PersonalKind[]) =>
    kinds.map((kind) => ({ kind, channelIds: ids[kind] })).filter(({ channelIds }) => channelIds.length > 0);
  const rungs = there(preferences.channels);
  return { member, preferences, rungs, everyRung: there(personalKinds), sharesMailbox: false };
}

/**
 * What alerts to this member name as their channel: the member for their e-mail, whose address is stored nowhere else,
 * and the same with the kind for their phone. Browsers have ids of their own.
 */
export function personalChannelId({ id }: Pick<Member, 'id'>, kind: 'email' | 'sms' | 'voice'): ChannelId {
  return branded<ChannelId>(kind === 'email' ? id : `${id}/${kind}`);
}

/** Whether a level of the chain, or the person's own wish, has them told as the incident opens. */
export function isConcerned(
  { member, preferences }: Addressee,
  levels: readonly Level[],
  upTo: number,
): boolean {
  return preferences.atOnce || levels.slice(0, upTo + 1).some((level) => isOnLevel(level, member));
}

/**
 * Where an alert goes now: the channel of the organization that it names, or the person's own as it is today; null where
 * that is no more, or where the person does not reach the incident any more.
 */
export async function findTarget(
  tables: Pick<Tables, 'channels' | 'members' | 'incidents' | 'preferences' | 'pushSubscriptions'>,
  alert: Pick<Alert, 'channelId' | 'incidentId' | 'memberId' | 'kind'>,
): Promise<ChannelTarget | null> {
  if (alert.memberId === null) {
    const channel = await tables.channels.find(alert.channelId);
    return channel === null ? null : bareTarget(channel);
  }
  const member = await tables.members.find(alert.memberId);
  const incident = await tables.incidents.find(alert.incidentId);
  if (member === null || incident === null) return null;
  if (!isOwned(incident, { organizationId: member.organizationId, reach: reachOf(member) })) return null;
  const { preferences, rungs } = await readAddressee(tables, member);
  const isWanted = preferences.channels.some((kind) => kind === alert.kind);
  const isThere = rungs.some(({ channelIds }) => channelIds.includes(alert.channelId));
  return isWanted && isThere ? personalTarget(tables, member, alert) : null;
}

/** The target behind a personal channel; null where it is no more. */
export async function personalTarget(
  { pushSubscriptions }: Pick<Tables, 'pushSubscriptions'>,
  member: Member,
  { kind, channelId }: Pick<Alert, 'kind' | 'channelId'>,
): Promise<ChannelTarget | null> {
  if (kind === 'email') return { kind, address: member.email };
  if (kind === 'sms' || kind === 'voice') {
    return member.phone === null ? null : { kind, number: member.phone };
  }
  if (kind !== 'push') return null;
  const browser = await pushSubscriptions.find(channelId);
  if (browser === null || browser.memberId !== member.id) return null;
  const { endpoint, p256dh, auth } = browser;
  return { kind, endpoint, p256dh, auth };
}

/** Only what a notifier needs to know. */
function bareTarget(channel: ChannelTarget): ChannelTarget {
  switch (channel.kind) {
    case 'email':
      return { kind: channel.kind, address: channel.address };
    case 'webhook':
      return { kind: channel.kind, url: channel.url, signingSecret: channel.signingSecret };
    case 'mqtt':
      return { kind: channel.kind, topic: channel.topic };
    case 'push':
      return {
        kind: channel.kind,
        endpoint: channel.endpoint,
        p256dh: channel.p256dh,
        auth: channel.auth,
      };
    default:
      return { kind: channel.kind, number: channel.number };
  }
}

/** Whether two addresses are one mailbox. */
export function isSameMailbox(one: string, other: string): boolean {
  return mailbox(one) === mailbox(other);
}

function mailbox(address: string): string {
  return address.toLowerCase();
}
