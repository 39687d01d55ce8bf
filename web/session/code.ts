// Codes of a second factor, as people type and paste them.

/** Digits of a code from an app (RFC 6238, as every app shows it). */
export const appCodeLength = 6;

/** "123 456", "123-456" and codes inside of copied words become "123456"; more than six digits are cut. */
export function appCode(typed: string): string {
  return typed.normalize('NFKC').replace(/\D/g, '').slice(0, appCodeLength);
}

/** Whether nothing is missing, so that it can be sent by itself. */
export function isWholeAppCode(code: string): boolean {
  return code.length === appCodeLength;
}

/** "JBSWY3DPEHPK3PXP" → "JBSW Y3DP EHPK 3PXP": a key that somebody types into an app. */
export function grouped(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? '';
}
