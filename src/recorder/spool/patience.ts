// How often it is tried again to write what could not be written: as long as it takes, or a few times.

import type { ErrorCode } from '../../core/errors.ts';

/** Attempts where the reason is not one that goes away by itself or by a person's hand. */
export const attemptsWhenBroken = 5;
const patient: readonly ErrorCode[] = [
  ...(['data-full', 'data-read-only', 'key-unavailable'] as const),
  ...(['blobs-unavailable', 'blobs-refused', 'records-unavailable'] as const),
];

/** Whether what failed with `code` goes well one day, by itself or by a person's hand. */
export function isWorthWaiting(code: ErrorCode): boolean {
  return patient.includes(code);
}
