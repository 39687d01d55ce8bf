// Signing in: by password, with a second step where one is set up, or by a provider's word; proving it again; signing out.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Identity, SignInResult, User } from '../../core/ports/identity.ts';
import type { Secret } from '../../core/secret.ts';
import type { Challenges } from './challenges.ts';
import { challengeLifeMs } from './challenges.ts';
import type { BetterAuth } from './configuration.ts';
import { type Cookies, settingCookies } from './cookies.ts';
import type { Factors } from './factors.ts';
import { maxPasswordLength, type Passwords } from './passwords.ts';
import type { SecondFactors } from './second-factor.ts';
import { parseEnabledUser } from './session-rows.ts';
import type { SessionStore } from './sessions.ts';

export interface SignInOptions {
  readonly betterAuth: BetterAuth;
  readonly cookies: Cookies;
  readonly passwords: Passwords;
  readonly challenges: Challenges;
  readonly sessions: SessionStore;
  readonly secondFactors: SecondFactors;
  readonly factors: Factors;
}

/** The port over sessions, passwords and second factors. */
export function signInIdentity(options: SignInOptions): Identity {
  const { betterAuth, cookies, challenges, sessions, secondFactors, factors } = options;
  const { internal } = betterAuth;
  const { check } = passwordCheck(options);

  async function enabledUser(userId: string): Promise<User | null> {
    const found = await internal.findUserById(userId);
    return found === null ? null : parseEnabledUser(found);
  }

  async function prove(proof: { password: Secret } | { code: string }, headers: Headers): Promise<void> {
    const { user, session } = await sessions.require(headers);
    const hasSecondFactor = await secondFactors.isSetUp(user.id);
    if ('code' in proof) {
      if (!hasSecondFactor)
        throw new VedetteError('code-wrong', 'No second factor is set up. Use the password.');
      await secondFactors.check(user.id, proof.code);
      return sessions.change(session.id, { isProven: true, isStrong: true });
    }
    if (hasSecondFactor) {
      throw new VedetteError(
        'credentials-wrong',
        'Use a code of your second factor instead of the password.',
      );
    }
    if (await factors.hasPasskey(user.id)) {
      throw new VedetteError('credentials-wrong', 'Use your passkey instead of the password.');
    }
    await check(user.email, proof.password);
    await sessions.change(session.id, { isProven: true });
  }

  return {
    session: sessions.find,
    async signIn({ email, password }, headers): Promise<SignInResult> {
      const user = await check(email, password);
      if (await secondFactors.isSetUp(user.id)) {
        const id = await challenges.make('second-step', user.id);
        const headers = settingCookies(cookies.set('second_step', id, challengeLifeMs));
        return { kind: 'second-factor', headers };
      }
      // Who has a passkey is asked for it before anything that wants a proof.
      const isProven = !(await factors.hasPasskey(user.id));
      const cookie = await sessions.start({ userId: user.id, isStrong: false, isProven }, headers);
      return { kind: 'signed-in', user, headers: settingCookies(cookie) };
    },
    async secondStep(code, headers) {
      const id = cookies.read(headers, 'second_step');
      const userId = id === null ? null : await challenges.peek('second-step', id);
      if (id === null || userId === null) throw tooLate();
      await secondFactors.check(userId, code);
      const user = await enabledUser(userId);
      // Of two right codes at once one signs in.
      if ((await challenges.take('second-step', id)) === null || user === null) throw tooLate();
      const cookie = await sessions.start({ userId, isStrong: true }, headers);
      return { user, headers: settingCookies(cookie, cookies.clear('second_step')) };
    },
    async signInFromProvider({ userId, providerId, organizationId, subject, providerSessionId }, headers) {
      if ((await enabledUser(userId)) === null) {
        throw new VedetteError('not-allowed', 'This account is disabled. Ask an admin.');
      }
      const provider = { id: providerId, organizationId, subject, sessionId: providerSessionId };
      return settingCookies(await sessions.start({ userId, isStrong: true, provider }, headers));
    },
    prove,
    proven: (sessionId) => sessions.change(sessionId, { isProven: true, isStrong: true }),
    choose: (sessionId, organizationId) => sessions.change(sessionId, { organizationId }),
    async signOut(headers) {
      await sessions.endByCookie(headers);
      return settingCookies(cookies.clear('session_token'));
    },
  };
}

const credential = z.object({ id: z.string(), providerId: z.string(), password: z.string().nullish() });

/** Checks e-mail and password; all who cannot sign in look and take the same. */
function passwordCheck({ betterAuth: { adapter, internal }, passwords }: SignInOptions) {
  async function check(email: string, password: Secret): Promise<User> {
    const plain = password.reveal();
    // No account has such a password, whoever asks.
    if (plain.length > maxPasswordLength) throw new VedetteError('credentials-wrong');
    const known = await internal.findUserByEmail(email.toLowerCase(), { includeAccounts: true });
    const accounts = z.array(credential).parse(known?.accounts ?? []);
    const { id, password: stored } = accounts.find(({ providerId }) => providerId === 'credential') ?? {};
    const verdict = await passwords.verify(stored ?? null, plain);
    const user = known === null ? null : parseEnabledUser(known.user);
    if (user === null || verdict === 'wrong') throw new VedetteError('credentials-wrong');
    if (verdict === 'outdated') await replace(id, stored, plain);
    return user;
  }

  // Only where it is still stored as it was verified: a change of password meanwhile counts more.
  async function replace(id: unknown, stored: unknown, plain: string): Promise<void> {
    const hashed = await passwords.hash(plain).catch(() => null);
    if (hashed === null || typeof id !== 'string' || typeof stored !== 'string') return;
    const where = [
      { field: 'id', value: id },
      { field: 'password', value: stored },
    ];
    await adapter.incrementOne({ model: 'account', where, increment: {}, set: { password: hashed } });
  }

  return { check };
}

function tooLate(): VedetteError {
  return new VedetteError('not-signed-in', 'This took too long. Sign in again with your password.');
}
