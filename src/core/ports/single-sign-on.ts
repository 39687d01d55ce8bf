// Single sign-on: an OpenID Connect provider vouches for a person (OpenID Connect Core 1.0, authorization code, PKCE).

import type { EpochMs } from '../brand.ts';
import type { Provider } from '../organization/provider.ts';

/** What must be remembered between the two steps, by the browser that began. Each is used once. */
export interface SignOnState {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly startedAt: EpochMs;
}

/** What a provider says of a person, verified. */
export interface Vouched {
  readonly subject: string;
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  readonly name: string | null;
  /** The provider's own session; its logout speaks of it. */
  readonly sessionId: string | null;
  /** All claims of the ID token. `email_verified` is of the source that gave `email`; absent where it says nothing. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A verified logout token (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export interface ProviderLogout {
  readonly subject: string | null;
  readonly sessionId: string | null;
  readonly tokenId: string;
}

export interface SingleSignOn {
  /** Asks the issuer for its metadata. Errors: `provider-failed`, in words an admin can act on. */
  check(provider: Provider): Promise<void>;
  /** Where the browser goes. `again` asks the person to prove anew who they are. Errors: `provider-failed`. */
  begin(
    provider: Provider,
    options: { redirectUri: string; again: boolean },
  ): Promise<{ url: string; state: SignOnState }>;
  /** What came back, verified: state, nonce, audience, issuer, signature, times. Errors: `provider-failed`. */
  finish(
    provider: Provider,
    input: { callbackUrl: string; redirectUri: string; state: SignOnState },
  ): Promise<Vouched>;
  /** Errors: `provider-failed`. */
  verifyLogout(provider: Provider, logoutToken: string): Promise<ProviderLogout>;
  /** Where the browser goes to sign out there as well; null where the provider has no such address. */
  endSessionUrl(provider: Provider, options: { returnTo: string }): Promise<string | null>;
}
