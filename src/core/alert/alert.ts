// An alert is what a person is told, over a channel.

import type { AlertId, ChannelId, EpochMs, IncidentId, OrganizationId } from '../brand.ts';
import type { Secret } from '../secret.ts';

/** Where alerts of an organization go. */
export type Channel = {
  readonly id: ChannelId;
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly createdAt: EpochMs;
} & ChannelTarget;

export type ChannelTarget =
  | { readonly kind: 'email'; readonly address: string }
  /** Signed with HMAC-SHA-256 over the body by `signingSecret`. */
  | { readonly kind: 'webhook'; readonly url: string; readonly signingSecret: Secret };

export const alertStates = ['waiting', 'delivered', 'failed'] as const;
export type AlertState = (typeof alertStates)[number];

/** One alert for one incident over one channel; never two for the same pair. */
export interface Alert {
  readonly id: AlertId;
  readonly organizationId: OrganizationId;
  readonly incidentId: IncidentId;
  readonly channelId: ChannelId;
  readonly state: AlertState;
  readonly attempts: number;
  readonly createdAt: EpochMs;
  readonly handedOverAt: EpochMs | null;
  /** Why the last attempt failed, in a sentence; null if none did. */
  readonly problem: string | null;
}
