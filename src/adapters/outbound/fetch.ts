// Requests to hosts that users name: to public addresses only, and to exactly the address that was checked.

import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { addressLookup, allowedAddresses, type Resolve, systemResolve } from './address.ts';

/** Statuses whose answers have no body (Fetch Standard, null body status). */
const bodiless: readonly number[] = [204, 205, 304];

export interface GuardedFetchOptions {
  /** Lets requests go to loopback and private addresses: for servers in the same house, and for tests. */
  readonly allowPrivateAddresses: boolean;
  /** How host names become addresses; the system's resolver by default. */
  readonly resolve?: Resolve;
}

export interface GuardedRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
}

/** The host has no address that may be connected to. */
export class AddressNotPublicError extends Error {
  readonly code = 'ADDRESS_NOT_PUBLIC';

  constructor(host: string) {
    super(`${host} is not on the public internet`);
    this.name = 'AddressNotPublicError';
  }
}

/**
 * A `fetch` that asks the name once and connects to an address it has checked. It follows no redirects, keeps no
 * cookies, shares no connections and unpacks nothing. Times and sizes are limited by its caller, who reads the body.
 * Errors: `AddressNotPublicError`, those of `node:http`, and the reason of `signal`.
 */
export function guardedFetch({ allowPrivateAddresses, resolve = systemResolve }: GuardedFetchOptions) {
  return async (address: string, request: GuardedRequest): Promise<Response> => {
    const url = new URL(address);
    const { signal } = request;
    signal.throwIfAborted();
    const addresses = await unlessAborted(
      allowedAddresses(url, { allowPrivate: allowPrivateAddresses, resolve }),
      signal,
    );
    if (addresses.length === 0) throw new AddressNotPublicError(url.host);
    return exchange(url, request, addressLookup(addresses));
  };
}

function exchange(
  url: URL,
  { method, headers, body, signal }: GuardedRequest,
  lookup: ReturnType<typeof addressLookup>,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const begin = url.protocol === 'https:' ? requestHttps : requestHttp;
    // A connection of its own: no pool could hand out one to an address checked for somebody else.
    const request = begin(url, { method, headers, agent: false, lookup, signal });
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', () => {});
      try {
        resolve(answerOf(response));
      } catch (error) {
        response.destroy();
        reject(error);
      }
    });
    request.end(body);
  });
}

/** Throws where the status or a header is none that HTTP knows. */
function answerOf(response: IncomingMessage): Response {
  const status = response.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(response.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if (!bodiless.includes(status)) return new Response(Readable.toWeb(response), { status, headers });
  response.resume();
  return new Response(null, { status, headers });
}

/** The resolver of the system cannot be interrupted; waiting for it can. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
