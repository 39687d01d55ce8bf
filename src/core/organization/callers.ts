// Which membership a session means, and so who calls.

import { errorCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Session, User } from '../ports/identity.ts';
import type { Records } from '../ports/records.ts';
import { type Caller, memberCaller } from './access.ts';
import type { Member, Organization, Role } from './organization.ts';
import { isWorthNoting } from './seen.ts';

/**
 * Who calls with this session; null where its person is (no longer) a member of what it means: the organization of
 * the provider it came from; else the organization chosen last, else the one they joined first.
 */
export async function callerOf(
  { records, clock }: { records: Records; clock: Clock },
  user: Pick<User, 'id'>,
  session: Session,
): Promise<Caller | null> {
  const member = await membershipOf({ records }, user, session);
  if (member === null) return null;
  const now = clock.now();
  if (isWorthNoting(member.lastSeenAt, now)) {
    try {
      await records.members.update(member.id, { lastSeenAt: now });
    } catch (error) {
      // Removed in this moment; anything else (a full disk) must not keep people out.
      if (errorCode(error) === 'not-found') return null;
    }
  }
  return memberCaller(member, session);
}

/** The membership that this session is about, null where it is about none. */
export async function membershipOf(
  { records }: { records: Records },
  user: Pick<User, 'id'>,
  session: Session,
): Promise<Member | null> {
  const members = await within(records, user, session);
  return members.find((each) => each.organizationId === session.organizationId) ?? members[0] ?? null;
}

/** The organizations that this session may be about, oldest membership first. */
export async function organizationsOf(
  { records }: { records: Records },
  user: Pick<User, 'id'>,
  session: Session,
): Promise<readonly { readonly organization: Organization; readonly role: Role }[]> {
  const members = await within(records, user, session);
  const found = await Promise.all(
    members.map(async ({ organizationId, role }) => {
      const organization = await records.organizations.find(organizationId);
      return organization === null ? null : { organization, role };
    }),
  );
  return found.filter((each) => each !== null);
}

/** Whether the organization asks for more than this session has shown: then it reaches only the account. */
export function needsSecondFactor(
  { policy }: Pick<Organization, 'policy'>,
  session: Pick<Session, 'isStrong'>,
): boolean {
  return policy.requireSecondFactor && !session.isStrong;
}

/** The memberships that the session may mean. One that a provider vouched for never leaves the provider's organization. */
async function within(
  records: Records,
  user: Pick<User, 'id'>,
  session: Session,
): Promise<readonly Member[]> {
  // A session of somebody else means nothing, whatever the caller mixed up.
  if (session.userId !== user.id) return [];
  const members = await records.members.ofUser(user.id);
  if (session.providerId === null) return members;
  const bound = await records.providers.organizationOf(session.providerId);
  return members.filter(({ organizationId }) => organizationId === bound);
}
