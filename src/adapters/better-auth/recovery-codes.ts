// Recovery codes: for when the phone is lost; each counts once.

import { createHmac, randomInt } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';

export const recoveryCodeCount = 10;
/** Ten of thirty characters, none of which looks like another: 49 bits, and few tries. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const groupLength = 5;

/** Fresh codes, "ABCDE-FGHJK". */
export function makeRecoveryCodes(): string[] {
  const group = () =>
    Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: recoveryCodeCount }, () => `${group()}-${group()}`);
}

/**
 * What is stored of a code. The secret goes into it, so that a stolen database is not enough to try codes; the
 * account goes into it, so that a proof is worth nothing elsewhere.
 */
export function proofOfRecoveryCode(secret: Secret, userId: string, code: string): string {
  const plain = code.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  return createHmac('sha256', secret.reveal()).update(`recovery-code\n${userId}\n${plain}`).digest('base64');
}
