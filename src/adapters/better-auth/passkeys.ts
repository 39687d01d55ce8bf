// Passkeys: WebAuthn by @simplewebauthn/server, user verification required, in a table of ours.

import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import { z } from 'zod';
import { branded, type EpochMs } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { User } from '../../core/ports/identity.ts';
import type { Passkey, Passkeys } from '../../core/ports/passkeys.ts';
import { type ChallengeKind, type Challenges, challengeLifeMs } from './challenges.ts';
import type { BetterAuth } from './configuration.ts';
import { type Cookies, settingCookies } from './cookies.ts';
import type { Factors } from './factors.ts';
import { requirePlace } from './passkey-place.ts';
import {
  model,
  orRefused,
  type PasskeyRow,
  passkeyRow,
  verifiedCredential,
  verifiedPasskey,
} from './passkey-verification.ts';
import { parseEnabledUser } from './session-rows.ts';
import type { SessionStore } from './sessions.ts';

export const maxPasskeysOfAccount = 20;
export interface PasskeysOptions {
  readonly betterAuth: BetterAuth;
  readonly factors: Factors;
  readonly sessions: SessionStore;
  readonly challenges: Challenges;
  readonly cookies: Cookies;
  readonly clock: Clock;
  readonly baseUrl: string;
}

/** The port over WebAuthn. */
export function webAuthnPasskeys(options: PasskeysOptions): Passkeys {
  const { betterAuth, factors, sessions, cookies } = options;
  const { adapter, internal } = betterAuth;
  const { hostname: rpId, origin } = new URL(options.baseUrl);
  const place = { rpId, origin };
  const ceremonies = ceremoniesOf(options);
  const rows = (userId: string) =>
    adapter
      .findMany<unknown>({
        model,
        where: [{ field: 'userId', value: userId }],
        limit: maxPasskeysOfAccount * 2,
      })
      .then((found) => z.array(passkeyRow).parse(found));

  async function authenticated(answer: unknown, headers: Headers): Promise<User> {
    requirePlace(place, headers);
    const { challenge } = await ceremonies.finish('passkey-authentication', headers);
    const passkey = await verifiedPasskey({ adapter, place, challenge }, answer);
    const user = await internal.findUserById(passkey.userId);
    const enabled = user === null ? null : parseEnabledUser(user);
    if (enabled === null) throw new VedetteError('passkey-refused');
    return enabled;
  }

  return {
    async list(userId) {
      const found = (await rows(userId)).map(passkeyOf);
      return found.sort((one, other) => one.createdAt - other.createdAt);
    },
    async registration(headers) {
      requirePlace(place, headers);
      const found = await sessions.requireOwn(headers);
      const { user } = found;
      await factors.requireProof(found);
      const existing = await rows(user.id);
      if (existing.length >= maxPasskeysOfAccount) throw tooManyPasskeys();
      const made = await generateRegistrationOptions({
        rpName: 'Vedette',
        rpID: rpId,
        userID: new TextEncoder().encode(user.id),
        userName: user.email,
        userDisplayName: user.name,
        attestationType: 'none',
        excludeCredentials: existing.map(({ credentialId }) => ({ id: credentialId })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      return ceremonies.begin('passkey-registration', made, user.id);
    },
    async register({ name, answer }, headers) {
      requirePlace(place, headers);
      const found = await sessions.requireOwn(headers);
      const { user, session } = found;
      await factors.requireProof(found);
      const { challenge, userId } = await ceremonies.finish('passkey-registration', headers);
      if (userId !== user.id) throw new VedetteError('passkey-refused');
      const credential = await verifiedCredential(answer, challenge, place);
      if ((await rows(userId)).length >= maxPasskeysOfAccount) throw tooManyPasskeys();
      const data = {
        userId,
        name,
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64'),
        counter: credential.counter,
        createdAt: new Date(options.clock.now()),
      };
      const made = await orRefused(adapter.create<typeof data, unknown>({ model, data }));
      // The device verified its person just now.
      await sessions.change(session.id, { isProven: true, isStrong: true });
      await sessions.unproveWeak(userId);
      return passkeyOf(passkeyRow.parse(made));
    },
    async authentication(headers) {
      requirePlace(place, headers);
      const made = await generateAuthenticationOptions({ rpID: rpId, userVerification: 'required' });
      return ceremonies.begin('passkey-authentication', made, '');
    },
    async signIn(answer, headers) {
      const user = await authenticated(answer, headers);
      const cookie = await sessions.start({ userId: user.id, isStrong: true }, headers);
      return { user, headers: settingCookies(cookie, cookies.clear('passkey')) };
    },
    async verify(userId, answer, headers) {
      const { id } = await authenticated(answer, headers);
      if (id !== userId)
        throw new VedetteError('passkey-refused', 'This passkey belongs to another account.');
    },
    async remove(userId, passkeyId) {
      const where = [
        { field: 'id', value: passkeyId },
        { field: 'userId', value: userId },
      ];
      if ((await adapter.deleteMany({ model, where })) === 0) throw new VedetteError('not-found');
      if (!(await factors.hasPasskey(userId))) await sessions.weaken(userId);
    },
    async removeAll(userId) {
      await adapter.deleteMany({ model, where: [{ field: 'userId', value: userId }] });
      await sessions.weaken(userId);
    },
  };
}

const remembered = z.object({ challenge: z.string(), userId: z.string() });

/** Binds an answer to what was asked: a challenge is answered once, in time, by the browser that was asked. */
function ceremoniesOf({ challenges, cookies }: PasskeysOptions) {
  return {
    async begin(kind: ChallengeKind, made: { readonly challenge: string }, userId: string) {
      const id = await challenges.make(kind, JSON.stringify({ challenge: made.challenge, userId }));
      return { options: made, headers: settingCookies(cookies.set('passkey', id, challengeLifeMs)) };
    },
    async finish(kind: ChallengeKind, headers: Headers) {
      const id = cookies.read(headers, 'passkey');
      const value = id === null ? null : await challenges.take(kind, id);
      if (value !== null) return remembered.parse(JSON.parse(value));
      throw new VedetteError('passkey-refused', 'This took too long, or was answered before. Try again.');
    },
  };
}

function tooManyPasskeys(): VedetteError {
  return new VedetteError(
    'conflict',
    `An account has at most ${maxPasskeysOfAccount} passkeys. Remove one first.`,
  );
}

function passkeyOf({ id, name, createdAt }: PasskeyRow): Passkey {
  return { id, name, createdAt: branded<EpochMs>(createdAt.getTime()) };
}
