// Records of who leads work that one of several processes does.

/** Who leads, and a number that changes whenever they say so. */
export interface Turn {
  readonly holder: string;
  readonly number: number;
}

export interface LeadershipRecords {
  /** Null where nobody leads. */
  find(work: string): Promise<Turn | null>;
  /** Puts `next` in the place of `expected`, null being nobody; false where something else was there. */
  take(work: string, expected: Turn | null, next: Turn): Promise<boolean>;
  /** Nobody leads, where this turn was the last. */
  leave(work: string, turn: Turn): Promise<void>;
}

export interface LeadershipTables {
  readonly leaderships: LeadershipRecords;
}
