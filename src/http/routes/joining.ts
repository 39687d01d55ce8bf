// Joining: what the holder of an invitation's link sees and does.

import { errorCode, VedetteError } from '../../core/errors.ts';
import {
  acceptInvitation,
  lookAtInvitation,
  type SeenInvitation,
} from '../../core/organization/accept-invitation.ts';
import { providerOfEmail } from '../../core/organization/providers.ts';
import { actor, logSecurity } from '../../core/organization/security-log.ts';
import type { User } from '../../core/ports/identity.ts';
import { secret } from '../../core/secret.ts';
import { countAttempt } from '../attempts.ts';
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
      const hasAccount = (await deps.accounts.findByEmail(email)) !== null;
      const names = { organization: organization.name, invitedBy: invitedBy.name };
      return { json: { ...names, email, role, expiresAt, hasAccount } };
    },
  );
}

function acceptRoute(deps: HttpDeps): Route {
  const { identity, log } = deps;
  return publicRoute(
    {
      ...bare,
      body: InvitationAcceptance,
      method: 'post',
      path: paths.invitationAccept,
      summary:
        'Accepts an invitation, once: as who is signed in, or with a new account for the invited address, which is signed in then.',
      tag,
      answer: { status: 204, description: 'The person is a member; the session is about the organization.' },
      errors: ['invitation-invalid', 'not-signed-in', 'not-allowed', 'conflict', 'too-many-requests'],
    },
    async ({ body: { token, account }, exchange }) => {
      const { request, peerAddress } = exchange;
      const seen = await held(deps, token, exchange);
      const { user, headers, sessionId } =
        account === null ? await signedIn(deps, request) : await newAccount(deps, seen, account, request);
      const member = await acceptInvitation(deps, token, user);
      if (sessionId !== null) await identity.choose(sessionId, member.organizationId);
      logSecurity(log, 'person-joined', { peerAddress, ...actor(member), role: member.role });
      return new Response(null, { status: 204, headers });
    },
  );
}

/** The invitation of a link. Errors: `invitation-invalid`, `too-many-requests`. */
async function held(deps: HttpDeps, token: string, { peerAddress }: Exchange): Promise<SeenInvitation> {
  try {
    return await lookAtInvitation(deps, token);
  } catch (error) {
    // Good links cost nothing; who tries others is stopped.
    if (errorCode(error) === 'invitation-invalid') {
      logSecurity(deps.log, 'invitation-refused', { peerAddress });
      await countAttempt(deps, 'invitation', peerAddress);
    }
    throw error;
  }
}

interface Joining {
  readonly user: User;
  /** Sets the cookie of a new session. */
  readonly headers: Headers;
  /** The session that was there before; null where it is new and has nothing to choose between. */
  readonly sessionId: string | null;
}

async function signedIn({ identity }: HttpDeps, request: Request): Promise<Joining> {
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
  return { user: found.user, headers: new Headers(), sessionId: found.session.id };
}

/** Errors: `conflict` (there is an account: its owner signs in), `not-allowed`, `request-invalid`. */
async function newAccount(
  deps: HttpDeps,
  { invitation: { email, organizationId } }: SeenInvitation,
  account: { name: string; password: string },
  request: Request,
): Promise<Joining> {
  const provider = await providerOfEmail(deps, email);
  if (provider?.organizationId === organizationId) {
    throw new VedetteError(
      'not-allowed',
      `People of this organization sign in with ${provider.name}, without an invitation.`,
    );
  }
  const password = secret(account.password);
  const user = await deps.accounts.create({ name: account.name, email, password });
  const result = await deps.identity.signIn({ email, password }, request.headers);
  return { user, headers: result.headers, sessionId: null };
}
