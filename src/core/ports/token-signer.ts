// Short-lived signed tokens (JWT, RFC 7519) by which other services know a caller without asking us.

export interface TokenClaims {
  /** The member or access key. */
  readonly sub: string;
  readonly aud: string;
  readonly [claim: string]: unknown;
}

export interface TokenSigner {
  /** A token that ends after `lifeSeconds`, signed with the newest key. */
  sign(claims: TokenClaims, lifeSeconds: number): Promise<string>;
  /** Public keys by which tokens are verified (RFC 7517 §5), the newest and those that may still be in use. */
  keySet(): Promise<{ keys: readonly Record<string, unknown>[] }>;
}
