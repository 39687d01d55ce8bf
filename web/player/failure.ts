// Why a stream failed, in a sentence for the person.

import { Problem } from '../../src/http/contract/common.ts';

/** The part of an error of hls.js that says what went wrong. */
export interface Failure {
  readonly type: string;
  readonly details: string;
  readonly response?: { readonly code?: number } | undefined;
  /** The XMLHttpRequest or fetch response behind it. */
  readonly networkDetails?: unknown;
}

/** The server's own sentence where it sent one, else what the kind of failure means. */
export function failureSentence(failure: Failure): string {
  const told = Problem.safeParse(jsonOf(failure.networkDetails));
  if (told.success) return told.data.detail;
  if (/codec/i.test(failure.details)) {
    return 'This browser cannot play the format of this camera (H.265, probably). Another browser may.';
  }
  if (failure.type === 'networkError') {
    return failure.response?.code === 401
      ? 'Your session has ended. Sign in again.'
      : 'The video does not arrive. Trying again…';
  }
  return 'The video cannot be played here. Trying again…';
}

function jsonOf(details: unknown): unknown {
  if (typeof details !== 'object' || details === null || !('responseText' in details)) return null;
  try {
    return JSON.parse(String(details.responseText));
  } catch {
    return null;
  }
}
