// Changing the address of one's account.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import { plainAddress } from '../../core/organization/address.ts';
import { changeProfile } from '../../core/organization/profile.ts';
import { providerOfEmail } from '../../core/organization/providers.ts';
import { logSecurity, shortEmail } from '../../core/organization/security-log.ts';
import type { User } from '../../core/ports/identity.ts';
import type { Mailer } from '../../core/ports/mailer.ts';
import { countAccountAttempt, mayWrite } from '../attempts.ts';
import { EmailAnswer, EmailInput, LinkInput } from '../contract/account.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { later, letters, linkTo, notify } from '../letters.ts';
import { lookAtLink, makeLink, useLink, voidLinks } from '../links.ts';
import { ownRoute, userFields } from '../own-account.ts';
import { bare, type Route } from '../route.ts';
import { countLinkAttempt } from './link-attempt.ts';

const tag = 'account';
const Payload = z.object({ userId: z.string(), email: z.string() });

/** A new address, and its confirmation. */
export function accountEmailRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [askRoute(deps, settings), confirmRoute(deps)];
}

function askRoute(deps: HttpDeps, settings: HttpSettings): Route {
  const { log, mailer } = deps;
  return ownRoute(
    {
      ...bare,
      body: EmailInput,
      asksProof: true,
      method: 'post',
      path: paths.accountEmail,
      summary:
        'Asks for another address. It counts once its mailbox confirmed it; without a mail server, at once.',
      tag,
      answer: { status: 200, description: 'Whether it counts already.', schema: EmailAnswer },
      errors: ['proof-required', 'conflict', 'too-many-requests'],
    },
    async ({ body, signedIn: { user }, exchange: { peerAddress } }) => {
      await countAccountAttempt(deps, 'link', { account: user.id, peerAddress });
      const email = plainAddress(body.email);
      if (email === user.email) return { json: { isConfirmed: true } };
      const to = shortEmail(email);
      logSecurity(log, 'email-change-asked', { peerAddress, ...userFields(user), to });
      if (mailer === null) {
        await requireFree(deps, email);
        await change(deps, user, email, peerAddress);
        return { json: { isConfirmed: true } };
      }
      later(log, () => write(deps, mailer, settings, { user, email }));
      return { json: { isConfirmed: false } };
    },
  );
}

/**
 * Without a mailbox that confirms it, nobody takes an address for which a provider vouches: whoever signs in there
 * would be this account. Errors: `not-allowed`.
 */
async function requireFree(deps: HttpDeps, email: string): Promise<void> {
  const provider = await providerOfEmail(deps, email);
  if (provider === null) return;
  throw new VedetteError('not-allowed', `People with this address sign in with ${provider.name}.`);
}

async function write(
  deps: HttpDeps,
  mailer: Mailer,
  { publicUrl }: HttpSettings,
  { user, email }: { user: User; email: string },
): Promise<void> {
  await mailer.send(letters.emailWanted(user.email, email));
  if (!(await mayWrite(deps.cache, 'link', email))) return;
  // Whether the address has an account is told to its mailbox only.
  if ((await deps.accounts.findByEmail(email)) !== null) return mailer.send(letters.emailTaken(email));
  const token = await makeLink(deps, 'email-change', user.id, { userId: user.id, email });
  await mailer.send(letters.confirmEmail(email, linkTo(publicUrl, 'confirm-email', token)));
}

function confirmRoute(deps: HttpDeps): Route {
  return ownRoute(
    {
      ...bare,
      body: LinkInput,
      method: 'post',
      path: paths.accountEmailConfirm,
      summary:
        'Confirms a new address with the link from its mailbox, signed in as the account that asked for it.',
      tag,
      answer: { status: 204, description: 'The new address counts.' },
      errors: ['link-invalid', 'conflict', 'too-many-requests'],
    },
    async ({ body: { token }, signedIn: { user }, exchange }) => {
      await countLinkAttempt(deps, exchange, async () => {
        const { userId } = await lookAtLink(deps, 'email-change', token, Payload);
        // Otherwise a mailbox that clicks on whatever comes would lend its address to the account of a stranger.
        if (userId !== user.id) {
          throw new VedetteError('not-allowed', 'Another account asked for this. Sign in as that one first.');
        }
        await useLink(deps, 'email-change', token, Payload, async ({ email }) => {
          await change(deps, user, email, exchange.peerAddress);
          await deps.accounts.mailboxProven(user.id);
        });
      });
      return null;
    },
  );
}

/** Errors: `conflict` (the address is taken). */
async function change(deps: HttpDeps, user: User, email: string, peerAddress: string): Promise<void> {
  await deps.accounts.change(user.id, { email });
  await changeProfile(deps, user.id, { email });
  await voidLinks(deps.cache, user.id);
  logSecurity(deps.log, 'email-changed', { peerAddress, ...userFields(user), to: shortEmail(email) });
  notify(deps, letters.emailChanged(user.email, email));
}
