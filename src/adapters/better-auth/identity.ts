// The identity provider on better-auth: people, sessions, second factors, passkeys and tokens, in one database.

import type { Accounts } from '../../core/ports/accounts.ts';
import type { Identity, Sessions } from '../../core/ports/identity.ts';
import type { Passkeys } from '../../core/ports/passkeys.ts';
import type { SecondFactor } from '../../core/ports/second-factor.ts';
import type { TokenSigner } from '../../core/ports/token-signer.ts';
import { betterAuthAccounts } from './accounts.ts';
import { storedChallenges } from './challenges.ts';
import { type IdentityOptions, openBetterAuth } from './configuration.ts';
import { signedCookies } from './cookies.ts';
import { storedFactors } from './factors.ts';
import { webAuthnPasskeys } from './passkeys.ts';
import { argon2Passwords } from './passwords.ts';
import { storedSecondFactors } from './second-factor.ts';
import { sessionStore } from './sessions.ts';
import { signInIdentity } from './sign-in.ts';
import { jwtSigner } from './signer.ts';

/** All that is known of people; nothing of it is sent anywhere. */
export interface IdentityProvider {
  readonly identity: Identity;
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  readonly secondFactor: SecondFactor;
  readonly passkeys: Passkeys;
  readonly signer: TokenSigner;
}

/** Opens the identity provider and brings its tables up to date. */
export async function openIdentity<Schema>(options: IdentityOptions<Schema>): Promise<IdentityProvider> {
  const { clock, log, secret, baseUrl } = options;
  const betterAuth = await openBetterAuth(options);
  const cookies = signedCookies({ secret, isSecure: baseUrl.startsWith('https:') });
  const challenges = storedChallenges(betterAuth, clock);
  const passwords = argon2Passwords();
  const sessions = sessionStore({ ...options, betterAuth, cookies });
  const factors = storedFactors(betterAuth);
  const secondFactors = storedSecondFactors({ betterAuth, factors, sessions, clock, secret });
  return {
    identity: signInIdentity({
      betterAuth,
      cookies,
      passwords,
      challenges,
      sessions,
      secondFactors,
      factors,
    }),
    sessions: sessions.port,
    accounts: betterAuthAccounts({ betterAuth, passwords, secondFactors, sessions, clock }),
    secondFactor: secondFactors.port,
    passkeys: webAuthnPasskeys({ betterAuth, factors, sessions, challenges, cookies, clock, baseUrl }),
    signer: jwtSigner({ betterAuth, clock, log }),
  };
}
