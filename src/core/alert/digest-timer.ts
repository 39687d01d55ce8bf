// When the next digest of a person is due, as a timer of the outbox.

import type { EpochMs, MemberId, OrganizationId } from '../brand.ts';
import { nextLocalHour } from './local-time.ts';
import type { AlertPreferences } from './preferences.ts';
import type { TellDeps } from './tell.ts';

/** The queue's topic of digests; the payload is `DigestMessage` as JSON, the key the member. */
export const digestsTopic = 'digests';

export type DigestMessage =
  /** The time of the next one has come. */
  | {
      readonly what: 'due';
      readonly organizationId: OrganizationId;
      readonly memberId: MemberId;
      readonly dueAt: EpochMs;
    }
  /** One is to be sent over one channel. */
  | {
      readonly what: 'send';
      readonly memberId: MemberId;
      readonly kind: 'email' | 'push';
      readonly channelId: string;
      readonly dueAt: EpochMs;
    };

/** When a person's next digest is due after `now`; null where they want none. */
export function nextDigestAt(
  { digest, timeZone }: Pick<AlertPreferences, 'digest' | 'timeZone'>,
  now: EpochMs,
): EpochMs | null {
  if (digest.every === 'none') return null;
  const weekday = digest.every === 'weekly' ? digest.weekday : null;
  return nextLocalHour(now, { timeZone, hour: digest.hour, weekday });
}

/** Sets the timer of the next digest. One that was set before and fits no longer does nothing when its time comes. */
export async function scheduleDigest(
  { tx, clock }: TellDeps,
  organizationId: OrganizationId,
  preferences: AlertPreferences,
  after: EpochMs = clock.now(),
): Promise<void> {
  const dueAt = nextDigestAt(preferences, after);
  if (dueAt === null) return;
  const { memberId } = preferences;
  const message: DigestMessage = { what: 'due', organizationId, memberId, dueAt };
  const id = `digest/${memberId}/${dueAt}`;
  await tx.outbox.add({ topic: digestsTopic, key: memberId, id, payload: JSON.stringify(message) }, dueAt);
}
