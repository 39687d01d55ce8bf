// Keys: wrap and unwrap data keys, sign, and destroy an epoch so that all it wrapped is lost for ever.

export interface WrappedKey {
  /** The epoch of the wrapping key. */
  readonly epoch: number;
  /** The wrapped key as the provider gives it, base64url. */
  readonly ciphertext: string;
}

export interface Keys {
  /** Wraps `key` (at most 64 bytes) under the current epoch. It unwraps only with the same `context`. */
  wrap(key: Uint8Array, context: string): Promise<WrappedKey>;
  /** Errors: `key-destroyed` (its epoch is gone), `key-unavailable` (wrong context, damaged, provider down). */
  unwrap(wrapped: WrappedKey, context: string): Promise<Uint8Array>;
  /** Ed25519 signature (RFC 8032) over `bytes` by the installation's signing key; 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  /** The public half of the signing key, raw, 32 bytes. */
  publicKey(): Promise<Uint8Array>;
  /** Begins a new epoch for what is wrapped from now on; returns its number. */
  rotate(): Promise<number>;
  /** Destroys an epoch that is not the current one. What it wrapped can never be read again. Idempotent. */
  destroyEpoch(epoch: number): Promise<void>;
}
