// Browsers of a person: added, listed, removed.

import { type ChannelId, branded } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import type { Member } from '../organization/organization.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notifiers } from '../ports/notifier.ts';
import type { Records } from '../ports/records.ts';
import { secret } from '../secret.ts';
import { maxSubscriptions, type PushSubscription } from './push-subscription.ts';
import { wantPush } from './wishes.ts';

/** What a browser gives (Push API §8, `PushSubscription.toJSON`), and what it is called. */
export interface SubscriptionInput {
  readonly name: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/**
 * Adds a browser, or renews it, and puts push messages among what the person wants. A browser that was another person's
 * is no longer theirs. Errors: `request-invalid` (too many, keys that are none), `channel-refused` (nothing is sent to
 * this push service).
 */
export async function addSubscription(
  deps: { records: Records; clock: Clock; notifiers: Notifiers },
  member: Member,
  { name, endpoint, p256dh, auth }: SubscriptionInput,
): Promise<PushSubscription> {
  const { records, clock, notifiers } = deps;
  requireKeys(p256dh, auth);
  const own = await records.pushSubscriptions.ofMember(member.id);
  const known = own.find((each) => each.endpoint === endpoint);
  if (known === undefined && own.length >= maxSubscriptions) {
    throw new VedetteError(
      'request-invalid',
      `At most ${maxSubscriptions} browsers are possible. Remove one that you no longer use.`,
    );
  }
  const subscription: PushSubscription = {
    id: known?.id ?? newId<ChannelId>(clock),
    organizationId: member.organizationId,
    memberId: member.id,
    userId: member.userId,
    name,
    endpoint,
    p256dh,
    auth: secret(auth),
    createdAt: known?.createdAt ?? clock.now(),
  };
  const sentence = notifiers.push.refusal({ kind: 'push', endpoint, p256dh, auth: subscription.auth });
  if (sentence !== null)
    throw new VedetteError('channel-refused', sentence, { fields: { endpoint: sentence } });
  await records.pushSubscriptions.put(subscription);
  await wantPush(deps, member);
  return subscription;
}

/** Removes one of the member's browsers. Errors: `not-found`. */
export async function removeSubscription(
  { records }: { records: Records },
  member: Member,
  id: string,
): Promise<void> {
  const found = await records.pushSubscriptions.find(branded<ChannelId>(id));
  if (found === null || found.memberId !== member.id) throw new VedetteError('not-found');
  await records.pushSubscriptions.delete(found.id);
}

/** RFC 8291 §2.1: an uncompressed point of P-256, and 16 bytes. */
function requireKeys(p256dh: string, auth: string): void {
  const point = bytesOf(p256dh);
  if (point?.byteLength === 65 && point[0] === 4 && bytesOf(auth)?.byteLength === 16) return;
  throw new VedetteError('request-invalid', 'This is not what a browser gives for push messages.', {
    fields: { keys: 'These are not the keys of a browser.' },
  });
}

function bytesOf(text: string): Uint8Array | null {
  try {
    return Uint8Array.fromBase64(text, { alphabet: 'base64url' });
  } catch {
    return null;
  }
}
