// Who is told of an incident: the channels of the organization, and members who asked for it and reach the site.

import { branded, type ChannelId, type SiteId } from '../brand.ts';
import { isOwned, reaches, reachOf } from '../organization/access.ts';
import type { Member } from '../organization/organization.ts';
import type { Tables } from '../ports/records.ts';
import type { Alert, Channel } from './alert.ts';

/**
 * The personal channel of a member: their own address, as long as they are a member and want it. It is stored
 * nowhere and has the id of the member, so that it can never differ from what the member is.
 */
export function personalChannel(member: Member): Channel | null {
  if (!member.alertsByEmail) return null;
  return {
    id: personalChannelId(member),
    organizationId: member.organizationId,
    name: member.name,
    createdAt: member.createdAt,
    kind: 'email',
    address: member.email,
  };
}

/** What alerts to this member name as their channel. */
export function personalChannelId({ id }: Pick<Member, 'id'>): ChannelId {
  return branded<ChannelId>(id);
}

/**
 * The channel that an alert names: of the organization, or of a member who still reaches the incident; null where it
 * is no more.
 */
export async function findChannel(
  { channels, members, incidents }: Pick<Tables, 'channels' | 'members' | 'incidents'>,
  { channelId, incidentId }: Pick<Alert, 'channelId' | 'incidentId'>,
): Promise<Channel | null> {
  const channel = await channels.find(channelId);
  if (channel !== null) return channel;
  const member = await members.find(branded<Member['id']>(channelId));
  const incident = await incidents.find(incidentId);
  if (member === null || incident === null) return null;
  const { organizationId } = member;
  return isOwned(incident, { organizationId, reach: reachOf(member) }) ? personalChannel(member) : null;
}

/**
 * The channels to tell of an incident at a site. A person whose address is a channel of the organization as well is
 * told once.
 */
export function recipients(
  siteId: SiteId,
  channels: readonly Channel[],
  members: readonly Member[],
): readonly Channel[] {
  const known = new Set(channels.map((channel) => (channel.kind === 'email' ? mailbox(channel) : '')));
  const personal = members
    .filter((member) => reaches({ reach: reachOf(member) }, siteId))
    .map(personalChannel)
    .filter((channel) => channel?.kind === 'email')
    .filter((channel) => !known.has(mailbox(channel)));
  return [...channels, ...personal];
}

function mailbox({ address }: { readonly address: string }): string {
  return address.toLowerCase();
}
