// The webhook notifier: POSTs alerts as signed JSON, to public hosts only.

import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { ChannelTarget } from '../../core/alert/alert.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Notifier, NotifyResult, OutgoingAlert } from '../../core/ports/notifier.ts';
import type { Secret } from '../../core/secret.ts';
import {
  allowedAddresses,
  type CheckedAddress,
  isPrivateHost,
  type Resolve,
  systemResolve,
} from './address.ts';
import { signWebhook } from './signature.ts';

/** From the name of the host to the head of the answer: a receiver should accept first and work later. */
const timeoutMs = 10_000;
/** Bytes of an answer's body that are read (and ignored) before the connection is cut. */
const maxAnswerBytes = 64 * 1024;
/** Refusals that pass with time; every other 4xx stays what it is. */
const passingRefusals: readonly number[] = [408, 425, 429];

export interface WebhookOptions {
  /** Lets alerts go to loopback and private addresses: for a home automation in the same house, and for tests. */
  readonly allowPrivateAddresses: boolean;
  readonly log: Log;
  /** Gives `webhook-timestamp`; the machine's clock by default. */
  readonly clock?: Pick<Clock, 'now'>;
  /** How host names become addresses; the system's resolver by default. */
  readonly resolve?: Resolve;
}

interface Target {
  readonly url: string;
  readonly signingSecret: Secret;
}

/**
 * Sends an alert's `data` as the body of one POST, signed as Standard Webhooks 1.0.0 says. Redirects are not
 * followed; connects to the very address that was checked. Results name the host only: paths carry secrets.
 */
export function webhookNotifier(options: WebhookOptions): Notifier {
  const closing = new AbortController();
  return {
    kind: 'webhook',
    refusal: (target) => {
      const found = urlOf(options, target);
      return 'refusal' in found ? found.refusal : null;
    },
    async send(alert, target, signal) {
      if (target.kind !== 'webhook') return failed(false, notWebhook);
      const found = urlOf(options, target);
      if ('refusal' in found) return failed(false, found.refusal);
      const { url } = found;
      const slow = AbortSignal.timeout(timeoutMs);
      const either = AbortSignal.any([signal, closing.signal, slow]);
      try {
        either.throwIfAborted();
        return await post(options, url, alert, target, either);
      } catch (error) {
        options.log.debug('A webhook was not reached.', { host: url.host, error });
        if (slow.aborted)
          return failed(true, `${url.host} did not answer within ${timeoutMs / 1000} seconds.`);
        if (either.aborted) return failed(true, `Sending to ${url.host} was given up.`);
        return failed(true, `${url.host} cannot be reached: ${reasonOf(error)}.`);
      }
    },
    async close() {
      closing.abort();
    },
  };
}

const notWebhook = 'This is not the address of a webhook.';

/** The address of a target, or why nothing is ever sent there. What a name leads to shows only when it is sent. */
function urlOf(
  { allowPrivateAddresses }: WebhookOptions,
  target: ChannelTarget,
): { url: URL } | { refusal: string } {
  if (target.kind !== 'webhook') return { refusal: notWebhook };
  const url = URL.parse(target.url);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { refusal: 'The address of the webhook is not one that begins with https:// or http://.' };
  }
  return allowPrivateAddresses || !isPrivateHost(url) ? { url } : { refusal: notPublic(url) };
}

function notPublic({ host }: URL): string {
  return `${host} is not on the public internet. Use a public host, or set VEDETTE_ALLOW_PRIVATE_WEBHOOKS=true.`;
}

async function post(
  options: WebhookOptions,
  url: URL,
  alert: OutgoingAlert,
  target: Target,
  signal: AbortSignal,
): Promise<NotifyResult> {
  const body = JSON.stringify(alert.data);
  const id = alert.idempotencyKey;
  const timestamp = Math.floor((options.clock?.now() ?? Date.now()) / 1000);
  const signature = signWebhook(target.signingSecret, { id, timestamp, body });
  if (signature === null) return failed(false, 'The signing secret of the webhook is damaged. Make it anew.');
  const { allowPrivateAddresses: allowPrivate, resolve = systemResolve } = options;
  const addresses = await unlessAborted(allowedAddresses(url, { allowPrivate, resolve }), signal);
  if (addresses.length === 0) return failed(false, notPublic(url));
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Vedette',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  };
  return judge(await exchange(url, addresses, { headers, body, signal }), url.host);
}

/** Sends the request; resolves with the status of the answer as soon as its head is there. */
function exchange(
  url: URL,
  addresses: readonly CheckedAddress[],
  { headers, body, signal }: { headers: Record<string, string | number>; body: string; signal: AbortSignal },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: 'POST',
      headers,
      // A connection of its own: no pool could hand out one to an address checked for somebody else.
      agent: false,
      lookup: only(addresses),
      signal,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      let received = 0;
      response.on('error', () => {});
      response.on('data', (chunk: Buffer) => {
        received += chunk.byteLength;
        if (received > maxAnswerBytes) response.destroy();
      });
      resolve(response.statusCode ?? 0);
    });
    request.end(body);
  });
}

/** A lookup that knows the checked addresses and nothing else. */
function only(addresses: readonly CheckedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else if (first !== undefined) callback(null, first.address, first.family);
    else callback(new Error('no address'), '', 0);
  };
}

function judge(status: number, host: string): NotifyResult {
  if (status >= 200 && status < 300) return { outcome: 'handed-over' };
  if (status >= 300 && status < 400) {
    return failed(false, `${host} answered with a redirect (${status}). Enter the address it leads to.`);
  }
  if (status === 410) return failed(false, `${host} no longer wants alerts (410). Remove the channel.`);
  const isRetried = status < 400 || status >= 500 || passingRefusals.includes(status);
  return failed(isRetried, `${host} refused the alert with status ${status}.`);
}

/** The resolver of the system cannot be interrupted; waiting for it can. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
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
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (code === '' ? 'the connection failed' : `the connection failed (${code})`);
}

function failed(retry: boolean, reason: string): NotifyResult {
  return { outcome: 'failed', retry, reason };
}
