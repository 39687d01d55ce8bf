// Coming back from an organization's provider.

import { errorCode, VedetteError } from '../../core/errors.ts';
import { admitVouched } from '../../core/organization/admit-vouched.ts';
import type { Provider } from '../../core/organization/provider.ts';
import { actor, logSecurity } from '../../core/organization/security-log.ts';
import type { Account, Accounts } from '../../core/ports/accounts.ts';
import type { User } from '../../core/ports/identity.ts';
import type { Vouched } from '../../core/ports/single-sign-on.ts';
import { countAttempt } from '../attempts.ts';
import { paths, problemCookie } from '../contract/paths.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { userFields } from '../own-account.ts';
import { problemOf } from '../problem.ts';
import { bare, type Exchange, publicRoute, type Route } from '../route.ts';
import { type PendingSignOn, takeSignOn } from '../sign-on-state.ts';
import { signOnRedirectUri } from './single-sign-on.ts';

/** Time in s for the page to read why it failed. */
const problemSeconds = 60;

/** The second step. A person sees its answer as a page, so problems lead to one. */
export function singleSignOnCallbackRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [
    publicRoute(
      {
        ...bare,
        method: 'get',
        path: paths.singleSignOnCallback,
        summary:
          'Where the provider sends the browser back to: signs in, or proves who one is, and goes on to a page.',
        tag: 'session',
        answer: { status: 303, description: 'To a page of this server, or to /sign-in?problem=….' },
      },
      async ({ exchange }) => {
        let pending: PendingSignOn | null = null;
        try {
          pending = await takeSignOn(deps.cache, exchange.request, settings.publicUrl);
          if (pending === null) {
            // Good answers cost nothing: a whole office comes back at nine.
            await countAttempt(deps, 'single-sign-on', exchange.peerAddress);
            throw tooLate();
          }
          return redirect(pending.returnTo, await finish(deps, settings, pending, exchange));
        } catch (error) {
          return failed(deps, pending, error, exchange);
        }
      },
    ),
  ];
}

async function finish(
  deps: HttpDeps,
  settings: HttpSettings,
  pending: PendingSignOn,
  exchange: Exchange,
): Promise<Headers> {
  const { records, singleSignOn } = deps;
  const provider = await records.providers.find(pending.providerId);
  if (provider === null) throw new VedetteError('not-allowed', 'This sign-in was removed. Ask an admin.');
  const redirectUri = signOnRedirectUri(settings);
  const callbackUrl = exchange.request.url;
  const vouched = await singleSignOn.finish(provider, { callbackUrl, redirectUri, state: pending.state });
  return pending.proofOf === null
    ? signIn(deps, { provider, vouched }, exchange)
    : prove(deps, { provider, vouched }, pending.proofOf, exchange);
}

interface Word {
  readonly provider: Provider;
  readonly vouched: Vouched;
}

async function signIn(
  deps: HttpDeps,
  { provider, vouched }: Word,
  { request, peerAddress }: Exchange,
): Promise<Headers> {
  const { user, member } = await admitVouched(deps, { provider, vouched }, (person) =>
    accountFor(deps, provider, person),
  );
  const headers = await deps.identity.signInFromProvider(
    {
      userId: user.id,
      providerId: provider.id,
      organizationId: provider.organizationId,
      subject: vouched.subject,
      providerSessionId: vouched.sessionId,
    },
    request.headers,
  );
  logSecurity(deps.log, 'sign-in', {
    peerAddress,
    ...actor(member),
    by: 'provider',
    providerId: provider.id,
  });
  return headers;
}

/**
 * The account of an address that a provider vouches for. Who made an account with a password of their own under that
 * address, and is no member, is not let in: it may be somebody else, who would come in with them.
 * Errors: `not-allowed`.
 */
async function accountFor(
  { accounts, passkeys, records }: HttpDeps,
  provider: Provider,
  { name, email }: { name: string; email: string },
): Promise<User> {
  const known = (await accounts.findByEmail(email)) ?? (await made(accounts, { name, email }));
  if (known.isDisabled) throw new VedetteError('not-allowed', 'This account is disabled. Ask an admin.');
  const members = await records.members.ofUser(known.id);
  if (members.some(({ organizationId }) => organizationId === provider.organizationId)) return known;
  const opensItself = known.hasPassword || (await passkeys.list(known.id)).length > 0;
  if (!opensItself) return known;
  throw new VedetteError(
    'not-allowed',
    'There is an account with your address that is not of your organization. Ask an admin to invite it first.',
  );
}

async function made(accounts: Accounts, person: { name: string; email: string }): Promise<Account> {
  await accounts.create({ ...person, password: null }).catch((error: unknown) => {
    // Two tabs come back at once: the other one made it.
    if (errorCode(error) !== 'conflict') throw error;
  });
  const account = await accounts.findByEmail(person.email);
  if (account === null) throw new VedetteError('not-ready');
  return account;
}

async function prove(
  deps: HttpDeps,
  { provider, vouched }: Word,
  sessionId: string,
  { request, peerAddress }: Exchange,
): Promise<Headers> {
  const { accounts, identity, log } = deps;
  const found = await identity.session(request.headers);
  if (found === null || found.session.id !== sessionId || found.session.providerId !== provider.id) {
    throw new VedetteError('not-signed-in', 'You are not signed in any more. Sign in again.');
  }
  const { user } = await admitVouched(deps, { provider, vouched }, async ({ email }) => {
    const account = await accounts.findByEmail(email);
    if (account !== null && account.id === found.user.id) return account;
    const sentence = `Somebody else signed in there. Prove that you are ${found.user.email}.`;
    throw new VedetteError('not-allowed', sentence);
  });
  await identity.proven(sessionId);
  logSecurity(log, 'proof-given', { peerAddress, ...userFields(user), by: 'provider' });
  return new Headers();
}

function failed(
  { log }: HttpDeps,
  pending: PendingSignOn | null,
  error: unknown,
  { peerAddress }: Exchange,
): Response {
  const isProof = pending !== null && pending.proofOf !== null;
  const { code, detail } = problemOf(error);
  if (code === 'internal-error') log.error('Coming back from a provider failed', { error });
  const providerId = pending?.providerId ?? null;
  const event = isProof ? 'proof-failed' : 'sign-in-failed';
  logSecurity(log, event, { peerAddress, by: 'provider', providerId, code: errorCode(error) });
  const page = new URL(isProof ? pending.returnTo : '/sign-in', 'http://here');
  page.searchParams.set('problem', code);
  const cookie = `${problemCookie}=${encodeURIComponent(detail)}; Path=/; Max-Age=${problemSeconds}; SameSite=Lax`;
  const headers = new Headers({ 'set-cookie': cookie });
  return redirect(`${page.pathname}${page.search}${page.hash}`, headers);
}

/** See Other (RFC 9110 §15.4.4): the address with the code in it is not one to come back to. */
function redirect(location: string, headers: Headers): Response {
  headers.set('location', location);
  headers.set('cache-control', 'no-store');
  return new Response(null, { status: 303, headers });
}

function tooLate(): VedetteError {
  return new VedetteError(
    'link-invalid',
    'This sign-in took too long, was used before, or was begun in another browser. Begin again.',
  );
}
