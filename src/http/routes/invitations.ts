// Invitations: a link that lets one person in, and what its holder does with it.

import { z } from 'zod';
import { branded, type InvitationId, type SiteId } from '../../core/brand.ts';
import { errorCode } from '../../core/errors.ts';
import type { Invitation as CoreInvitation } from '../../core/organization/invitation.ts';
import { invite, listInvitations, withdrawInvitation } from '../../core/organization/invitations.ts';
import type { Member } from '../../core/organization/organization.ts';
import { callerFields, logSecurity, shortEmail } from '../../core/organization/security-log.ts';
import { countAccountAttempt, countInvitation, mayWrite } from '../attempts.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import { Invitation, InvitationCreated, InvitationInput } from '../contract/people.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { invitationLetter } from '../invitation-letter.ts';
import { linkTo } from '../letters.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'people';
const params = z.object({ invitationId: id.transform((value) => branded<InvitationId>(value)) });

/** Inviting, and taking it back. */
export function invitationRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [listRoute(deps), inviteRoute(deps, settings), withdrawRoute(deps)];
}

function listRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-people',
    {
      ...bare,
      method: 'get',
      path: paths.invitations,
      summary: 'All open invitations.',
      tag,
      answer: { status: 200, description: 'The invitations, oldest first.', schema: z.array(Invitation) },
    },
    async ({ caller }) => {
      const invitations = await listInvitations(deps, caller);
      const members = await deps.records.members.list(caller.organizationId);
      return { json: invitations.map((invitation) => wireInvitation(invitation, members)) };
    },
  );
}

function inviteRoute(deps: HttpDeps, { publicUrl }: HttpSettings): Route {
  return memberRoute(
    'manage-people',
    {
      ...bare,
      body: InvitationInput,
      method: 'post',
      path: paths.invitations,
      summary: 'Invites somebody. The link is shown this once, and mailed where there is a mail server.',
      tag,
      asksProof: true,
      answer: { status: 201, description: 'The invitation and its link.', schema: InvitationCreated },
      errors: ['conflict', 'not-found', 'too-many-requests'],
    },
    async ({ caller, body: { email, role, siteIds }, exchange: { peerAddress } }) => {
      const { organizationId } = caller;
      // A stolen session must not fill somebody's mailbox. No organization uses up what others may invite.
      const account = `${organizationId} ${email}`;
      await countAccountAttempt(deps, 'invitation', { account, peerAddress });
      await countInvitation(deps, { organizationId, peerAddress });
      const sites = siteIds.map((siteId) => branded<SiteId>(siteId));
      const { invitation, token } = await invite(deps, caller, { email, role, siteIds: sites });
      const { id: invitationId } = invitation;
      const fields = { invitationId, invited: shortEmail(invitation.email), role };
      logSecurity(deps.log, 'person-invited', { peerAddress, ...callerFields(caller), ...fields });
      const members = await deps.records.members.list(caller.organizationId);
      const link = linkTo(publicUrl, 'invitation', token);
      const wasMailed = await mail(deps, invitation, members, link);
      return { json: { invitation: wireInvitation(invitation, members), link, wasMailed } };
    },
  );
}

function withdrawRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-people',
    {
      ...bare,
      params,
      method: 'delete',
      path: paths.invitation('{invitationId}'),
      summary: 'Withdraws an invitation: its link is worth nothing from here on.',
      tag,
      asksProof: true,
      answer: { status: 204, description: 'Withdrawn.' },
    },
    async ({ caller, params: { invitationId }, exchange: { peerAddress } }) => {
      await withdrawInvitation(deps, caller, { invitationId });
      logSecurity(deps.log, 'invitation-withdrawn', {
        peerAddress,
        ...callerFields(caller),
        invitationId,
      });
      return null;
    },
  );
}

/** Whether the letter was handed over; one address gets few, whoever invites it. Where it was not, the link that the answer shows is enough. */
async function mail(
  { cache, mailer, records, log }: HttpDeps,
  invitation: CoreInvitation,
  members: readonly Member[],
  link: string,
): Promise<boolean> {
  if (mailer === null || !(await mayWrite(cache, 'invitation', invitation.email))) return false;
  const organization = await records.organizations.find(invitation.organizationId);
  try {
    const names = { organization: organization?.name ?? '', invitedBy: inviter(invitation, members) };
    await mailer.send(invitationLetter(invitation, names, link));
    return true;
  } catch (error) {
    log.warn('An invitation could not be mailed', { code: errorCode(error), error });
    return false;
  }
}

function inviter({ invitedBy }: CoreInvitation, members: readonly Member[]): string {
  return members.find(({ id }) => id === invitedBy)?.name ?? 'Somebody who left';
}

function wireInvitation(invitation: CoreInvitation, members: readonly Member[]): z.input<typeof Invitation> {
  const { id, email, role, siteIds, createdAt, expiresAt } = invitation;
  const invitedBy = inviter(invitation, members);
  return { id, email, role, siteIds: [...siteIds], invitedBy, createdAt, expiresAt };
}
