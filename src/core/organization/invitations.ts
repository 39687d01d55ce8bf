// Inviting people: who may be invited by whom, to what.

import { branded, type EpochMs, type InvitationId, type SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records, Tables } from '../ports/records.ts';
import type { Secret } from '../secret.ts';
import { type Caller, owned, requirePermission } from './access.ts';
import { isAddress, plainAddress } from './address.ts';
import { type Invitation, invitationLifeMs } from './invitation.ts';
import { actor, mustNotStandAbove, sitesOfRole } from './members.ts';
import type { Member, Role } from './organization.ts';
import { newToken, tokenSha256 } from './token.ts';

/** Open invitations of one organization: bounds the list, and what a stolen session can send. */
export const maxOpenInvitations = 100;

interface InvitationDeps {
  readonly records: Records;
  readonly clock: Clock;
}

/**
 * Invites an address. The token is for the link, and is known nowhere else. A second invitation of the same address
 * replaces the first. Errors: `not-allowed` (a role above one's own), `conflict` (a member already, too many open),
 * `request-invalid` (address, no sites), `not-found` (a site).
 */
export async function invite(
  { records, clock }: InvitationDeps,
  caller: Caller,
  input: { email: string; role: Role; siteIds: readonly SiteId[] },
): Promise<{ invitation: Invitation; token: Secret }> {
  requirePermission(caller, 'manage-people');
  const email = plainAddress(input.email);
  if (!isAddress(email)) {
    const sentence = 'This is not an e-mail address.';
    throw new VedetteError('request-invalid', sentence, { fields: { email: sentence } });
  }
  const token = newToken();
  const sha256 = await tokenSha256(token.reveal());
  const invitation = await records.transaction(async (tx) => {
    const self = await actor(tx, caller, 'manage-people');
    mustNotStandAbove(input.role, self);
    const siteIds = await sitesOfRole(tx, caller, input.role, input.siteIds);
    await makeRoom(tx, clock, self, email);
    const createdAt = clock.now();
    const made: Invitation = {
      id: newId<InvitationId>(clock),
      organizationId: caller.organizationId,
      email,
      role: input.role,
      siteIds,
      invitedBy: self.id,
      createdAt,
      expiresAt: branded<EpochMs>(createdAt + invitationLifeMs),
      tokenSha256: sha256,
    };
    await tx.invitations.insert(made);
    return made;
  });
  return { invitation, token };
}

/** Withdraws the invitation that this one replaces. */
async function makeRoom(tx: Tables, clock: Clock, self: Member, email: string): Promise<void> {
  const members = await tx.members.list(self.organizationId);
  if (members.some((member) => member.email === email)) {
    throw new VedetteError('conflict', 'Somebody with this address is a member already.');
  }
  const open = await tx.invitations.list(self.organizationId);
  const same = open.find((each) => each.email === email);
  if (same !== undefined) {
    mustNotStandAbove(same.role, self);
    await tx.invitations.take(same.id);
    return;
  }
  if (open.filter(({ expiresAt }) => expiresAt > clock.now()).length >= maxOpenInvitations) {
    throw new VedetteError(
      'conflict',
      `At most ${maxOpenInvitations} invitations can be open. Withdraw one first.`,
    );
  }
}

/** The open invitations of the caller's organization, oldest first. */
export async function listInvitations(
  { records, clock }: InvitationDeps,
  caller: Caller,
): Promise<readonly Invitation[]> {
  requirePermission(caller, 'manage-people');
  const all = await records.invitations.list(caller.organizationId);
  return all.filter(({ expiresAt }) => expiresAt > clock.now());
}

/** Makes the link worthless. Errors: `not-found` (also when it was accepted), `not-allowed`. */
export async function withdrawInvitation(
  { records }: { records: Records },
  caller: Caller,
  { invitationId }: { invitationId: InvitationId },
): Promise<void> {
  requirePermission(caller, 'manage-people');
  await records.transaction(async (tx) => {
    const self = await actor(tx, caller, 'manage-people');
    const invitation = owned(await tx.invitations.find(invitationId), caller);
    mustNotStandAbove(invitation.role, self);
    await tx.invitations.take(invitation.id);
  });
}
