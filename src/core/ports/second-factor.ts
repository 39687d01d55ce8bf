// Second factors of an account: a TOTP app (RFC 6238) with recovery codes.

import type { Secret } from '../secret.ts';

export interface SecondFactor {
  /**
   * Begins: what the app scans, and the codes for when the phone is lost. Counts only after `confirm`.
   * The account must have a password. Errors: `conflict` (set up already), `proof-required` (the account has a passkey,
   * and this session was never proven by it).
   */
  begin(headers: Headers): Promise<{ uri: Secret; recoveryCodes: readonly Secret[] }>;
  /** Errors: `code-wrong`, `proof-required`. The session is strong from here on. */
  confirm(code: string, headers: Headers): Promise<Headers>;
  /** New codes; the old ones are void. */
  renewRecoveryCodes(headers: Headers): Promise<readonly Secret[]>;
  /** No session of the account is strong any more, but those of a provider. */
  remove(userId: string): Promise<void>;
}
