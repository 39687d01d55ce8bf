// Signatures of calls between the processes of one installation: each knows the secret, nobody else does.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { Secret } from '../../core/secret.ts';

export const atHeader = 'vedette-at';
export const signatureHeader = 'vedette-signature';

/** A call is believed this long before and after its date: the clocks of a cluster are nearer to each other. */
const validMs = 60_000;

/** The headers that a GET of `path` (with its query) carries. */
export function signedHeaders(deps: { secret: Secret; clock: Clock }, path: string): Record<string, string> {
  const at = String(deps.clock.now());
  return { [atHeader]: at, [signatureHeader]: signatureOf(deps.secret, at, path).toString('hex') };
}

/** Whether a GET of `path` with these headers is from one of us, and was sent just now. */
export function isSigned(
  deps: { secret: Secret; clock: Clock },
  path: string,
  headers: { readonly at: string | undefined; readonly signature: string | undefined },
): boolean {
  const { at = '', signature = '' } = headers;
  if (!/^\d{1,15}$/.test(at) || !/^[0-9a-f]{64}$/.test(signature)) return false;
  if (Math.abs(deps.clock.now() - Number(at)) > validMs) return false;
  return timingSafeEqual(Buffer.from(signature, 'hex'), signatureOf(deps.secret, at, path));
}

function signatureOf(secret: Secret, at: string, path: string): Buffer {
  return createHmac('sha256', secret.reveal()).update(`${at} GET ${path}`).digest();
}
