// A forgotten password: a link by mail, and the new password.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import { providerOfEmail } from '../../core/organization/providers.ts';
import { logSecurity, shortEmail } from '../../core/organization/security-log.ts';
import type { Account } from '../../core/ports/accounts.ts';
import type { Mailer } from '../../core/ports/mailer.ts';
import { secret } from '../../core/secret.ts';
import { countAttempt, forgetAccount, mayWrite } from '../attempts.ts';
import { PasswordResetInput } from '../contract/account.ts';
import { paths } from '../contract/paths.ts';
import { PasswordForgotten } from '../contract/session.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { later, letters, linkTo, notify } from '../letters.ts';
import { makeLink, useLink, voidLinks } from '../links.ts';
import { bare, publicRoute, type Route } from '../route.ts';
import { countLinkAttempt } from './link-attempt.ts';

const tag = 'session';
const Payload = z.object({ userId: z.string(), email: z.string() });

/** The two steps of a new password. */
export function passwordResetRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [askRoute(deps, settings), finishRoute(deps)];
}

function askRoute(deps: HttpDeps, settings: HttpSettings): Route {
  const { log, mailer } = deps;
  return publicRoute(
    {
      ...bare,
      body: PasswordForgotten,
      method: 'post',
      path: paths.passwordReset,
      summary:
        'Sends a link for a new password, where there is an account that no provider answers for, and a mail server. The answer is always the same.',
      tag,
      answer: { status: 204, description: 'Whatever could be sent is on its way.' },
      errors: ['too-many-requests'],
    },
    async ({ body: { email }, exchange: { peerAddress } }) => {
      await countAttempt(deps, 'password-reset', peerAddress);
      logSecurity(log, 'password-reset-asked', { peerAddress, email: shortEmail(email) });
      if (mailer !== null) later(log, () => write(deps, mailer, settings, email));
      return null;
    },
  );
}

/** After the answer: what is found out here shows in no status, message or time. */
async function write(
  deps: HttpDeps,
  mailer: Mailer,
  { publicUrl }: HttpSettings,
  address: string,
): Promise<void> {
  const account = await deps.accounts.findByEmail(address);
  if (account === null || account.isDisabled) return;
  if (!(await mayWrite(deps.cache, 'password-reset', address))) return;
  const { id: userId, email } = account;
  if (await belongsToProvider(deps, account)) return mailer.send(letters.noPassword(email));
  const token = await makeLink(deps, 'password-reset', userId, { userId, email });
  await mailer.send(letters.resetPassword(email, linkTo(publicUrl, 'reset-password', token)));
}

/**
 * Whether only a provider opens the account: a password would be a way around it, for who has left there. Where no
 * provider has the domain any more, the mailbox is all that is left to show whose the account is.
 */
async function belongsToProvider(deps: HttpDeps, { hasPassword, email }: Account): Promise<boolean> {
  return !hasPassword && (await providerOfEmail(deps, email)) !== null;
}

/** A link of before may be older than the provider. Errors: `not-allowed`. */
async function requireOwnPassword(deps: HttpDeps, userId: string): Promise<void> {
  const account = await deps.accounts.find(userId);
  if (account === null || !(await belongsToProvider(deps, account))) return;
  throw new VedetteError('not-allowed', 'This account has no password. Sign in with your organization.');
}

function finishRoute(deps: HttpDeps): Route {
  const { accounts, cache, log, sessions } = deps;
  return publicRoute(
    {
      ...bare,
      body: PasswordResetInput,
      method: 'post',
      path: paths.passwordResetFinish,
      hashesPassword: true,
      summary:
        'Sets a new password with the link of a letter, and ends all sessions. A second factor is asked for as before, except at the first proof of the mailbox: then all factors and passkeys are removed.',
      tag,
      answer: { status: 204, description: 'Sign in with it.' },
      errors: ['link-invalid', 'not-allowed', 'too-many-requests'],
    },
    async ({ body: { token, password }, exchange }) => {
      const { peerAddress } = exchange;
      const { userId, email, kept } = await countLinkAttempt(deps, exchange, () =>
        useLink(deps, 'password-reset', token, Payload, async (payload) => {
          await requireOwnPassword(deps, payload.userId);
          await accounts.setPassword(payload.userId, secret(password));
          await voidLinks(cache, payload.userId);
          await sessions.endAll(payload.userId);
          return { ...payload, kept: await factorsAfterReset(deps, payload.userId) };
        }),
      );
      await forgetAccount(cache, 'sign-in', { account: email, peerAddress });
      logSecurity(log, 'password-reset', { peerAddress, userId, email: shortEmail(email) });
      notify(deps, letters.passwordReset(email, kept));
      return null;
    },
  );
}

/**
 * What else opens the account after a reset, in words. Where nobody had shown before that the mailbox is theirs,
 * somebody else may have made the account and left a passkey or a code app in it: all of them go.
 */
async function factorsAfterReset(
  { accounts, passkeys, secondFactor }: HttpDeps,
  userId: string,
): Promise<readonly string[] | 'removed'> {
  const account = await accounts.find(userId);
  if (account?.isMailboxProven !== true) {
    await passkeys.removeAll(userId);
    await secondFactor.remove(userId);
    await accounts.mailboxProven(userId);
    return 'removed';
  }
  const names = (await passkeys.list(userId)).map(({ name }) => `the passkey “${name}”`);
  return account.hasSecondFactor ? ['a code app', ...names] : names;
}
