// A browser of a person that takes push messages.

import type { ChannelId, EpochMs, MemberId, OrganizationId } from '../brand.ts';
import type { Secret } from '../secret.ts';

/** Browsers of one person: more than anybody carries. */
export const maxSubscriptions = 20;

export interface PushSubscription {
  /** What alerts name as their channel. */
  readonly id: ChannelId;
  readonly organizationId: OrganizationId;
  readonly memberId: MemberId;
  /** Whose browser it is: the same in every organization of the person. */
  readonly userId: string;
  /** "Firefox on Linux" */
  readonly name: string;
  readonly endpoint: string;
  /** The browser's P-256 key and authentication secret, base64url (RFC 8291 §2). */
  readonly p256dh: string;
  readonly auth: Secret;
  readonly createdAt: EpochMs;
}
