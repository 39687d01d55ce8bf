// Signing a member out, as far as their sessions are about one's organization.

import type { MemberId } from '../brand.ts';
import { errorCode } from '../errors.ts';
import type { Events } from '../ports/events.ts';
import type { Sessions } from '../ports/identity.ts';
import type { Records } from '../ports/records.ts';
import { type Caller, owned, requirePermission } from './access.ts';
import { membershipOf } from './callers.ts';
import { actor, mustNotStandAbove, publishAccess } from './members.ts';

interface EndDeps {
  readonly records: Records;
  readonly sessions: Sessions;
  readonly events: Events;
}

/**
 * Ends the sessions of a member that are about the caller's organization, but not the caller's own. Accounts belong to
 * people, who may work for others as well: what they do there is not the caller's to end. Returns how many.
 * Errors: `not-found`, `not-allowed` (who stands above the caller).
 */
export async function endSessionsOf(
  { records, sessions, events }: EndDeps,
  caller: Caller,
  { memberId }: { memberId: MemberId },
): Promise<number> {
  requirePermission(caller, 'manage-people');
  const member = await records.transaction(async (tx) => {
    const self = await actor(tx, caller, 'manage-people');
    const found = owned(await tx.members.find(memberId), caller);
    mustNotStandAbove(found.role, self);
    return found;
  });
  let ended = 0;
  for (const session of await sessions.list(member.userId)) {
    if (session.id === caller.session?.id) continue;
    const about = await membershipOf({ records }, { id: member.userId }, session);
    if (about?.id === member.id && (await isEnded(sessions, member.userId, session.id))) ended += 1;
  }
  publishAccess(events, member, { madeKeys: false });
  return ended;
}

/** False where it ended by itself in this moment. */
async function isEnded(sessions: Sessions, userId: string, sessionId: string): Promise<boolean> {
  try {
    await sessions.end(userId, sessionId);
    return true;
  } catch (error) {
    if (errorCode(error) === 'not-found') return false;
    throw error;
  }
}
