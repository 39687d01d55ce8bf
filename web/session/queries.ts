// Who is here: the queries and intentions of the session.

import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { CeremonyOptions, type PasswordResetInput } from '../../src/http/contract/account.ts';
import { paths } from '../../src/http/contract/paths.ts';
import {
  Me,
  type SetupLinkInput,
  SignedOut,
  SignInAnswer,
  type SignInInput,
  SignUpAnswer,
  type SignUpConfirmation,
  type SignUpInput,
  SingleSignOnAnswer,
  Welcome,
} from '../../src/http/contract/session.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { askPasskey } from './passkey.ts';

export const welcomeQuery = queryOptions({
  queryKey: keys.welcome,
  queryFn: ({ signal }) => request(Welcome, paths.welcome, { signal }),
});

/** Fails with `setup-link-invalid` or `setup-done` where the link does not fit. */
export function setupLinkQuery(token: string) {
  return queryOptions({
    queryKey: keys.setupLink(token),
    queryFn: async ({ signal }) => {
      await send(paths.setupLink, { method: 'POST', body: { token } satisfies SetupLinkInput, signal });
      return true;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => request(Me, paths.me, { signal }),
  staleTime: 5 * 60_000,
});

export function signIn(input: SignInInput): Promise<SignInAnswer> {
  return request(SignInAnswer, paths.session, { method: 'POST', body: input });
}

/** `code` is six digits or a recovery code. Errors: `code-wrong`, `not-signed-in` (the password was too long ago). */
export function takeSecondStep(code: string): Promise<void> {
  return send(paths.secondStep, { method: 'POST', body: { code } });
}

/** Asks the browser for a passkey and signs in with it. Errors: `cancelled`, `passkey-refused`. */
export async function signInWithPasskey(): Promise<void> {
  await send(paths.passkeySignIn, { method: 'POST', body: { answer: await askedPasskey() } });
}

/** What a passkey answers to the server's question. */
export async function askedPasskey(): Promise<Record<string, unknown>> {
  const { options } = await request(CeremonyOptions, paths.passkeySignInOptions, { method: 'POST' });
  return askPasskey(options);
}

export type ProviderFound = z.infer<typeof SingleSignOnAnswer>;

/** Whose provider signs in who has this address, and where; it leads back to `returnTo`. Errors: `not-found`. */
export function findProvider(email: string, returnTo: string): Promise<ProviderFound> {
  return request(SingleSignOnAnswer, returning(paths.singleSignOn, returnTo), {
    method: 'POST',
    body: { email },
  });
}

/** The address of a request after which the provider leads back to the page `returnTo`. */
export function returning(path: string, returnTo: string): string {
  return `${path}?returnTo=${encodeURIComponent(returnTo)}`;
}

export function signUp(input: z.infer<typeof SignUpInput>): Promise<SignUpAnswer> {
  return request(SignUpAnswer, paths.signUp, { method: 'POST', body: input });
}

/** Makes the account with this password, and signs in. Errors: `link-invalid`. */
export function confirmSignUp(input: SignUpConfirmation): Promise<void> {
  return send(paths.signUpConfirm, { method: 'POST', body: input });
}

/** Sends a letter if there is such an account; says nothing about whether there is. */
export function askForPasswordLetter(email: string): Promise<void> {
  return send(paths.passwordReset, { method: 'POST', body: { email } });
}

/** Errors: `link-invalid`. */
export function resetPassword(input: z.infer<typeof PasswordResetInput>): Promise<void> {
  return send(paths.passwordResetFinish, { method: 'POST', body: input });
}

/** For who is signed in. Errors: `link-invalid`, `conflict` (somebody else has the address by now). */
export function confirmEmail(token: string): Promise<void> {
  return send(paths.accountEmailConfirm, { method: 'POST', body: { token } });
}

/** Ends the session; says where the provider's own can be ended too. */
export function signOut(): Promise<SignedOut> {
  return request(SignedOut, paths.session, { method: 'DELETE' });
}
