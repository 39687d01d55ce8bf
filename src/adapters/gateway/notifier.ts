// The gateway notifier: text messages and calls through an HTTP gateway of the owner's choice.

import { failed, type PosterOptions, poster } from '../../core/alert/poster.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import type { Secret } from '../../core/secret.ts';

export interface GatewayOptions extends PosterOptions {
  readonly kind: 'sms' | 'voice';
  readonly url: Secret;
  /** Sent as `Authorization: Bearer`; null sends none. */
  readonly token: Secret | null;
}

/** E.164: a plus, the country, at most 15 digits. */
const e164 = /^\+[1-9]\d{6,14}$/;

/**
 * POSTs `{"to": "+4930123456", "text": "…", "id": "…"}`. `id` is the same for every attempt at one alert, and is sent as
 * `Idempotency-Key` as well: a gateway that knows it already must not send again. 2xx means that the gateway took it.
 */
export function gatewayNotifier(options: GatewayOptions): Notifier {
  const { kind, url, token } = options;
  const post = poster(options, { thing: 'gateway', permission: 'VEDETTE_ALLOW_PRIVATE_GATEWAYS' });
  return {
    kind,
    refusal: (target) => {
      if (target.kind !== kind) return notPhone;
      const found = post.check(url.reveal());
      if ('refusal' in found) return found.refusal;
      return e164.test(target.number) ? null : notNumber;
    },
    async send(alert, target, signal) {
      if (target.kind !== kind) return failed(false, notPhone);
      if (!e164.test(target.number)) return failed(false, notNumber);
      const text = kind === 'sms' ? alert.short : alert.spoken;
      const body = JSON.stringify({ to: target.number, text, id: alert.idempotencyKey });
      const headers = {
        'content-type': 'application/json',
        'idempotency-key': alert.idempotencyKey,
        ...(token === null ? {} : { authorization: `Bearer ${token.reveal()}` }),
      };
      return post.post(url.reveal(), { headers, body }, signal, (status, host) =>
        status === 401 || status === 403
          ? failed(false, `${host} does not accept the token (${status}). Check the settings.`)
          : null,
      );
    },
    async close() {
      post.close();
    },
  };
}

const notPhone = 'This is not a telephone of this kind.';
const notNumber = 'This is not a number with its country, like +4930123456.';
