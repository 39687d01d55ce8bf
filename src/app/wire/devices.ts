// Devices in this process: how they are commanded, and the sensors that are listened to.

import { mqttDeviceLink } from '../../adapters/mqtt/device-link.ts';
import { mayReach } from '../../adapters/outbound/address.ts';
import { guardedFetch } from '../../adapters/outbound/fetch.ts';
import { webhookDeviceLink } from '../../adapters/webhook/device-link.ts';
import type { CameraId } from '../../core/brand.ts';
import { type TopicRule, topicRule } from '../../core/device/topic-rule.ts';
import type { DeviceLinks } from '../../core/ports/device-link.ts';
import { startAlarms } from '../../workers/alarms.ts';
import { startSensors } from '../../workers/sensors.ts';
import type { Settings } from '../settings.ts';
import { type HouseWithBroker, topicsOf } from './mqtt.ts';

export interface Devices {
  readonly deviceLinks: DeviceLinks;
  readonly deviceTopics: TopicRule;
  stop(): Promise<void>;
}

/** Gives every command of the outbox to its device, beginning with what was left from before, and hears sensors. */
export function openDevices(
  house: HouseWithBroker,
  settings: Settings,
  cut: (cameraId: CameraId) => void,
): Devices {
  const { log, clock, mqtt } = house;
  const allowPrivate = settings.VEDETTE_ALLOW_PRIVATE_WEBHOOKS;
  const deviceLinks: DeviceLinks = {
    webhook: webhookDeviceLink({
      fetch: guardedFetch({ allowPrivateAddresses: allowPrivate }),
      mayReach: (url) => mayReach(url, { allowPrivate }),
      ...{ log, clock },
    }),
    mqtt: mqttDeviceLink({ mqtt, clock }),
  };
  const alarms = startAlarms({ ...house, deviceLinks });
  const sensors = mqtt === null ? null : startSensors({ ...house, mqtt }, cut);
  return {
    deviceLinks,
    deviceTopics: topicRule(topicsOf(settings), { shared: settings.VEDETTE_SIGN_UP === 'open' }),
    async stop() {
      await sensors?.stop();
      await Promise.all(Object.values(deviceLinks).map((link) => link.close()));
      await alarms.stop();
    },
  };
}
