// A hash of a set of rows that does not depend on their order.

import { hash } from 'node:crypto';

const modulus = 1n << 256n;

export interface RowSum {
  add(canonical: string): void;
  readonly count: number;
  /** 64 hexadecimal digits. */
  hash(): string;
}

/** The sum of the SHA-256 of the rows, modulo 2^256: a row that is missing, changed or there twice changes it. */
export function rowSum(): RowSum {
  let total = 0n;
  let count = 0;
  return {
    add(canonical) {
      total = (total + BigInt(`0x${hash('sha256', canonical)}`)) % modulus;
      count += 1;
    },
    get count() {
      return count;
    },
    hash: () => total.toString(16).padStart(64, '0'),
  };
}
