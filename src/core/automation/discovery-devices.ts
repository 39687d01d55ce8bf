// Home Assistant discovery of sirens, lights and sensors, as https://www.home-assistant.io/integrations/siren.mqtt/,
// …/light.mqtt/ and …/binary_sensor.mqtt/ have them.

import type { Device } from '../device/device.ts';
import type { Site } from '../site/site.ts';
import {
  type Announcement,
  type Component,
  common,
  deviceIdOf,
  type DiscoverySettings,
} from './discovery.ts';
import { deviceTopic } from './topics.ts';

const models = {
  siren: 'Siren',
  light: 'Light',
  opening: 'Door or window',
  motion: 'Motion sensor',
} as const;

/** A siren or light, which only says whether it is on where it may not be commanded by MQTT; or a sensor. */
export function deviceDevice(
  settings: DiscoverySettings,
  device: Device,
  { site, mayCommand }: { site: Pick<Site, 'id' | 'name'>; mayCommand: boolean },
): Announcement {
  const { prefix, publicUrl } = settings;
  const shared = common(settings);
  return {
    ...shared,
    // Away while Vedette is, and while the device itself is.
    availability: [...shared.availability, { topic: deviceTopic(prefix, device, 'status') }],
    availability_mode: 'all',
    device: {
      identifiers: [deviceIdOf(device)],
      name: device.name,
      manufacturer: 'Vedette',
      model: models[device.kind === 'sensor' ? device.senses : device.kind],
      configuration_url: `${publicUrl}/sites/${device.siteId}`,
      suggested_area: site.name,
      via_device: deviceIdOf(site),
    },
    components: componentsOf(prefix, device, mayCommand),
  };
}

function componentsOf(
  prefix: string,
  device: Device,
  mayCommand: boolean,
): Readonly<Record<string, Component>> {
  const state_topic = deviceTopic(prefix, device, 'state');
  // The device has one thing to say: its entity bears its name alone.
  const entity = (name: string) => ({ unique_id: `vedette_${device.id}_${name}`, name: null, state_topic });
  if (device.kind === 'sensor') {
    const device_class = device.senses === 'opening' ? 'door' : 'motion';
    return { sensor: { platform: 'binary_sensor', ...entity('sensor'), device_class } };
  }
  const { kind } = device;
  const switched = {
    ...entity(kind),
    command_topic: deviceTopic(prefix, device, 'set'),
    // A command that the broker keeps is refused.
    retain: false,
  };
  const [siren, light] = [{ platform: 'siren' }, { platform: 'light' }];
  const on = {
    platform: 'binary_sensor',
    ...entity('on'),
    device_class: kind === 'siren' ? 'sound' : 'light',
  };
  // Each kind that it is not is named: it may have been that before.
  if (!mayCommand) return { siren, light, on };
  return {
    siren:
      kind === 'siren' ? { ...siren, ...switched, support_duration: true, support_volume_set: false } : siren,
    light: kind === 'light' ? { ...light, ...switched } : light,
    on: { platform: 'binary_sensor' },
  };
}
