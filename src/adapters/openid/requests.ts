// Requests to providers: https, in time, of bounded size, and never to where a redirect leads.

import { providerFailed, unreachable } from './failure.ts';

/** From the first byte that is sent to the last that is read. */
export const defaultTimeoutMs = 10_000;
/** Bytes of an answer: documents and key sets of large providers have some tens of kilobytes. */
const maxAnswerBytes = 1024 * 1024;

/** What a provider is asked. */
export interface OutboundRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly redirect: 'manual';
}

/**
 * Sends a request and resolves with the answer, whatever its status. It must not follow redirects, and where inner
 * hosts are not allowed it must refuse them by the address that it connects to, with an error whose `code` is
 * `ADDRESS_NOT_PUBLIC`: checking a name first and asking again for the connection can be tricked.
 */
export type OutboundFetch = (url: string, request: OutboundRequest) => Promise<Response>;

/** The same, for openid-client: bodies of other kinds, and signals that may be missing. */
export type ProviderFetch = (
  url: string,
  request: {
    method: string;
    headers: Record<string, string>;
    body?: unknown;
    signal?: AbortSignal | undefined;
  },
) => Promise<Response>;

export interface RequestOptions {
  readonly fetch: OutboundFetch;
  readonly allowPrivateHosts: boolean;
  readonly timeoutMs: number;
}

/** Wraps `fetch` with the limits; the answer's body is in memory. Errors: `provider-failed`. */
export function providerFetch({ fetch, allowPrivateHosts, timeoutMs }: RequestOptions): ProviderFetch {
  return async (url, { method, headers, body, signal }) => {
    const target = providerUrl(url, allowPrivateHosts);
    const slow = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(target.href, {
        method,
        headers,
        ...(body === undefined || body === null ? {} : { body: String(body) }),
        redirect: 'manual',
        signal: signal === undefined ? slow : AbortSignal.any([signal, slow]),
      });
      if (response.status >= 300 && response.status < 400) throw redirected(target, response);
      return await inMemory(response, target);
    } catch (error) {
      if (slow.aborted) {
        const seconds = timeoutMs / 1000;
        throw providerFailed(`The provider at ${target.host} did not answer within ${seconds} seconds.`);
      }
      throw unreachable(error, target.host);
    }
  };
}

/** An address of a provider, as URL. Errors: `provider-failed` (none, or not https where it must be). */
export function providerUrl(text: string, allowPrivateHosts: boolean): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '') {
    throw providerFailed('The provider names an address that is none. Enter the issuer as https://…');
  }
  if (url.protocol === 'http:' && !allowPrivateHosts && !isLoopback(url.hostname)) {
    throw providerFailed(`The provider at ${url.host} must be reached by https://, not http://.`);
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function redirected(from: URL, response: Response): Error {
  const to = URL.parse(response.headers.get('location') ?? '', from)?.host ?? 'nowhere';
  return providerFailed(
    `The provider at ${from.host} redirects to ${to}, which is not followed. Enter the issuer that is meant.`,
  );
}

/** Reads the body, so that neither an endless nor a slow one outlives the limits. */
async function inMemory(response: Response, from: URL): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > maxAnswerBytes) throw providerFailed(`The provider at ${from.host} answers without end.`);
    chunks.push(chunk);
  }
  const { status, headers } = response;
  return new Response(length === 0 ? null : Buffer.concat(chunks), { status, headers });
}
