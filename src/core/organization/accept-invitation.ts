// Accepting an invitation: exactly once, by whom it is for.

import { VedetteError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { User } from '../ports/identity.ts';
import type { Records, Tables } from '../ports/records.ts';
import { allows } from './access.ts';
import type { Invitation } from './invitation.ts';
import { join, newMember } from './members.ts';
import { isAbove, type Member, type Organization, reachesEverySite } from './organization.ts';
import { tokenSha256 } from './token.ts';

interface AcceptDeps {
  readonly records: Records;
  readonly clock: Clock;
}

export interface SeenInvitation {
  readonly invitation: Invitation;
  readonly organization: Organization;
  readonly invitedBy: Member;
}

/** What a link is about, for who has it; changes nothing. Errors: `invitation-invalid`. */
export async function lookAtInvitation(
  { records, clock }: AcceptDeps,
  token: string,
): Promise<SeenInvitation> {
  const sha256 = await tokenSha256(token);
  return look(records, clock, await records.invitations.findByToken(sha256));
}

/**
 * Makes the invited person a member. Of many callers exactly one succeeds. Errors: `invitation-invalid`,
 * `not-allowed` (it is for another address), `conflict` (a member already, or too many).
 */
export async function acceptInvitation(
  { records, clock }: AcceptDeps,
  token: string,
  user: User,
): Promise<Member> {
  const sha256 = await tokenSha256(token);
  return records.transaction(async (tx) => {
    const { invitation } = await look(tx, clock, await tx.invitations.findByToken(sha256));
    const { organizationId, role } = invitation;
    if (user.email !== invitation.email) {
      throw new VedetteError('not-allowed', `This invitation is for ${invitation.email}. Sign in as that.`);
    }
    const siteIds = await sitesLeft(tx, invitation);
    if (!(await tx.invitations.take(invitation.id))) throw new VedetteError('invitation-invalid');
    const memberships = await tx.members.ofUser(user.id);
    if (memberships.some((member) => member.organizationId === organizationId)) {
      throw new VedetteError('conflict', 'You are a member of this organization already.');
    }
    const member = newMember(clock, user, { organizationId, role, siteIds });
    await join(tx, member);
    return member;
  });
}

/**
 * An invitation is worth what the one who invited could still give: it ends with their membership, and with their
 * role where that was lowered below it.
 */
async function look(tx: Tables, clock: Clock, invitation: Invitation | null): Promise<SeenInvitation> {
  if (invitation === null || invitation.expiresAt <= clock.now())
    throw new VedetteError('invitation-invalid');
  const organization = await tx.organizations.find(invitation.organizationId);
  const invitedBy = await tx.members.find(invitation.invitedBy);
  if (organization === null || invitedBy === null) throw new VedetteError('invitation-invalid');
  if (!allows(invitedBy.role, 'manage-people') || isAbove(invitation.role, invitedBy.role)) {
    throw new VedetteError('invitation-invalid');
  }
  return { invitation, organization, invitedBy };
}

/** The sites that are still there. Errors: `invitation-invalid` where the role needs one and none is. */
async function sitesLeft(tx: Tables, invitation: Invitation): Promise<Invitation['siteIds']> {
  if (reachesEverySite(invitation.role)) return [];
  const known = new Set((await tx.sites.list(invitation.organizationId)).map(({ id }) => id));
  const left = invitation.siteIds.filter((id) => known.has(id));
  if (left.length === 0) throw new VedetteError('invitation-invalid');
  return left;
}
