// Signing up: an account with an organization of its own, where the settings allow it.

import type { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import { actor, logSecurity } from '../../core/organization/security-log.ts';
import { setupRequired } from '../../core/organization/set-up.ts';
import { planSignUp, signUp } from '../../core/organization/sign-up.ts';
import type { Mailer } from '../../core/ports/mailer.ts';
import { secret } from '../../core/secret.ts';
import { countAccountAttempt, countAttempt, mayWrite } from '../attempts.ts';
import { LinkInput } from '../contract/account.ts';
import { paths } from '../contract/paths.ts';
import { SignInAnswer, SignUpAnswer, SignUpInput } from '../contract/session.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { later, letters, linkTo } from '../letters.ts';
import { makeLink, useLink } from '../links.ts';
import { bare, type Exchange, publicRoute, type Route } from '../route.ts';
import { countLinkAttempt } from './link-attempt.ts';
import { accountOf } from './welcome.ts';

const tag = 'setup';
type SignUpForm = z.output<typeof SignUpInput>;

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
        if (mailer === null) return { json: { next: 'done' }, headers: await finish(deps, body, exchange) };
        later(log, () => write(deps, mailer, settings, body));
        return { json: { next: 'confirm' } };
      },
    ),
    publicRoute(
      {
        ...bare,
        body: LinkInput,
        method: 'post',
        path: paths.signUpConfirm,
        summary: 'Makes the account that a letter confirmed, and signs in.',
        tag,
        answer: { status: 200, description: 'Signed in.', schema: SignInAnswer },
        errors: ['link-invalid', 'not-allowed', 'conflict', 'too-many-requests'],
      },
      async ({ body: { token }, exchange }) => {
        requireOpen(settings);
        const headers = await countLinkAttempt(deps, exchange, () =>
          useLink(deps, 'sign-up', token, SignUpInput, (form) => finish(deps, form, exchange)),
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
  form: SignUpForm,
  { request, peerAddress }: Exchange,
): Promise<Headers> {
  const plan = planSignUp(deps, form);
  const person = { name: form.name, email: form.email, password: secret(form.password) };
  // Whoever left an account behind is known by its password: tries at it count like any others.
  await countAccountAttempt(deps, 'sign-in', { account: form.email, peerAddress });
  const user = await accountOf(deps, person, request.headers);
  const member = await signUp(deps, plan, user);
  logSecurity(deps.log, 'signed-up', { peerAddress, ...actor(member) });
  return (await deps.identity.signIn(person, request.headers)).headers;
}
