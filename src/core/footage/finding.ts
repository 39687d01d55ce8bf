// What a check says: a broken invariant, where, and what is wrong.

/**
 * I1: every row has its object with that size and hash, and a key that opens it. I2: every object is owned by exactly one row, or is garbage,
 * or open. I3: recordings of a camera do not overlap, and touch or have a gap between them that says why.
 */
export const checkedInvariants = ['I1', 'I2', 'I3'] as const;
export type CheckedInvariant = (typeof checkedInvariants)[number];

export interface Finding {
  readonly invariant: CheckedInvariant;
  /** "recording …", "image …", "object …", "camera …", "key epoch …" or "the rows of …". */
  readonly subject: string;
  /** A sentence for a person. */
  readonly problem: string;
}
