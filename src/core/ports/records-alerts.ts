// Records of alerts: what people want to be told, over what, and what they were told.

import type { Alert, Channel, ListedChannel } from '../alert/alert.ts';
import type { EscalationChain } from '../alert/escalation-chain.ts';
import type { AlertPreferences } from '../alert/preferences.ts';
import type { PushSubscription } from '../alert/push-subscription.ts';
import type { AlertId, ChannelId, EpochMs, IncidentId, MemberId, OrganizationId, SiteId } from '../brand.ts';
import type { Secret } from '../secret.ts';

export interface ChannelRecords {
  insert(channel: Channel): Promise<void>;
  find(id: ChannelId): Promise<Channel | null>;
  /** Oldest first. Waits for no key. */
  list(organizationId: OrganizationId): Promise<readonly ListedChannel[]>;
  delete(id: ChannelId): Promise<void>;
}

export interface AlertRecords {
  /** False where one for the same incident, channel and occasion exists already; then nothing changes. */
  insertIfAbsent(alert: Alert): Promise<boolean>;
  find(id: AlertId): Promise<Alert | null>;
  update(
    id: AlertId,
    change: Partial<Pick<Alert, 'state' | 'attempts' | 'handedOverAt' | 'problem'>>,
  ): Promise<void>;
  /** Oldest first. */
  ofIncident(incidentId: IncidentId): Promise<readonly Alert[]>;
}

export interface PreferenceRecords {
  /** Null for who never said anything: `defaultPreferences` counts. */
  find(memberId: MemberId): Promise<AlertPreferences | null>;
  list(organizationId: OrganizationId): Promise<readonly AlertPreferences[]>;
  /** Inserts or replaces. */
  put(preferences: AlertPreferences, organizationId: OrganizationId): Promise<void>;
  delete(memberId: MemberId): Promise<void>;
  /** The number that a member proved to be theirs; null where they proved none. */
  provenPhone(memberId: MemberId): Promise<string | null>;
  /** By member. */
  provenPhones(organizationId: OrganizationId): Promise<ReadonlyMap<MemberId, string>>;
  provePhone(memberId: MemberId, organizationId: OrganizationId, number: string, at: EpochMs): Promise<void>;
}

export interface PushSubscriptionRecords {
  /** Replaces the one of the same member and endpoint, and takes the endpoint from everybody else's account. */
  put(subscription: PushSubscription): Promise<void>;
  find(id: ChannelId): Promise<PushSubscription | null>;
  /** Oldest first. */
  ofMember(memberId: MemberId): Promise<readonly PushSubscription[]>;
  /** Without unsealing anything, oldest first: which member has which. */
  ids(organizationId: OrganizationId): Promise<readonly { id: ChannelId; memberId: MemberId }[]>;
  delete(id: ChannelId): Promise<void>;
  deleteOfMember(memberId: MemberId): Promise<void>;
}

export interface EscalationChainRecords {
  /** Exactly that of the site, or exactly that of the organization where `siteId` is null. */
  find(organizationId: OrganizationId, siteId: SiteId | null): Promise<EscalationChain | null>;
  list(organizationId: OrganizationId): Promise<readonly EscalationChain[]>;
  /** Inserts or replaces. */
  put(chain: EscalationChain): Promise<void>;
  delete(organizationId: OrganizationId, siteId: SiteId | null): Promise<void>;
}

/** The keys by which push services know this installation (VAPID, RFC 8292), base64url. */
export interface PushKeys {
  readonly publicKey: string;
  readonly privateKey: Secret;
}

export interface PushKeyRecords {
  find(): Promise<PushKeys | null>;
  /** Stores them where there are none. Of many callers one wins; all then find the same. */
  insertIfAbsent(keys: PushKeys): Promise<void>;
}
