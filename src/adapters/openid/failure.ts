// What goes wrong with providers, as sentences for admins. Tokens, codes and secrets never get into them.

import { errors as jose } from 'jose';
import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { VedetteError } from '../../core/errors.ts';

/** Clocks may differ by this much. */
export const clockToleranceSeconds = 60;

export function providerFailed(sentence: string, cause?: unknown): VedetteError {
  return new VedetteError('provider-failed', sentence, cause === undefined ? {} : { cause });
}

/**
 * Any failure as `provider-failed`. The library's errors carry answers and claims, tokens among them, so only their
 * names go on as cause.
 */
export function explained(error: unknown, host: string): VedetteError {
  for (const each of chain(error)) if (each instanceof VedetteError) return each;
  return providerFailed(sentenceOf(error, `The provider at ${host}`), new Error(outline(error)));
}

/** What an operator may read of a failure: names and codes, and the provider's own words without what could be secret. */
export function outline(error: unknown): string {
  const words = chain(error).map((each) => {
    const { code, error: answer, error_description: description } = fieldsOf(each);
    const told = [code, answer, description].filter((word) => typeof word === 'string').join(' ');
    return `${each.name}: ${told === '' ? each.message : told}`;
  });
  return words
    .join(' < ')
    .replace(/[\w+/=~.-]{24,}/g, '…')
    .slice(0, 500);
}

function sentenceOf(error: unknown, who: string): string {
  if (error instanceof AuthorizationResponseError) {
    if (error.error === 'access_denied') return `${who} says that the sign-in was refused or given up.`;
    return `${who} refused the sign-in (${codeWord(error.error)}). Look at the client's registration there.`;
  }
  if (error instanceof ResponseBodyError) return refusal(error.error, who);
  if (error instanceof WWWAuthenticateChallengeError) return refusal('invalid_client', who);
  if (error instanceof jose.JOSEError) return ofSignature(error, who);
  return ofLibrary(fieldsOf(error), detailsOf(error), who);
}

function refusal(code: string, who: string): string {
  switch (code) {
    case 'invalid_client':
    case 'unauthorized_client':
      return `${who} refuses the client id or the client secret. Copy both again from there.`;
    case 'invalid_grant':
      return `${who} no longer takes this sign-in: it was used before or took too long. Sign in again.`;
    default:
      return `${who} refused the exchange (${codeWord(code)}). Look at the client's registration there.`;
  }
}

function ofSignature(error: jose.JOSEError, who: string): string {
  if (error instanceof jose.JWKSNoMatchingKey) return `${who} signed with a key that it does not publish.`;
  if (error instanceof jose.JWKSMultipleMatchingKeys) return `${who} does not say with which key it signed.`;
  if (error instanceof jose.JWSSignatureVerificationFailed)
    return `${who} sent a token whose signature is wrong.`;
  if (error instanceof jose.JOSEAlgNotAllowed) {
    return `${who} signs in a way that is not accepted. Choose RS256 or ES256 for this client there.`;
  }
  return `${who} sent a token or keys that are damaged.`;
}

interface Details {
  readonly claim: string | null;
  readonly algorithm: string | null;
  readonly status: number | null;
}

function ofLibrary(
  { code }: Record<string, unknown>,
  { claim, algorithm, status }: Details,
  who: string,
): string {
  if (algorithm !== null) {
    return `${who} sent a token with the algorithm "${codeWord(algorithm)}", which it does not announce.`;
  }
  switch (code) {
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      if (claim === 'aud' || claim === 'azp') return `${who} sent a token that is signed for another client.`;
      if (claim === 'nonce') return `${who} sent a token of another sign-in. Sign in again.`;
      if (claim === 'iss') return `${who} sent a token of another issuer.`;
      return `${who} sent a token that does not fit.`;
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return outOfTime(who);
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
      return `${who} answered with status ${status ?? 'unknown'}. Is the issuer right?`;
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
    case 'OAUTH_PARSE_ERROR':
      return `${who} answers with something else than OpenID Connect. Is the issuer right?`;
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return `${who} tells of another person than it signed for.`;
    case 'OAUTH_MISSING_SERVER_METADATA':
    case 'OAUTH_INVALID_SERVER_METADATA':
      return `${who} does not name all its addresses in its discovery document.`;
    default:
      return `${who} answered with something that is not understood. The log has the details.`;
  }
}

export function outOfTime(who: string): string {
  return `${who} sent a token that has expired or is not valid yet. Or the clocks differ by more than ${clockToleranceSeconds} seconds: set both by NTP.`;
}

const networkReasons: Readonly<Record<string, string>> = {
  ADDRESS_NOT_PUBLIC: 'it is not on the public internet, and inner hosts are not allowed for providers',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the connection takes too long',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that this machine does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that this machine does not trust',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/** Why a request did not get through. */
export function unreachable(error: unknown, host: string): VedetteError {
  if (error instanceof VedetteError) return error;
  const codes = chain(error).map((each) => fieldsOf(each).code);
  const code = codes.find((each) => typeof each === 'string');
  const reason = code === undefined ? 'the connection failed' : networkReasons[code];
  const because = reason ?? `the connection failed (${code})`;
  return providerFailed(`The provider at ${host} does not answer: ${because}.`, new Error(outline(error)));
}

/** The error and its causes that are errors, outermost first. */
function chain(error: unknown): Error[] {
  const found: Error[] = [];
  let next = error;
  while (next instanceof Error && found.length < 8) {
    found.push(next);
    next = next.cause;
  }
  return found;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** What openid-client says beside its errors, at the end of their causes. */
function detailsOf(error: unknown): Details {
  const details = fieldsOf(chain(error).at(-1)?.cause);
  const { alg } = fieldsOf(details.header);
  const response = chain(error)
    .map((each) => each.cause)
    .find((cause) => cause instanceof Response);
  return {
    claim: typeof details.claim === 'string' ? details.claim : null,
    algorithm: typeof alg === 'string' ? alg : null,
    status: response?.status ?? null,
  };
}

/** A code from outside, short and plain enough for a sentence. */
function codeWord(text: string): string {
  return /^[\w.+-]{1,40}$/.test(text) ? text : 'unknown';
}
