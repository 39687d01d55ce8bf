// I2 of rows: whose an object is.

import type { Finding } from './finding.ts';

/** I2 of rows: no two own the same object. */
export function* own(owners: Map<string, string>, blobKey: string, subject: string): Generator<Finding> {
  const other = owners.get(blobKey);
  if (other === undefined) {
    owners.set(blobKey, subject);
    return;
  }
  yield {
    invariant: 'I2',
    subject: `object ${blobKey}`,
    problem: `It belongs to ${other} and to ${subject}.`,
  };
}
