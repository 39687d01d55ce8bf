// Passkeys of an account (WebAuthn Level 3). Options and answers are the browser's JSON forms, opaque to us.

import type { EpochMs } from '../brand.ts';
import type { User } from './identity.ts';

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: EpochMs;
}

/** A ceremony's options for the browser, and the cookie that binds the answer to them. */
export interface Ceremony {
  readonly options: unknown;
  readonly headers: Headers;
}

export interface Passkeys {
  list(userId: string): Promise<readonly Passkey[]>;
  /** For the signed-in account. Errors: as `register`. */
  registration(headers: Headers): Promise<Ceremony>;
  /**
   * The session is strong from here on. Errors: `passkey-refused`, `proof-required` (the account has a passkey or a
   * second factor, and this session was never proven by one).
   */
  register(input: { name: string; answer: unknown }, headers: Headers): Promise<Passkey>;
  /** For whoever comes: the authenticator knows its accounts. */
  authentication(headers: Headers): Promise<Ceremony>;
  /** Signs in, strongly. Errors: `passkey-refused`. */
  signIn(answer: unknown, headers: Headers): Promise<{ user: User; headers: Headers }>;
  /** Checks that the answer is by a passkey of this account, and signs nobody in. Errors: `passkey-refused`. */
  verify(userId: string, answer: unknown, headers: Headers): Promise<void>;
  /** With the last one no session is strong any more. Errors: `not-found`, also for passkeys of others. */
  remove(userId: string, passkeyId: string): Promise<void>;
  /** Removes all; no session is strong any more. */
  removeAll(userId: string): Promise<void>;
}
