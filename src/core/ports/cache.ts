// The cache: small state with a time to live, shared by all processes, with atomic verbs.

/** Largest value: one thumbnail. */
export const maxCacheValueBytes = 512 * 1024;

export interface Count {
  /** This call included. */
  readonly count: number;
  /** Time in ms until counting begins anew, above 0. */
  readonly leftMs: number;
}

export interface Cache {
  get(key: string): Promise<Uint8Array | null>;
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>;
  /** Stores only where nothing is; true when it did. Of many callers exactly one gets true. */
  setIfAbsent(key: string, value: Uint8Array, ttlMs: number): Promise<boolean>;
  /**
   * Where the value is `expected`, stores `next` for `ttlMs` from now, or removes it where that is null; true when it did.
   * Of many callers that expect the same, exactly one gets true, unless `next` is what they expect.
   */
  swap(key: string, expected: Uint8Array, next: Uint8Array | null, ttlMs: number): Promise<boolean>;
  /** Reads and removes in one step: of many callers exactly one gets the value. */
  take(key: string): Promise<Uint8Array | null>;
  /**
   * Adds 1 in one step; the first call starts the time to live, later ones do not extend it. Strangers make counters:
   * however many there are, no value is forgotten for them.
   */
  increment(key: string, ttlMs: number): Promise<Count>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}
