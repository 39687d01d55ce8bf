// The link to devices over webhooks: POSTs commands as signed JSON; 2xx is the acknowledgement.

import { failed, type PosterOptions, poster } from '../../core/alert/poster.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { acknowledgementMs, type DeviceCommand, type DeviceLink } from '../../core/ports/device-link.ts';
import { signWebhook } from './signature.ts';

export interface WebhookDeviceOptions extends PosterOptions {
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

const notWebhook = 'This device is not reached by a webhook.';

/**
 * Sends a command as the body of one POST, signed as Standard Webhooks 1.0.0 says. Redirects are not followed, and
 * private addresses are refused unless the settings allow them. Results name the host only: paths carry secrets.
 */
export function webhookDeviceLink(options: WebhookDeviceOptions): DeviceLink {
  const { clock } = options;
  const post = poster(options, { thing: 'device', permission: 'VEDETTE_ALLOW_PRIVATE_WEBHOOKS' });
  return {
    via: 'webhook',
    refusal(target) {
      if (target.via !== 'webhook') return notWebhook;
      const found = post.check(target.url);
      return 'refusal' in found ? found.refusal : null;
    },
    async send(command, target, signal) {
      if (target.via !== 'webhook') return { outcome: 'failed', retry: false, reason: notWebhook };
      const timestamp = Math.floor(clock.now() / 1000);
      const body = JSON.stringify(bodyOf(command, timestamp));
      const signatures = target.signingSecrets
        .map((secret) => signWebhook(secret, { id: command.id, timestamp, body }))
        .filter((signature) => signature !== null);
      if (signatures.length === 0) {
        return {
          outcome: 'failed',
          retry: false,
          reason: 'The signing secret of the device is damaged. Make a new one.',
        };
      }
      const headers = {
        'content-type': 'application/json',
        'webhook-id': command.id,
        'webhook-timestamp': String(timestamp),
        // One for each secret, separated by spaces: any of them proves who calls.
        'webhook-signature': signatures.join(' '),
      };
      const done = new AbortController();
      const late = new AbortController();
      clock.sleep(acknowledgementMs, done.signal).then(
        () => late.abort(),
        () => {},
      );
      const either = AbortSignal.any([signal, late.signal]);
      const result = await post.post(target.url, { body, headers }, either, judge);
      done.abort();
      if (result.outcome === 'handed-over') return { outcome: 'acknowledged' };
      const reason = late.signal.aborted
        ? `${new URL(target.url).host} did not answer within ${acknowledgementMs / 1000} seconds.`
        : result.reason;
      return { outcome: 'failed', retry: result.retry, reason };
    },
    async close() {
      post.close();
    },
  };
}

function judge(status: number, host: string) {
  if (status < 400) return null;
  return failed(
    status >= 500 || [408, 425, 429].includes(status),
    `${host} refused the command with status ${status}.`,
  );
}

function bodyOf(command: DeviceCommand, timestamp: number): Record<string, unknown> {
  return {
    type: `device.${command.turn}`,
    timestamp: new Date(timestamp * 1000).toISOString(),
    data: {
      deviceId: command.deviceId,
      name: command.deviceName,
      turn: command.turn,
      durationSeconds: command.durationSeconds,
      incidentId: command.incidentId,
      test: command.test,
    },
  };
}
