// Answers to a camera's question for a password: Basic (RFC 7617) and Digest (RFC 7616, which contains RFC 2617).

import { createHash } from 'node:crypto';

export interface Challenge {
  readonly scheme: 'basic' | 'digest';
  readonly parameters: ReadonlyMap<string, string>;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface DigestInput extends Credentials {
  readonly method: string;
  readonly uri: string;
  /** Chosen by us, so that the camera cannot prepare tables of answers. */
  readonly clientNonce: string;
  /** How many requests were sent with this nonce, this one included. */
  readonly count: number;
}

/** Names of RFC 7616 and what OpenSSL calls them, the strongest first. */
const algorithms = new Map([
  ['SHA-512-256', 'sha512-256'],
  ['SHA-256', 'sha256'],
  ['MD5', 'md5'],
]);

/** Reads the values of all WWW-Authenticate headers; schemes that are not known are left out. */
export function parseChallenges(values: readonly string[]): Challenge[] {
  return values.flatMap((value) =>
    // Several challenges may share one header: each begins with a word that no "=" follows.
    value.split(/,?\s*(?=\b(?:Basic|Digest)\s)/i).flatMap((part) => {
      const [, name, rest] = /^\s*(Basic|Digest)\b(.*)$/is.exec(part) ?? [];
      if (name === undefined) return [];
      const scheme = name.toLowerCase() === 'basic' ? ('basic' as const) : ('digest' as const);
      return [{ scheme, parameters: parseParameters(rest ?? '') }];
    }),
  );
}

function parseParameters(text: string): Map<string, string> {
  const found = text.matchAll(/([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*))/g);
  return new Map(
    [...found].map(([, name, quotedValue, token]) => [
      (name ?? '').toLowerCase(),
      quotedValue === undefined ? (token ?? '') : quotedValue.replace(/\\(.)/g, '$1'),
    ]),
  );
}

/** The challenge to answer: the strongest that we know, Basic only where there is nothing else; null where none. */
export function strongest(challenges: readonly Challenge[]): Challenge | null {
  const names = [...algorithms.keys()];
  const rank = (challenge: Challenge) =>
    challenge.scheme === 'basic' ? names.length : names.indexOf(algorithmOf(challenge).name);
  const known = challenges.filter((challenge) => rank(challenge) >= 0 && canAnswer(challenge));
  return known.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

function canAnswer({ scheme, parameters }: Challenge): boolean {
  const qop = parameters.get('qop');
  return scheme === 'basic' || (parameters.has('nonce') && (qop === undefined || offersAuth(qop)));
}

function offersAuth(qop: string): boolean {
  return qop.split(',').some((one) => one.trim().toLowerCase() === 'auth');
}

function algorithmOf({ parameters }: Challenge): { name: string; session: boolean } {
  const full = (parameters.get('algorithm') ?? 'MD5').toUpperCase();
  const session = full.endsWith('-SESS');
  return { name: session ? full.slice(0, -'-SESS'.length) : full, session };
}

/** The value of the Authorization header. */
export function authorization(challenge: Challenge, input: DigestInput): string {
  if (challenge.scheme === 'basic') {
    return `Basic ${Buffer.from(`${input.username}:${input.password}`, 'utf8').toString('base64')}`;
  }
  return digest(challenge, input);
}

function digest(challenge: Challenge, input: DigestInput): string {
  const { parameters } = challenge;
  const { name, session } = algorithmOf(challenge);
  const hash = (text: string) =>
    createHash(algorithms.get(name) ?? 'md5')
      .update(text, 'utf8')
      .digest('hex');
  const realm = parameters.get('realm') ?? '';
  const nonce = parameters.get('nonce') ?? '';
  const opaque = parameters.get('opaque');
  const withCount = parameters.has('qop');
  const count = input.count.toString(16).padStart(8, '0');
  const user = hash(`${input.username}:${realm}:${input.password}`);
  const secret = session ? hash(`${user}:${nonce}:${input.clientNonce}`) : user;
  const request = hash(`${input.method}:${input.uri}`);
  const middle = withCount ? `${nonce}:${count}:${input.clientNonce}:auth` : nonce;
  const hashed = parameters.get('userhash')?.toLowerCase() === 'true';
  return [
    `Digest username=${quoted(hashed ? hash(`${input.username}:${realm}`) : input.username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(input.uri)}`,
    `response="${hash(`${secret}:${middle}:${request}`)}"`,
    // Said only where it was said to us: old cameras know MD5 without its name.
    ...(parameters.has('algorithm') ? [`algorithm=${parameters.get('algorithm')}`] : []),
    ...(withCount || session ? [`cnonce=${quoted(input.clientNonce)}`] : []),
    ...(withCount ? ['qop=auth', `nc=${count}`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(hashed ? ['userhash=true'] : []),
  ].join(', ');
}

/** Without control characters: a line break would begin a header of its own. */
function quoted(text: string): string {
  return `"${text.replace(/\p{Cc}/gu, '').replace(/["\\]/g, '\\$&')}"`;
}
