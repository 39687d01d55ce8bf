// My account: profile, sessions, second factor, passkeys.

import { z } from 'zod';
import { email, name, time } from './common.ts';
import { allowed } from './faults.ts';
import { linkToken } from './people.ts';
import { password } from './session.ts';

/** E.164: a plus, the country, at most 15 digits. */
const phone = z
  .string()
  .trim()
  .transform((text) => text.replace(/[\s()./-]/g, ''))
  .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/))
  .register(allowed, { allowed: 'a number with its country, like +49 30 123456' });

export const Account = z.object({
  name: z.string(),
  email: z.string(),
  phone: z.string().nullable(),
  /** Signed in by the organization's provider: name, address and ways to sign in are changed there. */
  isManaged: z.boolean(),
  hasPassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  /** A new address must be confirmed from its mailbox; without a mail server it counts at once. */
  confirmsEmail: z.boolean(),
});
export type Account = z.infer<typeof Account>;

export const AccountChange = z.object({
  name: name.optional(),
  phone: phone.nullable().optional(),
});
export type AccountChange = z.infer<typeof AccountChange>;

export const EmailInput = z.object({ email });
export const EmailAnswer = z.object({ isConfirmed: z.boolean() });
export const LinkInput = z.object({ token: linkToken });
export const PasswordChange = z.object({ current: z.string().max(128), next: password });
export const PasswordResetInput = z.object({ token: linkToken, password });

export const DeviceSession = z.object({
  id: z.string(),
  /** "Firefox on Linux", or the browser's own words. */
  device: z.string(),
  createdAt: time,
  lastSeenAt: time,
  expiresAt: time,
  isThis: z.boolean(),
});
export type DeviceSession = z.infer<typeof DeviceSession>;

/** Shown once. */
export const SecondFactorBegun = z.object({
  uri: z.string(),
  secret: z.string(),
  recoveryCodes: z.array(z.string()),
});
export type SecondFactorBegun = z.infer<typeof SecondFactorBegun>;

/** Six digits, or a recovery code. */
export const code = z.string().trim().min(6).max(40);
export const CodeInput = z.object({ code });
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });

export const Passkey = z.object({ id: z.string(), name: z.string(), createdAt: time });
export type Passkey = z.infer<typeof Passkey>;

/** WebAuthn's JSON forms (Level 3 §5.1): opaque here, checked by the identity provider. */
export const CeremonyOptions = z.object({ options: z.record(z.string(), z.unknown()) });
export const CeremonyAnswer = z.object({ answer: z.record(z.string(), z.unknown()) });
export const PasskeyInput = z.object({ name, answer: z.record(z.string(), z.unknown()) });
