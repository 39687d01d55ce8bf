// The webhook notifier: POSTs alerts as signed JSON, to public hosts only.

import type { ChannelTarget } from '../../core/alert/alert.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Notifier, NotifyResult, OutgoingAlert } from '../../core/ports/notifier.ts';
import type { Secret } from '../../core/secret.ts';
import { signWebhook } from './signature.ts';

/** From the name of the host to the head of the answer: a receiver should accept first and work later. */
const timeoutMs = 10_000;
/** Bytes of an answer's body that are read (and ignored) before the connection is cut. */
const maxAnswerBytes = 64 * 1024;
/** Refusals that pass with time; every other 4xx stays what it is. */
const passingRefusals: readonly number[] = [408, 425, 429];

export interface WebhookOptions {
  /**
   * Sends a request, resolves as soon as the head of the answer is there, and follows no redirects. Hosts that may
   * not be reached are refused by the address that is connected to, with an error of code `ADDRESS_NOT_PUBLIC`.
   */
  readonly fetch: (
    url: string,
    request: { method: string; headers: Record<string, string>; body: string; signal: AbortSignal },
  ) => Promise<Response>;
  /** Whether a URL may be a webhook's, as far as its host tells before any name is looked up. */
  readonly mayReach: (url: URL) => boolean;
  readonly log: Log;
  /** Gives `webhook-timestamp`; the machine's clock by default. */
  readonly clock?: Pick<Clock, 'now'>;
}

interface Target {
  readonly url: string;
  readonly signingSecret: Secret;
}

/**
 * Sends an alert's `data` as the body of one POST, signed as Standard Webhooks 1.0.0 says. Redirects are not
 * followed. Results name the host only: paths carry secrets.
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
        if (codeOf(error) === 'ADDRESS_NOT_PUBLIC') {
          const advice = 'Use a public host, or set VEDETTE_ALLOW_PRIVATE_WEBHOOKS.';
          return failed(false, `${url.host} is not on the public internet. ${advice}`);
        }
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
function urlOf({ mayReach }: WebhookOptions, target: ChannelTarget): { url: URL } | { refusal: string } {
  if (target.kind !== 'webhook') return { refusal: notWebhook };
  const url = URL.parse(target.url);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { refusal: 'The address of the webhook is not one that begins with https:// or http://.' };
  }
  return mayReach(url) ? { url } : { refusal: notPublic(url) };
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
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Vedette',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  };
  const response = await options.fetch(url.href, { method: 'POST', headers, body, signal });
  void discard(response);
  return judge(response.status, url.host);
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

function judge(status: number, host: string): NotifyResult {
  if (status >= 200 && status < 300) return { outcome: 'handed-over' };
  if (status >= 300 && status < 400) {
    return failed(false, `${host} answered with a redirect (${status}). Enter the address it leads to.`);
  }
  if (status === 410) return failed(false, `${host} no longer wants alerts (410). Remove the channel.`);
  const isRetried = status < 400 || status >= 500 || passingRefusals.includes(status);
  return failed(isRetried, `${host} refused the alert with status ${status}.`);
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

function failed(retry: boolean, reason: string): NotifyResult {
  return { outcome: 'failed', retry, reason };
}
