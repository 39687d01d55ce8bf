// The webhook notifier: POSTs alerts as signed JSON, to public hosts only.

import type { ChannelTarget } from '../../core/alert/alert.ts';
import { failed, type PosterOptions, poster } from '../../core/alert/poster.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Notifier, OutgoingAlert } from '../../core/ports/notifier.ts';
import type { Secret } from '../../core/secret.ts';
import { signWebhook } from './signature.ts';

export interface WebhookOptions extends PosterOptions {
  /** Gives `webhook-timestamp`; the machine's clock by default. */
  readonly clock?: Pick<Clock, 'now'>;
}

/**
 * Sends an alert's `data` as the body of one POST, signed as Standard Webhooks 1.0.0 says. Redirects are not
 * followed. Results name the host only: paths carry secrets.
 */
export function webhookNotifier(options: WebhookOptions): Notifier {
  const post = poster(options, { thing: 'webhook', permission: 'VEDETTE_ALLOW_PRIVATE_WEBHOOKS' });
  const now = () => options.clock?.now() ?? Date.now();
  return {
    kind: 'webhook',
    refusal: (target: ChannelTarget) => {
      if (target.kind !== 'webhook') return notWebhook;
      const found = post.check(target.url);
      return 'refusal' in found ? found.refusal : null;
    },
    async send(alert, target, signal) {
      if (target.kind !== 'webhook') return failed(false, notWebhook);
      const signed = signedPost(alert, target.signingSecret, Math.floor(now() / 1000));
      if (signed === null)
        return failed(false, 'The signing secret of the webhook is damaged. Make it anew.');
      return post.post(target.url, signed, signal, (status, host) =>
        status === 410 ? failed(false, `${host} no longer wants alerts (410). Remove the channel.`) : null,
      );
    },
    async close() {
      post.close();
    },
  };
}

const notWebhook = 'This is not the address of a webhook.';

function signedPost(alert: OutgoingAlert, signingSecret: Secret, timestamp: number) {
  const body = JSON.stringify(alert.data);
  const id = alert.idempotencyKey;
  const signature = signWebhook(signingSecret, { id, timestamp, body });
  if (signature === null) return null;
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    },
  };
}
