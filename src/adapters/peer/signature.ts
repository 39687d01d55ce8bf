// Signatures of calls and answers between the processes of one installation: each knows the secret, nobody else does.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { Secret } from '../../core/secret.ts';

export const atHeader = 'vedette-at';
export const signatureHeader = 'vedette-signature';

/** A call is believed this long before and after its date: the clocks of a cluster are nearer to each other. */
export const validMs = 60_000;
/** Clocks that differ by this are told of while calls still go through. */
export const toldSkewMs = 20_000;

interface Deps {
  readonly secret: Secret;
  readonly clock: Clock;
}

interface SignedHeaders {
  readonly at: string | undefined;
  readonly signature: string | undefined;
}

/** The headers that a GET of `path` (with its query) carries. */
export function signedHeaders(
  deps: Deps,
  path: string,
): Record<typeof atHeader | typeof signatureHeader, string> {
  const at = String(deps.clock.now());
  return { [atHeader]: at, [signatureHeader]: signatureOf(deps.secret, callText(at, path)).toString('hex') };
}

/** Who sent a GET of `path` with these headers: null where it is not one of us, else by how much its clock is ahead, in ms. */
export function callOf(
  deps: Deps,
  path: string,
  headers: SignedHeaders,
): { readonly aheadMs: number } | null {
  return isRight(deps.secret, headers, callText(headers.at ?? '', path)) ? aheadOf(deps, headers) : null;
}

/** What an answer says, all of which is signed, together with the call that it answers. */
export interface Answered {
  /** The date and path of the call: an answer to another one is none. */
  readonly call: { readonly at: string; readonly path: string };
  readonly status: number;
  readonly growth: string | null;
  readonly body: Uint8Array | string;
}

/** The headers that an answer carries. */
export function answerHeaders(deps: Deps, answered: Answered): Record<string, string> {
  const at = String(deps.clock.now());
  const signature = signatureOf(deps.secret, answerText(at, answered), answered.body);
  return { [atHeader]: at, [signatureHeader]: signature.toString('hex') };
}

/** Null where the answer is not from one of us, or was changed; else by how much the clock there is ahead, in ms. */
export function answerOf(
  deps: Deps,
  answered: Answered,
  headers: SignedHeaders,
): { readonly aheadMs: number } | null {
  const text = answerText(headers.at ?? '', answered);
  return isRight(deps.secret, headers, text, answered.body) ? aheadOf(deps, headers) : null;
}

/** For a person, who has to set one of the clocks. */
export function skewSentence(other: string, aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return `The clocks of this machine and of ${other} differ by ${seconds} s; calls between them are refused from ${validMs / 1_000} s on. Have both set by NTP.`;
}

const callText = (at: string, path: string) => `${at} GET ${path}`;

/** Begins like no call, so that none can be taken for an answer. */
function answerText(at: string, { call, status, growth }: Answered): string {
  return `answer ${at} ${status} ${growth ?? '-'} to ${callText(call.at, call.path)}\n`;
}

const aheadOf = ({ clock }: Deps, { at }: SignedHeaders) => ({ aheadMs: Number(at) - clock.now() });

function isRight(
  secret: Secret,
  headers: SignedHeaders,
  text: string,
  body: Uint8Array | string = '',
): boolean {
  const { at = '', signature = '' } = headers;
  if (!/^\d{1,15}$/.test(at) || !/^[0-9a-f]{64}$/.test(signature)) return false;
  return timingSafeEqual(Buffer.from(signature, 'hex'), signatureOf(secret, text, body));
}

function signatureOf(secret: Secret, text: string, body: Uint8Array | string = ''): Buffer {
  return createHmac('sha256', secret.reveal()).update(text).update(body).digest();
}
