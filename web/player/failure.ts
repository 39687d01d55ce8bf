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

/** Signed out, not allowed, gone: asking again for the same brings the same answer. */
const refusals: ReadonlySet<number> = new Set([401, 403, 410]);

/** True when the server will not show it. */
export function isRefused({ response }: Failure): boolean {
  return refusals.has(response?.code ?? 0);
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
  try {
    return JSON.parse(textOf(details));
  } catch {
    return null;
  }
}

/** Keys and fragments are asked for as bytes, and so their refusals arrive; `responseText` then throws. */
function textOf(details: unknown): string {
  if (typeof details !== 'object' || details === null) return '';
  if ('response' in details && details.response instanceof ArrayBuffer) {
    return new TextDecoder().decode(details.response);
  }
  return 'responseText' in details ? String(details.responseText) : '';
}
