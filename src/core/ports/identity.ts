// Identity: who is this. Accounts are people of the whole installation; what they reach is not decided here.

import type { EpochMs, OrganizationId, ProviderId } from '../brand.ts';
import type { Secret } from '../secret.ts';

/** Somebody with an account. `id` is the identity provider's own. */
export interface User {
  readonly id: string;
  readonly name: string;
  /** In lower case. */
  readonly email: string;
}

/** A signed-in device. Its id is not what its cookie holds. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: EpochMs;
  /** To the minute. */
  readonly lastSeenAt: EpochMs;
  /** The earlier of both ends: idle for too long, or too old. */
  readonly expiresAt: EpochMs;
  /** When its person last proved who they are, by the best they have: 0 where that was not asked yet. */
  readonly provenAt: EpochMs;
  /** Whether more than a password was asked: a second factor, a passkey, or an organization's provider. */
  readonly isStrong: boolean;
  /** The organization that was chosen last; null before a choice. */
  readonly organizationId: OrganizationId | null;
  /** The provider it came from. Such a session reaches that provider's organization only, and not the account. */
  readonly providerId: ProviderId | null;
  /** The browser's own name, shortened; empty where it told none. */
  readonly userAgent: string;
}

export const secondFactors = ['totp', 'recovery-code'] as const;

/** Signed in, or halfway: the headers carry the cookie of the session, or the one that the second step asks for. */
export type SignInResult =
  | { readonly kind: 'signed-in'; readonly user: User; readonly headers: Headers }
  | { readonly kind: 'second-factor'; readonly headers: Headers };

export interface ProviderSignIn {
  readonly userId: string;
  readonly providerId: ProviderId;
  readonly organizationId: OrganizationId;
  /** The provider's names of the person and of its own session, which its logout speaks of. */
  readonly subject: string;
  readonly providerSessionId: string | null;
}

export interface Identity {
  /**
   * The session of a request and its user, or null: no cookie, ended, idle for too long, too old, or the account is
   * disabled. An end takes effect within two seconds in every process.
   */
  session(headers: Headers): Promise<{ readonly user: User; readonly session: Session } | null>;
  /** Signs in. Errors: `credentials-wrong` (also for disabled accounts), `too-many-requests`. */
  signIn(credentials: { email: string; password: Secret }, headers: Headers): Promise<SignInResult>;
  /** The second step. `code` is six digits or a recovery code. Errors: `code-wrong`, `not-signed-in` (too late). */
  secondStep(code: string, headers: Headers): Promise<{ user: User; headers: Headers }>;
  /** A session for somebody whom their organization's provider vouches for. */
  signInFromProvider(signIn: ProviderSignIn, headers: Headers): Promise<Headers>;
  /**
   * Proves again who one is, for `session.provenAt`. A code where a second factor is set up, else the password where
   * there is no passkey either.
   * Errors: `credentials-wrong`, `code-wrong`.
   */
  prove(proof: { password: Secret } | { code: string }, headers: Headers): Promise<void>;
  /** Notes that the session's person proved who they are by other means: a passkey, a provider. */
  proven(sessionId: string): Promise<void>;
  /** Remembers which organization the session is about. */
  choose(sessionId: string, organizationId: OrganizationId): Promise<void>;
  /** Ends the session; the headers clear its cookie. */
  signOut(headers: Headers): Promise<Headers>;
}

/** Sessions of an account, all devices. */
export interface Sessions {
  /** Newest first. */
  list(userId: string): Promise<readonly Session[]>;
  /** Errors: `not-found`, also for sessions of others. */
  end(userId: string, sessionId: string): Promise<void>;
  /** Ends all, or all but one. */
  endAll(userId: string, exceptSessionId?: string): Promise<void>;
  /**
   * Ends what a provider's logout speaks of: one of its sessions, or all of a person. Where both are named and no session
   * has that name, those of the person for which the provider told none. Returns how many.
   */
  endOfProvider(ended: {
    providerId: ProviderId;
    subject: string | null;
    providerSessionId: string | null;
  }): Promise<number>;
}
