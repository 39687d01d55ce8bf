// Second factors of an account: a TOTP app (RFC 6238) with recovery codes.

import type { Secret } from '../secret.ts';

export interface SecondFactor {
  /**
   * Begins: what the app scans, and the codes for when the phone is lost. Counts only after `confirm`.
   * The account must have a password. Errors: `conflict` (set up already).
   */
  begin(headers: Headers): Promise<{ uri: Secret; recoveryCodes: readonly Secret[] }>;
  /** Errors: `code-wrong`. The session is strong from here on. */
  confirm(code: string, headers: Headers): Promise<Headers>;
  /** New codes; the old ones are void. */
  renewRecoveryCodes(headers: Headers): Promise<readonly Secret[]>;
  remove(userId: string): Promise<void>;
}
