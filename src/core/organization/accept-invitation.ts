// Accepting an invitation: exactly once, by whom it is for, with its link or by the word of a provider.

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
    if (siteIds === null) throw new VedetteError('invitation-invalid');
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
 * What an organization still gives whoever has this address, which somebody has to vouch for: the invitation with the
 * sites that are left of it. Null where there is none, or it is worth nothing any more. Changes nothing.
 */
export async function invitationOf(
  tx: Tables,
  clock: Clock,
  address: Pick<Invitation, 'organizationId' | 'email'>,
): Promise<Invitation | null> {
  const invitation = await stored(tx, address);
  return invitation === null ? null : worth(tx, clock, invitation);
}

/** The same, and takes it: also one that is worth nothing, since its address is a member's from here on. */
export async function redeemInvitation(
  tx: Tables,
  clock: Clock,
  address: Pick<Invitation, 'organizationId' | 'email'>,
): Promise<Invitation | null> {
  const invitation = await stored(tx, address);
  if (invitation === null || !(await tx.invitations.take(invitation.id))) return null;
  return worth(tx, clock, invitation);
}

async function stored(
  tx: Tables,
  { organizationId, email }: Pick<Invitation, 'organizationId' | 'email'>,
): Promise<Invitation | null> {
  const invitations = await tx.invitations.list(organizationId);
  return invitations.find((invitation) => invitation.email === email) ?? null;
}

async function worth(tx: Tables, clock: Clock, invitation: Invitation): Promise<Invitation | null> {
  if ((await seen(tx, clock, invitation)) === null) return null;
  const siteIds = await sitesLeft(tx, invitation);
  return siteIds === null ? null : { ...invitation, siteIds };
}

async function look(tx: Tables, clock: Clock, invitation: Invitation | null): Promise<SeenInvitation> {
  const found = invitation === null ? null : await seen(tx, clock, invitation);
  if (found === null) throw new VedetteError('invitation-invalid');
  return found;
}

/**
 * An invitation is worth what the one who invited could still give: it ends with their membership, and with their
 * role where that was lowered below it.
 */
async function seen(tx: Tables, clock: Clock, invitation: Invitation): Promise<SeenInvitation | null> {
  if (invitation.expiresAt <= clock.now()) return null;
  const organization = await tx.organizations.find(invitation.organizationId);
  const invitedBy = await tx.members.find(invitation.invitedBy);
  if (organization === null || invitedBy === null) return null;
  if (!allows(invitedBy.role, 'manage-people') || isAbove(invitation.role, invitedBy.role)) return null;
  return { invitation, organization, invitedBy };
}

/** The sites that are still there; null where the role needs one and none is. */
async function sitesLeft(tx: Tables, invitation: Invitation): Promise<Invitation['siteIds'] | null> {
  if (reachesEverySite(invitation.role)) return [];
  const known = new Set((await tx.sites.list(invitation.organizationId)).map(({ id }) => id));
  const left = invitation.siteIds.filter((id) => known.has(id));
  return left.length === 0 ? null : left;
}
