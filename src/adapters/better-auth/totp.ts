// Time-based one-time passwords (RFC 6238): SHA-1, six digits, thirty seconds, as every authenticator app makes them.

import { createHmac, timingSafeEqual } from 'node:crypto';

const stepMs = 30_000;
const digits = 6;
/** Clocks of phones differ: the codes before and after the current one count as well (RFC 6238 §5.2). */
const window = 1;

/** The code of a time step. */
export function totpCode(key: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  // RFC 4226 §5.3.
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The time step in which `code` is right at `nowMs`, or null. All steps are compared, whichever is right. */
export function matchingStep(key: Uint8Array, code: string, nowMs: number): number | null {
  const current = Math.floor(nowMs / stepMs);
  const given = Buffer.from(code);
  let found: number | null = null;
  for (let step = Math.max(0, current - window); step <= current + window; step += 1) {
    const expected = Buffer.from(totpCode(key, step));
    if (given.length === expected.length && timingSafeEqual(given, expected)) found = step;
  }
  return found;
}

/** What an authenticator app scans (Key Uri Format of Google Authenticator). */
export function totpUri(key: Uint8Array, { issuer, account }: { issuer: string; account: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const parameters = new URLSearchParams({
    secret: base32(key),
    issuer,
    algorithm: 'SHA1',
    digits: String(digits),
    period: String(stepMs / 1000),
  });
  return `otpauth://totp/${label}?${parameters}`;
}

/** RFC 4648 §6, without padding. */
export function base32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}
