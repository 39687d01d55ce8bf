// Short-lived tokens for other services: EdDSA, by better-auth's keys, whose private halves are sealed with the secret.

import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { TokenClaims, TokenSigner } from '../../core/ports/token-signer.ts';
import type { BetterAuth } from './configuration.ts';

export interface SignerOptions {
  readonly betterAuth: BetterAuth;
  readonly clock: Clock;
  readonly log: Log;
}

/** The port over better-auth's JWT plugin. Tokens name the base address as their issuer. */
export function jwtSigner({ betterAuth, clock, log }: SignerOptions): TokenSigner {
  async function sign({ iss: _, ...claims }: TokenClaims, lifeSeconds: number): Promise<string> {
    const iat = Math.floor(clock.now() / 1000);
    return betterAuth.signToken({ ...claims, iat, exp: iat + lifeSeconds });
  }

  return {
    async sign(claims, lifeSeconds) {
      try {
        return await sign(claims, lifeSeconds);
      } catch (error) {
        if (!/decrypt private key/i.test(String(error))) throw error;
        // Another secret ended every session; it ends the keys that the old one sealed as well.
        log.warn('The keys that sign tokens were sealed with another secret. New ones are made.', { error });
        await betterAuth.adapter.deleteMany({ model: 'jwks', where: [] });
        return sign(claims, lifeSeconds);
      }
    },
    async keySet() {
      const { keys } = await betterAuth.keySet();
      return { keys: keys.map((key) => ({ ...key, use: 'sig' })) };
    },
  };
}
