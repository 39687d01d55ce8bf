// An alert is what a person is told, over a channel.

import type { AlertId, ChannelId, EpochMs, IncidentId, MemberId, OrganizationId } from '../brand.ts';
import type { Secret } from '../secret.ts';

/** Kinds of channels: the first three and `mqtt` reach addresses, `sms` and `voice` a phone. */
export const channelKinds = ['email', 'webhook', 'push', 'sms', 'voice', 'mqtt'] as const;
export type ChannelKind = (typeof channelKinds)[number];

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
  | { readonly kind: 'webhook'; readonly url: string; readonly signingSecret: Secret }
  /** A browser's subscription (Push API §8); its keys in base64url: P-256 point and 16 bytes of authentication. */
  | { readonly kind: 'push'; readonly endpoint: string; readonly p256dh: string; readonly auth: Secret }
  /** `number` in the form of E.164: +4930123456. */
  | { readonly kind: 'sms' | 'voice'; readonly number: string }
  /** A topic of the house's broker, without wildcards and without the prefix of this installation. */
  | { readonly kind: 'mqtt'; readonly topic: string };

type WithoutSecrets<T> = T extends unknown
  ? { readonly [Key in keyof T as T[Key] extends Secret ? never : Key]: T[Key] }
  : never;

/** A channel as lists have it. What it signs with is opened where something is sent: keys may be slow, or away. */
export type ListedChannel = WithoutSecrets<Channel>;

/** `skipped`: nobody had to be told any more (told another way, looked after meanwhile, quiet hours). */
export const alertStates = ['waiting', 'delivered', 'failed', 'skipped'] as const;
export type AlertState = (typeof alertStates)[number];

/**
 * What an incident is told for: that it opened, that its nth level is told, that it changed for the nth time, that somebody
 * escalated it by hand for the nth time, or that it was opened again for the nth time.
 */
export type Occasion =
  | 'opened'
  | `escalated-${number}`
  | `changed-${number}`
  | `by-hand-${number}`
  | `reopened-${number}`;

const occasionForm = /^(?:opened|(?:escalated|changed|by-hand|reopened)-\d{1,9})$/;

/** Whether a text is an occasion. */
export function isOccasion(text: string): text is Occasion {
  return occasionForm.test(text);
}

/** One alert for one incident over one channel and occasion; never two for the same three. Its id is the idempotency key. */
export interface Alert {
  readonly id: AlertId;
  readonly organizationId: OrganizationId;
  readonly incidentId: IncidentId;
  readonly channelId: ChannelId;
  readonly kind: ChannelKind;
  /** Whom it is for; null where it goes over a channel of the organization. */
  readonly memberId: MemberId | null;
  readonly occasion: Occasion;
  readonly state: AlertState;
  readonly attempts: number;
  readonly createdAt: EpochMs;
  readonly handedOverAt: EpochMs | null;
  /** Why the last attempt failed, or why it was skipped, in a sentence; null where neither happened. */
  readonly problem: string | null;
}
