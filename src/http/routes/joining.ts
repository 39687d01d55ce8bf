// Joining: what the holder of an invitation's link sees and does.

import { errorCode, VedetteError } from '../../core/errors.ts';
import {
  acceptInvitation,
  lookAtInvitation,
  type SeenInvitation,
} from '../../core/organization/accept-invitation.ts';
import type { Invitation } from '../../core/organization/invitation.ts';
import type { Member } from '../../core/organization/organization.ts';
import { providerOfEmail } from '../../core/organization/providers.ts';
import { actor, logSecurity } from '../../core/organization/security-log.ts';
import { secret } from '../../core/secret.ts';
import { countAttempt, countJoinAttempt, requireAttemptsLeft } from '../attempts.ts';
import { paths } from '../contract/paths.ts';
import { InvitationAcceptance, InvitationLook, InvitationPreview } from '../contract/people.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, type Exchange, publicRoute, type Route } from '../route.ts';

const tag = 'people';

/** For whoever holds the link of an invitation. */
export function joiningRoutes(deps: HttpDeps): readonly Route[] {
  return [lookRoute(deps), acceptRoute(deps)];
}

function lookRoute(deps: HttpDeps): Route {
  return publicRoute(
    {
      ...bare,
      body: InvitationLook,
      method: 'post',
      path: paths.invitationLook,
      summary: 'What the link of an invitation is about. Changes nothing.',
      tag,
      answer: { status: 200, description: 'The invitation.', schema: InvitationPreview },
      errors: ['invitation-invalid', 'too-many-requests'],
    },
    async ({ body: { token }, exchange }) => {
      const { invitation, organization, invitedBy } = await held(deps, token, exchange);
      const { email, role, expiresAt } = invitation;
      const names = { organization: organization.name, invitedBy: invitedBy.name };
      const provider = await providerOfEmail(deps, email);
      const isTheirs = provider?.organizationId === organization.id;
      return { json: { ...names, email, role, expiresAt, provider: isTheirs ? provider.name : null } };
    },
  );
}

function acceptRoute(deps: HttpDeps): Route {
  const { log } = deps;
  return publicRoute(
    {
      ...bare,
      body: InvitationAcceptance,
      method: 'post',
      path: paths.invitationAccept,
      hashesPassword: true,
      summary:
        'Accepts an invitation, once: as who is signed in, or with a new account for the invited address, which is signed in then.',
      tag,
      answer: { status: 204, description: 'The person is a member; the session is about the organization.' },
      errors: ['invitation-invalid', 'not-signed-in', 'not-allowed', 'conflict', 'too-many-requests'],
    },
    async ({ body: { token, account }, exchange }) => {
      const { request, peerAddress } = exchange;
      await countJoinAttempt(deps, { token, peerAddress });
      const seen = await held(deps, token, exchange);
      const { member, headers } =
        account === null
          ? await acceptSignedIn(deps, token, request)
          : await acceptAnew(deps, { token, ...seen.invitation }, account, request);
      logSecurity(log, 'person-joined', { peerAddress, ...actor(member), role: member.role });
      return new Response(null, { status: 204, headers });
    },
  );
}

/** The invitation of a link. Errors: `invitation-invalid`, `too-many-requests`. */
async function held(deps: HttpDeps, token: string, { peerAddress }: Exchange): Promise<SeenInvitation> {
  await requireAttemptsLeft(deps, 'invitation', peerAddress);
  try {
    return await lookAtInvitation(deps, token);
  } catch (error) {
    // Good links cost nothing; who tries others is stopped.
    if (errorCode(error) === 'invitation-invalid') {
      await countAttempt(deps, 'invitation', peerAddress);
      logSecurity(deps.log, 'invitation-refused', { peerAddress });
    }
    throw error;
  }
}

interface Joined {
  readonly member: Member;
  /** Sets the cookie of a new session. */
  readonly headers: Headers;
}

/** Errors: `not-signed-in`, `not-allowed`, those of accepting. */
async function acceptSignedIn(deps: HttpDeps, token: string, request: Request): Promise<Joined> {
  const { identity } = deps;
  const found = await identity.session(request.headers);
  if (found === null) {
    throw new VedetteError('not-signed-in', 'Sign in with the invited address to accept the invitation.');
  }
  // Whom a provider vouches for belongs to its organization; the account itself is not theirs to bind elsewhere.
  if (found.session.providerId !== null) {
    throw new VedetteError(
      'not-allowed',
      'You signed in with the provider of an organization. Sign in with your own password to join another.',
    );
  }
  const member = await acceptInvitation(deps, token, found.user);
  await identity.choose(found.session.id, member.organizationId);
  return { member, headers: new Headers() };
}

/**
 * At the domain of a provider nobody makes an account with an invitation; signing in there accepts it, where it is of
 * the same organization. Errors: `not-allowed`.
 */
async function requireNoProvider(
  deps: HttpDeps,
  { email, organizationId }: Pick<Invitation, 'email' | 'organizationId'>,
): Promise<void> {
  const provider = await providerOfEmail(deps, email);
  if (provider === null) return;
  const { name } = provider;
  throw new VedetteError(
    'not-allowed',
    provider.organizationId === organizationId
      ? `People with this address sign in with ${name}, without a password here. Sign in with ${name}: that accepts the invitation.`
      : `People with this address sign in with ${name}, which opens its own organization only. Ask to be invited at another address.`,
  );
}

/**
 * Makes the account, joins, and only then signs in: who does not join leaves nothing behind. Who invited sees the link
 * as well, so it proves no mailbox. Errors: `conflict` (there is an account: its owner signs in), `not-allowed` (a
 * provider vouches for the address), `request-invalid`, those of accepting.
 */
async function acceptAnew(
  deps: HttpDeps,
  invitation: Pick<Invitation, 'email' | 'organizationId'> & { readonly token: string },
  { name, password: plain }: { name: string; password: string },
  request: Request,
): Promise<Joined> {
  const { accounts, identity } = deps;
  const { token, email } = invitation;
  await requireNoProvider(deps, invitation);
  const password = secret(plain);
  const user = await accounts.create({ name, email, password });
  const member = await acceptInvitation(deps, token, user).catch(async (error: unknown) => {
    await accounts.remove(user.id);
    throw error;
  });
  const { headers } = await identity.signIn({ email, password }, request.headers);
  return { member, headers };
}
