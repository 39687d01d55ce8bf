// Removing a member: somebody else, or oneself.

import type { MemberId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import type { Events } from '../ports/events.ts';
import type { Records, Tables } from '../ports/records.ts';
import { type Caller, owned, requirePermission } from './access.ts';
import { actor, isLastAdmin, keysOf, mustNotStandAbove, publishAccess } from './members.ts';
import type { Member } from './organization.ts';

interface Removed {
  readonly member: Member;
  readonly madeKeys: boolean;
}

interface RemoveDeps {
  readonly records: Records;
  readonly events: Events;
}

/**
 * Removes a member with what they let in: their open invitations, access keys and image sources. Their account stays, and so does
 * their membership elsewhere. Errors: `not-found`, `not-allowed` (who stands above the caller), `last-admin`.
 */
export async function removeMember(
  { records, events }: RemoveDeps,
  caller: Caller,
  { memberId }: { memberId: MemberId },
): Promise<void> {
  requirePermission(caller, 'manage-people');
  const removed = await records.transaction(async (tx) => {
    const self = await actor(tx, caller, 'manage-people');
    const member = owned(await tx.members.find(memberId), caller);
    mustNotStandAbove(member.role, self);
    return remove(tx, member);
  });
  publishAccess(events, removed.member, removed);
}

async function remove(tx: Tables, member: Member): Promise<Removed> {
  if (await isLastAdmin(tx, member)) throw new VedetteError('last-admin');
  for (const invitation of await tx.invitations.list(member.organizationId)) {
    if (invitation.invitedBy === member.id) await tx.invitations.take(invitation.id);
  }
  const keys = await keysOf(tx, member);
  for (const key of keys) await tx.accessKeys.delete(key.id);
  await tx.imageSources.deleteOf(member.id);
  await tx.members.delete(member.id);
  return { member, madeKeys: keys.length > 0 };
}
