// Accounts: making, changing and closing them.

import type { Secret } from '../secret.ts';
import type { User } from './identity.ts';

export interface Account extends User {
  readonly isDisabled: boolean;
  readonly hasPassword: boolean;
  readonly hasSecondFactor: boolean;
  /**
   * Whether the address was shown to be its owner's. Until then somebody else may have made the account, and set up
   * ways into it that the owner does not know.
   */
  readonly isMailboxProven: boolean;
}

export interface Accounts {
  /**
   * Makes an account; without a password, one that only a provider or a passkey opens. `isMailboxProven` where the
   * mailbox confirmed it, or the operator makes it; false by default.
   * Errors: `conflict` (the address is taken), `request-invalid` (weak password).
   */
  create(input: {
    name: string;
    email: string;
    password: Secret | null;
    isMailboxProven?: boolean;
  }): Promise<User>;
  find(userId: string): Promise<Account | null>;
  /** Those of them that there are, in no particular order. */
  findMany(userIds: readonly string[]): Promise<readonly Account[]>;
  /** Whether there is such an account and it is not disabled, as it is now: nothing is remembered. */
  isEnabled(userId: string): Promise<boolean>;
  findByEmail(email: string): Promise<Account | null>;
  /** All of them in pages, by e-mail. */
  page(afterEmail: string | null, limit: number): Promise<readonly Account[]>;
  /** Notes that the mailbox of the account's address is its owner's. */
  mailboxProven(userId: string): Promise<void>;
  /** Removes an account with its sessions and factors: one that was just made and came to belong nowhere. */
  remove(userId: string): Promise<void>;
  /** Another address is an unproven one. Errors: `conflict` (the address is taken). */
  change(userId: string, change: { name?: string; email?: string }): Promise<User>;
  /** Errors: `credentials-wrong` (of `current`), `request-invalid` (weak password). */
  changePassword(userId: string, current: Secret, next: Secret): Promise<void>;
  /** Sets a password without the old one, for who proved otherwise that they may. Errors: `request-invalid`. */
  setPassword(userId: string, next: Secret): Promise<void>;
  /** A disabled account cannot sign in and its sessions end; nothing of it is lost. */
  setDisabled(userId: string, isDisabled: boolean): Promise<void>;
}
