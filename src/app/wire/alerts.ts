// Alerts on their way: who hands them over, and the workers that have it done.

import { mqttNotifier } from '../../adapters/mqtt/notifier.ts';
import { mayReach } from '../../adapters/outbound/address.ts';
import { guardedFetch } from '../../adapters/outbound/fetch.ts';
import { smtpNotifier } from '../../adapters/smtp/notifier.ts';
import { webhookNotifier } from '../../adapters/webhook/notifier.ts';
import { pushKeys } from '../../adapters/webpush/keys.ts';
import { pushNotifier } from '../../adapters/webpush/notifier.ts';
import { noNotifier } from '../../core/alert/no-notifier.ts';
import type { PosterOptions } from '../../core/alert/poster.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Notifiers } from '../../core/ports/notifier.ts';
import { startAlertTimers } from '../../workers/alert-timers.ts';
import { startDelivery } from '../../workers/deliver.ts';
import { startDigests } from '../../workers/digests.ts';
import type { Settings } from '../settings.ts';
import { alertFigures } from './figures.ts';
import type { HouseWithBroker } from './mqtt.ts';
import { smsNotifier, voiceNotifier } from './phones.ts';

export interface Couriers {
  readonly notifiers: Notifiers;
  /** The public half of the keys by which push services know this installation, base64url. */
  readonly pushPublicKey: () => Promise<string>;
}

/** Who hands alerts over, of every kind of channel. */
export function openCouriers(house: HouseWithBroker, settings: Settings, publicUrl: string): Couriers {
  const { log, records } = house;
  const keys = pushKeys(records.pushKeys);
  const allowPlain = settings.VEDETTE_ALLOW_PRIVATE_PUSH;
  const notifiers: Notifiers = {
    email: smtpNotifier({ url: settings.VEDETTE_SMTP_URL ?? null, from: settings.VEDETTE_MAIL_FROM, log }),
    webhook: webhookNotifier(outbound(settings.VEDETTE_ALLOW_PRIVATE_WEBHOOKS, log)),
    push: pushNotifier({
      ...outbound(settings.VEDETTE_ALLOW_PRIVATE_PUSH, log),
      keys,
      contact: contactOf(settings, publicUrl),
      allowPlain,
    }),
    sms: smsNotifier(settings, log),
    voice: voiceNotifier(settings, log),
    mqtt:
      house.mqtt === null
        ? noNotifier('mqtt', 'No broker is set. Set VEDETTE_MQTT_URL.')
        : mqttNotifier({ mqtt: house.mqtt, prefix: settings.VEDETTE_MQTT_PREFIX, log }),
  };
  return { notifiers, pushPublicKey: async () => (await keys()).publicKey };
}

/** Hands every alert of the queue to its channel, beginning with what was left from before. */
export function openAlerts(
  house: HouseWithBroker,
  { notifiers }: Couriers,
  publicUrl: string,
): { stop(): Promise<void> } {
  const onAttempt = alertFigures(house);
  const delivery = startDelivery({ ...house, notifiers, onAttempt }, { publicUrl });
  const timers = startAlertTimers(house);
  const digests = startDigests({ ...house, notifiers }, { publicUrl });
  return {
    stop: async () => {
      // A receiver that hangs must not hold up the end: what is not delivered is tried again after the next start.
      await Promise.all(Object.values(notifiers).map((notifier) => notifier.close()));
      await Promise.all([delivery.stop(), timers.stop(), digests.stop()]);
    },
  };
}

function outbound(allowPrivate: boolean, log: Log): PosterOptions {
  return {
    fetch: guardedFetch({ allowPrivateAddresses: allowPrivate }),
    mayReach: (url) => mayReach(url, { allowPrivate }),
    log,
  };
}

/** Whom a push service can ask: RFC 8292 §2.1 has an https: or mailto: URL. */
function contactOf(
  { VEDETTE_PUSH_CONTACT: contact, VEDETTE_MAIL_FROM: from }: Settings,
  publicUrl: string,
): string {
  if (contact !== undefined) return contact;
  if (publicUrl.startsWith('https://')) return publicUrl;
  return `mailto:${/<([^<>]+)>\s*$/.exec(from)?.[1] ?? from}`;
}
