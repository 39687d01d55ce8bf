// Devices: how they are reached and commanded, and the sensors that are listened to.

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

export interface DeviceReach {
  readonly deviceLinks: DeviceLinks;
  readonly deviceTopics: TopicRule;
}

/** How devices are reached. */
export function openDeviceReach(house: HouseWithBroker, settings: Settings): DeviceReach {
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
  return {
    deviceLinks,
    deviceTopics: topicRule(topicsOf(settings), { shared: settings.VEDETTE_SIGN_UP === 'open' }),
  };
}

/** Gives every command of the queue to its device, beginning with what was left from before. */
export function openAlarms(house: HouseWithBroker, { deviceLinks }: DeviceReach): { stop(): Promise<void> } {
  const alarms = startAlarms({ ...house, deviceLinks });
  return {
    async stop() {
      await Promise.all(Object.values(deviceLinks).map((link) => link.close()));
      await alarms.stop();
    },
  };
}

/** Hears what sensors say over MQTT; does nothing where there is no broker. In one process only: each hears everything. */
export function openSensors(
  house: HouseWithBroker,
  cut: (cameraId: CameraId) => void,
): { stop(): Promise<void> } {
  const { mqtt } = house;
  return mqtt === null ? { stop: async () => {} } : startSensors({ ...house, mqtt }, cut);
}
