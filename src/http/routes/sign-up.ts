// Signing up: an account with an organization of its own, where the settings allow it.

import type { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import { requireNoProvider } from '../../core/organization/providers.ts';
import { actor, logSecurity } from '../../core/organization/security-log.ts';
import { setupRequired } from '../../core/organization/set-up.ts';
import { planSignUp, signUp } from '../../core/organization/sign-up.ts';
import type { Mailer } from '../../core/ports/mailer.ts';
import { secret } from '../../core/secret.ts';
import { countAccountAttempt, countAttempt, mayWrite } from '../attempts.ts';
import { paths } from '../contract/paths.ts';
import { SignInAnswer, SignUpAnswer, SignUpConfirmation, SignUpInput } from '../contract/session.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { later, letters, linkTo } from '../letters.ts';
import { makeLink, useLink } from '../links.ts';
import { bare, type Exchange, publicRoute, type Route } from '../route.ts';
import { countLinkAttempt } from './link-attempt.ts';
import { accountOf } from './welcome.ts';

const tag = 'setup';
const SignUpForm = SignUpInput.omit({ password: true });
type SignUpForm = z.output<typeof SignUpForm>;

/**
 * Signing up. Where there is a mail server nothing is made before the mailbox confirmed it: nobody takes the address
 * of somebody else, and the answer does not tell who has an account.
 */
export function signUpRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  const { log, mailer } = deps;
  return [
    publicRoute(
      {
        ...bare,
        body: SignUpInput,
        method: 'post',
        path: paths.signUp,
        hashesPassword: true,
        summary: 'Makes an account with an organization of its own, where the settings allow it.',
        tag,
        answer: { status: 200, description: 'Signed in, or a letter is on its way.', schema: SignUpAnswer },
        errors: ['not-allowed', 'not-ready', 'conflict', 'too-many-requests'],
      },
      async ({ body, exchange }) => {
        requireOpen(settings);
        await countAttempt(deps, 'sign-up', exchange.peerAddress);
        // What is wrong with the form is told now, whatever becomes of the address.
        planSignUp(deps, body);
        if (await setupRequired(deps)) {
          throw new VedetteError(
            'not-ready',
            'This server is not set up yet. Its operator has the setup link.',
          );
        }
        await requireNoProvider(deps, body.email);
        const { password, ...form } = body;
        if (mailer === null) {
          if (password === undefined) throw passwordMissing();
          const headers = await finish(deps, { ...form, password, isMailboxProven: false }, exchange);
          return { json: { next: 'done' }, headers };
        }
        // Not the password: a stranger who fills in this form must not choose what opens the account.
        later(log, () => write(deps, mailer, settings, form));
        return { json: { next: 'confirm' } };
      },
    ),
    publicRoute(
      {
        ...bare,
        body: SignUpConfirmation,
        method: 'post',
        path: paths.signUpConfirm,
        hashesPassword: true,
        summary: 'Makes the account that a letter confirmed, with the password chosen now, and signs in.',
        tag,
        answer: { status: 200, description: 'Signed in.', schema: SignInAnswer },
        errors: ['link-invalid', 'not-allowed', 'conflict', 'too-many-requests'],
      },
      async ({ body: { token, password }, exchange }) => {
        requireOpen(settings);
        const headers = await countLinkAttempt(deps, exchange, () =>
          useLink(deps, 'sign-up', token, SignUpForm, async (form) => {
            await requireNoProvider(deps, form.email);
            return finish(deps, { ...form, password, isMailboxProven: true }, exchange);
          }),
        );
        return { json: { next: 'done' }, headers };
      },
    ),
  ];
}

function requireOpen({ signUpOpen }: HttpSettings): void {
  if (signUpOpen) return;
  throw new VedetteError('not-allowed', 'People join this server by invitation only. Ask an admin for one.');
}

async function write(
  deps: HttpDeps,
  mailer: Mailer,
  { publicUrl }: HttpSettings,
  form: SignUpForm,
): Promise<void> {
  const { email } = form;
  if (!(await mayWrite(deps.cache, 'sign-up', email))) return;
  if ((await deps.accounts.findByEmail(email)) !== null) return mailer.send(letters.emailTaken(email));
  const token = await makeLink(deps, 'sign-up', email.toLowerCase(), form);
  await mailer.send(letters.confirmSignUp(email, linkTo(publicUrl, 'confirm-sign-up', token)));
}

async function finish(
  deps: HttpDeps,
  form: SignUpForm & { readonly password: string; readonly isMailboxProven: boolean },
  { request, peerAddress }: Exchange,
): Promise<Headers> {
  const plan = planSignUp(deps, form);
  const { name, email, isMailboxProven } = form;
  const person = { name, email, password: secret(form.password), isMailboxProven };
  // Whoever left an account behind is known by its password: tries at it count like any others.
  await countAccountAttempt(deps, 'sign-in', { account: email, peerAddress });
  const user = await accountOf(deps, person, request.headers);
  const member = await signUp(deps, plan, user);
  logSecurity(deps.log, 'signed-up', { peerAddress, ...actor(member) });
  return (await deps.identity.signIn(person, request.headers)).headers;
}

function passwordMissing(): VedetteError {
  const sentence = 'Choose a password.';
  return new VedetteError('request-invalid', sentence, { fields: { password: sentence } });
}
