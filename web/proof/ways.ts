// The ways in which somebody can prove again who they are.

import type { Account } from '../../src/http/contract/account.ts';

export type Way = 'passkey' | 'code' | 'password' | 'provider';

/**
 * The ways of this account, the quickest first. Whoever has a passkey or a second factor proves with that, never with
 * the password alone; whom a provider signed in proves there.
 */
export function waysOf(
  { isManaged, hasPassword, hasSecondFactor }: Pick<Account, 'isManaged' | 'hasPassword' | 'hasSecondFactor'>,
  { passkeys, canUsePasskeys }: { passkeys: number; canUsePasskeys: boolean },
): readonly Way[] {
  if (isManaged) return ['provider'];
  const ways: Way[] = [];
  if (passkeys > 0 && canUsePasskeys) ways.push('passkey');
  if (hasSecondFactor) ways.push('code');
  else if (hasPassword && passkeys === 0) ways.push('password');
  return ways;
}
