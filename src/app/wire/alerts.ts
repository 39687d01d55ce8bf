// Alerts on their way: the relay from the outbox, the delivery, and who delivers.

import { mayReach } from '../../adapters/outbound/address.ts';
import { guardedFetch } from '../../adapters/outbound/fetch.ts';
import { smtpNotifier } from '../../adapters/smtp/notifier.ts';
import { webhookNotifier } from '../../adapters/webhook/notifier.ts';
import type { Notifiers } from '../../core/ports/notifier.ts';
import { startDelivery } from '../../workers/deliver.ts';
import { startRelay } from '../../workers/relay.ts';
import type { Settings } from '../settings.ts';
import type { House } from './house.ts';

export interface Alerts {
  readonly notifiers: Notifiers;
  stop(): Promise<void>;
}

/** Hands every alert of the outbox to its channel, beginning with what was left from before. */
export function openAlerts(house: House, settings: Settings, publicUrl: string): Alerts {
  const { log } = house;
  const allowPrivateAddresses = settings.VEDETTE_ALLOW_PRIVATE_WEBHOOKS;
  const notifiers: Notifiers = {
    email: smtpNotifier({ url: settings.VEDETTE_SMTP_URL ?? null, from: settings.VEDETTE_MAIL_FROM, log }),
    webhook: webhookNotifier({
      fetch: guardedFetch({ allowPrivateAddresses }),
      mayReach: (url) => mayReach(url, { allowPrivate: allowPrivateAddresses }),
      log,
    }),
  };
  const relay = startRelay(house);
  const delivery = startDelivery({ ...house, notifiers }, { publicUrl });
  return {
    notifiers,
    stop: async () => {
      await relay.stop();
      // A receiver that hangs must not hold up the end: what is not delivered is tried again after the next start.
      await Promise.all(Object.values(notifiers).map((notifier) => notifier.close()));
      await delivery.stop();
    },
  };
}
