// Coming back from an organization's provider.

import { z } from 'zod';
import { branded, type ProviderId } from '../../core/brand.ts';
import { errorCode, VedetteError } from '../../core/errors.ts';
import { type Admitted, admitVouched, type VouchedAccounts } from '../../core/organization/admit-vouched.ts';
import type { Provider } from '../../core/organization/provider.ts';
import { actor, logSecurity } from '../../core/organization/security-log.ts';
import type { Account, Accounts } from '../../core/ports/accounts.ts';
import type { Vouched } from '../../core/ports/single-sign-on.ts';
import { countAttempt } from '../attempts.ts';
import { id } from '../contract/common.ts';
import { paths, problemCookie } from '../contract/paths.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { userFields } from '../own-account.ts';
import { problemOf } from '../problem.ts';
import { anyQuery, bare, type Exchange, publicRoute, type Route } from '../route.ts';
import { type PendingSignOn, takeSignOn } from '../sign-on-state.ts';
import { ownSession, signOnRedirectUri } from './single-sign-on.ts';

const params = z.object({ providerId: id.transform((value) => branded<ProviderId>(value)) });

/** Time in s for the page to read why it failed. */
const problemSeconds = 60;

/** The second step. A person sees its answer as a page, so problems lead to one. */
export function singleSignOnCallbackRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [
    publicRoute(
      {
        ...bare,
        query: anyQuery,
        method: 'get',
        params,
        path: paths.singleSignOnCallback('{providerId}'),
        summary:
          'Where the provider sends the browser back to: signs in, or proves who one is, and goes on to a page.',
        tag: 'session',
        answer: { status: 303, description: 'To a page of this server, or to /sign-in?problem=….' },
      },
      async ({ params: { providerId }, exchange }) => {
        const isThere = (await deps.records.providers.organizationOf(providerId)) !== null;
        let pending: PendingSignOn | null = null;
        try {
          pending = await takeSignOn(deps.cache, exchange.request, settings.publicUrl);
          if (pending === null) {
            // Good answers cost nothing: a whole office comes back at nine.
            await countAttempt(deps, 'single-sign-on', exchange.peerAddress);
            throw tooLate();
          }
          if (pending.providerId !== providerId) throw mixedUp();
          return redirect(pending.returnTo, await finish(deps, settings, pending, exchange));
        } catch (error) {
          if (pending === null && !isThere) throw new VedetteError('not-found');
          return failed({ deps, settings, exchange }, pending, error);
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
  const redirectUri = signOnRedirectUri(settings, provider);
  const callbackUrl = exchange.request.url;
  const vouched = await singleSignOn.finish(provider, { callbackUrl, redirectUri, state: pending.state });
  return pending.proofOf === null
    ? signIn(deps, { provider, vouched }, pending.linkOf, exchange)
    : prove(deps, { provider, vouched }, pending.proofOf, exchange);
}

interface Word {
  readonly provider: Provider;
  readonly vouched: Vouched;
}

async function signIn(
  deps: HttpDeps,
  { provider, vouched }: Word,
  linkOf: string | null,
  { request, peerAddress }: Exchange,
): Promise<Headers> {
  // Whoever began this signed in with an account of their own, in this browser, and is still the same.
  const isOwn = linkOf !== null && (await ownSession(deps, request)) === linkOf;
  const own = isOwn ? await deps.identity.session(request.headers) : null;
  const accounts: VouchedAccounts = {
    linked: (userId) => linkedAccount(deps, userId),
    unlinked: (person) => unlinkedAccount(deps, { provider, person, ownerId: own?.user.id ?? null }),
  };
  const { user, member } = await admit(deps, { provider, vouched }, accounts, peerAddress);
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
  // The browser has the session of the provider from here on.
  if (own !== null) await deps.sessions.end(own.user.id, own.session.id);
  logSecurity(deps.log, 'sign-in', {
    peerAddress,
    ...actor(member),
    by: 'provider',
    providerId: provider.id,
  });
  return headers;
}

/** Lets them in, and tells the log who is new. Errors: those of admitting. */
async function admit(
  deps: HttpDeps,
  word: Word,
  accounts: VouchedAccounts,
  peerAddress: string,
): Promise<Admitted> {
  const admitted = await admitVouched(deps, word, accounts);
  const { member, isNew } = admitted;
  if (isNew) {
    const fields = { role: member.role, by: 'provider', providerId: word.provider.id };
    logSecurity(deps.log, 'person-joined', { peerAddress, ...actor(member), ...fields });
  }
  return admitted;
}

/** Errors: `not-allowed`. */
async function linkedAccount({ accounts }: HttpDeps, userId: string): Promise<Account | null> {
  return enabled(await accounts.find(userId));
}

/**
 * The account of an address that a provider vouches for and that nothing links to the person. One with a password or a
 * passkey of its own is not handed over: who made it may be somebody else, would come in with them, and would have
 * every role that the provider gives them. Only its owner links it, from a session of its own.
 * Errors: `not-allowed`.
 */
async function unlinkedAccount(
  { accounts, passkeys }: HttpDeps,
  {
    provider,
    person,
    ownerId,
  }: { provider: Provider; person: { name: string; email: string }; ownerId: string | null },
): Promise<Account> {
  const known = await accounts.findByEmail(person.email);
  const account = enabled(known) ?? (await made(accounts, person));
  if (account.id === ownerId) return account;
  const opensItself = account.hasPassword || (await passkeys.list(account.id)).length > 0;
  if (!opensItself) return account;
  throw new VedetteError(
    'not-allowed',
    `There is an account with your address that opens without ${provider.name}. If it is yours, sign in to it, then sign in with ${provider.name} in the same browser within ten minutes: that connects them. If it is not, ask the operator to remove it.`,
  );
}

function enabled(account: Account | null): Account | null {
  if (account?.isDisabled !== true) return account;
  throw new VedetteError('not-allowed', 'This account is disabled. Ask an admin.');
}

async function made(accounts: Accounts, person: { name: string; email: string }): Promise<Account> {
  const vouchedFor = { ...person, password: null, isMailboxProven: true };
  await accounts.create(vouchedFor).catch((error: unknown) => {
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
  const somebodyElse = () =>
    new VedetteError('not-allowed', `Somebody else signed in there. Prove that you are ${found.user.email}.`);
  const only: VouchedAccounts = {
    linked: async (userId) => {
      if (userId !== found.user.id) throw somebodyElse();
      return accounts.find(userId);
    },
    unlinked: async () => {
      throw somebodyElse();
    },
  };
  const { user } = await admit(deps, { provider, vouched }, only, peerAddress);
  await identity.proven(sessionId);
  logSecurity(log, 'proof-given', { peerAddress, ...userFields(user), by: 'provider' });
  return new Headers();
}

function failed(
  { deps: { log }, settings, exchange }: { deps: HttpDeps; settings: HttpSettings; exchange: Exchange },
  pending: PendingSignOn | null,
  error: unknown,
): Response {
  const { peerAddress } = exchange;
  const isProof = pending !== null && pending.proofOf !== null;
  const { code, detail } = problemOf(error);
  if (code === 'internal-error') log.error('Coming back from a provider failed', { error });
  const providerId = pending?.providerId ?? null;
  const event = isProof ? 'proof-failed' : 'sign-in-failed';
  logSecurity(log, event, { peerAddress, by: 'provider', providerId, code: errorCode(error) });
  const page = new URL(isProof ? pending.returnTo : '/sign-in', 'http://here');
  page.searchParams.set('problem', code);
  const isSecure = settings.publicUrl.startsWith('https:');
  const attributes = `Path=/; Max-Age=${problemSeconds}; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  const cookie = `${problemCookie(isSecure)}=${encodeURIComponent(detail)}; ${attributes}`;
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

/** The answer of one provider to what was asked of another: its code would be spent, and seen, at the wrong one. */
function mixedUp(): VedetteError {
  return new VedetteError('link-invalid', 'This answer came from another provider than the one asked.');
}
