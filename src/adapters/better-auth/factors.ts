// What an account has beside its password, and what that asks of who sets up more of it.

import { VedetteError } from '../../core/errors.ts';
import type { BetterAuth } from './configuration.ts';
import type { Found } from './session-cache.ts';

export interface Factors {
  hasPasskey(userId: string): Promise<boolean>;
  /**
   * Before another factor is set up: a password alone does not add one beside those that are there, or they would
   * protect nothing. Errors: `proof-required`.
   */
  requireProof(found: Found): Promise<void>;
}

/** Looked up in the tables of second factors and passkeys. */
export function storedFactors({ adapter }: Pick<BetterAuth, 'adapter'>): Factors {
  const has = async (model: string, where: { field: string; value: string | boolean }[]) =>
    (await adapter.findOne<unknown>({ model, where })) !== null;
  const ofUser = (userId: string) => ({ field: 'userId', value: userId });
  const hasPasskey = (userId: string) => has('passkey', [ofUser(userId)]);
  const hasSecondFactor = (userId: string) =>
    has('secondFactor', [ofUser(userId), { field: 'isConfirmed', value: true }]);
  return {
    hasPasskey,
    async requireProof({ user, session }) {
      if (session.isStrong) return;
      if (!(await hasPasskey(user.id)) && !(await hasSecondFactor(user.id))) return;
      throw new VedetteError('proof-required', 'Prove who you are with your passkey or a code first.');
    },
  };
}
