// Accounts: making, changing and closing them.

import type { Secret } from '../secret.ts';
import type { User } from './identity.ts';

export interface Account extends User {
  readonly isDisabled: boolean;
  readonly hasPassword: boolean;
  readonly hasSecondFactor: boolean;
}

export interface Accounts {
  /**
   * Makes an account; without a password, one that only a provider or a passkey opens.
   * Errors: `conflict` (the address is taken), `request-invalid` (weak password).
   */
  create(input: { name: string; email: string; password: Secret | null }): Promise<User>;
  find(userId: string): Promise<Account | null>;
  findByEmail(email: string): Promise<Account | null>;
  /** All of them in pages, by e-mail. */
  page(afterEmail: string | null, limit: number): Promise<readonly Account[]>;
  /** Errors: `conflict` (the address is taken). */
  change(userId: string, change: { name?: string; email?: string }): Promise<User>;
  /** Errors: `credentials-wrong` (of `current`), `request-invalid` (weak password). */
  changePassword(userId: string, current: Secret, next: Secret): Promise<void>;
  /** Sets a password without the old one, for who proved otherwise that they may. Errors: `request-invalid`. */
  setPassword(userId: string, next: Secret): Promise<void>;
  /** A disabled account cannot sign in and its sessions end; nothing of it is lost. */
  setDisabled(userId: string, isDisabled: boolean): Promise<void>;
}
