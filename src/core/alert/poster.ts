// Handing something to a host by one POST: what webhooks, push services and gateways of telephony share.

import { standingOf } from '../host-standing.ts';
import type { Log } from '../ports/log.ts';
import type { NotifyResult } from '../ports/notifier.ts';

/** From the name of the host to the head of the answer: a receiver should accept first and work later. */
const timeoutMs = 10_000;
/** Bytes of an answer's body that are read (and ignored) before the connection is cut. */
const maxAnswerBytes = 64 * 1024;
/** Refusals that pass with time; every other 4xx stays what it is. */
const passingRefusals: readonly number[] = [408, 425, 429];

/**
 * Sends a request, resolves as soon as the head of the answer is there, and follows no redirects. Hosts that may not be
 * reached are refused by the address that is connected to, with an error of code `ADDRESS_NOT_PUBLIC`.
 */
export type OutboundFetch = (
  url: string,
  request: {
    method: string;
    headers: Record<string, string>;
    body: string | Uint8Array;
    signal: AbortSignal;
  },
) => Promise<Response>;

export interface PosterOptions {
  readonly fetch: OutboundFetch;
  /** Whether a URL may be called, as far as its host tells before any name is looked up. */
  readonly mayReach: (url: URL) => boolean;
  readonly log: Log;
}

export interface PosterWords {
  /** "webhook" */
  readonly thing: string;
  /** The setting that allows addresses of the private network. */
  readonly permission: string;
}

export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Poster {
  /** The address, or why nothing is ever sent there. What a name leads to shows only when it is sent. */
  check(address: string): { url: URL } | { refusal: string };
  /**
   * Never throws. `judge` may have its own word on a status; results name the host only, because paths carry secrets.
   */
  post(
    address: string,
    post: Post,
    signal: AbortSignal,
    judge?: (status: number, host: string) => NotifyResult | null,
  ): Promise<NotifyResult>;
  /** Gives up what is under way. */
  close(): void;
}

/** A poster with a time limit of 10 s each. */
export function poster(options: PosterOptions, words: PosterWords): Poster {
  const closing = new AbortController();
  const check = (address: string) => {
    const url = URL.parse(address);
    if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
      const sentence = `The address of the ${words.thing} is not one that begins with https:// or http://.`;
      return { refusal: sentence };
    }
    return options.mayReach(url) ? { url } : { refusal: notPublic(url, words) };
  };
  return {
    check,
    async post(address, { headers, body }, signal, judge = () => null) {
      const found = check(address);
      if ('refusal' in found) return failed(false, found.refusal);
      const { url } = found;
      const slow = AbortSignal.timeout(timeoutMs);
      const either = AbortSignal.any([signal, closing.signal, slow]);
      try {
        either.throwIfAborted();
        const length = typeof body === 'string' ? new TextEncoder().encode(body).byteLength : body.byteLength;
        const all = { ...headers, 'content-length': String(length), 'user-agent': 'Vedette' };
        const response = await options.fetch(url.href, {
          method: 'POST',
          headers: all,
          body,
          signal: either,
        });
        void discard(response);
        return judge(response.status, url.host) ?? judgeStatus(response.status, url.host);
      } catch (error) {
        options.log.debug(`A ${words.thing} was not reached.`, { host: url.host, error });
        if (slow.aborted)
          return failed(true, `${url.host} did not answer within ${timeoutMs / 1000} seconds.`);
        if (either.aborted) return failed(true, `Sending to ${url.host} was given up.`);
        if (codeOf(error) === 'ADDRESS_NOT_PUBLIC') return failed(false, notPublic(url, words));
        return failed(true, `${url.host} cannot be reached: ${reasonOf(error)}.`);
      }
    },
    close: () => closing.abort(),
  };
}

/** A failed attempt. */
export function failed(retry: boolean, reason: string): NotifyResult {
  return { outcome: 'failed', retry, reason };
}

/** Whether a refusal with this status may pass with time. */
export function isPassing(status: number): boolean {
  return status >= 500 || passingRefusals.includes(status);
}

function notPublic({ host, hostname }: URL, { permission }: PosterWords): string {
  if (standingOf(hostname.replace(/^\[|\]$/g, '')) === 'never') {
    return `${host} is not on the public internet, and what is there is never called. Use another host.`;
  }
  return `${host} is not on the public internet. Use a public host, or set ${permission}=true.`;
}

/** Reads an answer's body to its end, or to where it is too long; what becomes of it changes nothing. */
async function discard({ body }: Response): Promise<void> {
  let received = 0;
  try {
    for await (const chunk of body ?? []) {
      received += chunk.byteLength;
      if (received > maxAnswerBytes) return;
    }
  } catch {}
}

function judgeStatus(status: number, host: string): NotifyResult {
  if (status >= 200 && status < 300) return { outcome: 'handed-over' };
  if (status >= 300 && status < 400) {
    return failed(false, `${host} answered with a redirect (${status}). Enter the address it leads to.`);
  }
  return failed(status < 400 || isPassing(status), `${host} refused the alert with status ${status}.`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'the connection takes too long',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return reasons[code] ?? (code === '' ? 'the connection failed' : `the connection failed (${code})`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
