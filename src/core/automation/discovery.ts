// Home Assistant discovery: sites and cameras as devices it finds by itself.
// Device discovery payloads of https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery (2024.11 and newer).

import { objectKinds } from '../detection/detection.ts';
import type { Camera } from '../site/camera.ts';
import type { Site } from '../site/site.ts';
import { incidentNews } from './incident-news.ts';
import { panelStates } from './panel.ts';
import { cameraTopic, siteTopic, statusTopic } from './topics.ts';

export interface DiscoverySettings {
  readonly prefix: string;
  /** Where people reach this server. */
  readonly publicUrl: string;
  readonly version: string;
  readonly snapshots: boolean;
}

/** One entity; `{ platform }` alone makes Home Assistant forget the one it had. */
export type Component = { readonly platform: string } & Readonly<Record<string, unknown>>;

export interface Announcement {
  readonly device: Readonly<Record<string, unknown>>;
  readonly origin: Readonly<Record<string, unknown>>;
  readonly availability: readonly { readonly topic: string }[];
  /** Of several topics, all have to say `online`; of one it says nothing. */
  readonly availability_mode?: 'all';
  readonly qos: 1;
  readonly components: Readonly<Record<string, Component>>;
}

/** A site: its alarm panel (only a word where it may not be armed by MQTT), its incidents and their picture. */
export function siteDevice(
  settings: DiscoverySettings,
  site: Site,
  { mayArm }: { mayArm: boolean },
): Announcement {
  const { prefix, publicUrl } = settings;
  const unique = (name: string) => `vedette_${site.id}_${name}`;
  const panel = siteTopic(prefix, site, 'arming/panel');
  return {
    ...common(settings),
    device: {
      identifiers: [deviceIdOf(site)],
      name: site.name,
      manufacturer: 'Vedette',
      model: 'Site',
      sw_version: settings.version,
      configuration_url: `${publicUrl}/sites/${site.id}`,
    },
    components: {
      panel: mayArm
        ? {
            platform: 'alarm_control_panel',
            unique_id: unique('panel'),
            // The panel is what the site is: it bears the site's name alone.
            name: null,
            state_topic: panel,
            command_topic: siteTopic(prefix, site, 'arming/set'),
            supported_features: ['arm_home', 'arm_away'],
            code_arm_required: false,
            code_disarm_required: false,
            code_trigger_required: false,
            // A command that the broker keeps would be obeyed at every restart.
            retain: false,
          }
        : { platform: 'alarm_control_panel' },
      arming: mayArm
        ? { platform: 'sensor' }
        : {
            platform: 'sensor',
            unique_id: unique('arming'),
            name: 'Arming',
            device_class: 'enum',
            options: panelStates,
            state_topic: panel,
          },
      incident: {
        platform: 'binary_sensor',
        unique_id: unique('incident'),
        name: 'Incident',
        device_class: 'safety',
        state_topic: siteTopic(prefix, site, 'incident'),
        json_attributes_topic: siteTopic(prefix, site, 'incident/latest'),
      },
      events: {
        platform: 'event',
        unique_id: unique('events'),
        name: 'Incidents',
        event_types: incidentNews,
        state_topic: siteTopic(prefix, site, 'incident/event'),
      },
      snapshot: settings.snapshots
        ? {
            platform: 'image',
            unique_id: unique('snapshot'),
            name: 'Incident picture',
            image_topic: siteTopic(prefix, site, 'snapshot'),
            content_type: 'image/jpeg',
          }
        : { platform: 'image' },
    },
  };
}

/** A camera: who is before it, and whether it records, or receives what is pushed. */
export function cameraDevice(settings: DiscoverySettings, camera: Camera, site: Site | null): Announcement {
  const { prefix, publicUrl } = settings;
  const unique = (name: string) => `vedette_${camera.id}_${name}`;
  const presence = objectKinds.map((kind): [string, Component] => [
    kind,
    {
      platform: 'binary_sensor',
      unique_id: unique(kind),
      name: `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`,
      device_class: 'occupancy',
      state_topic: cameraTopic(prefix, camera, kind),
      // Persons are what Vedette is for; cars in the street would only fill a history.
      enabled_by_default: kind === 'person',
    },
  ]);
  return {
    ...common(settings),
    device: {
      identifiers: [deviceIdOf(camera)],
      name: camera.name,
      manufacturer: 'Vedette',
      model: 'Camera',
      configuration_url: `${publicUrl}/cameras/${camera.id}`,
      ...(site === null ? {} : { suggested_area: site.name, via_device: deviceIdOf(site) }),
    },
    components: {
      ...Object.fromEntries(presence),
      connectivity: {
        platform: 'binary_sensor',
        unique_id: unique('connectivity'),
        name: camera.source.kind === 'pushed' ? 'Receiving' : 'Recording',
        device_class: 'connectivity',
        entity_category: 'diagnostic',
        payload_on: 'online',
        payload_off: 'offline',
        state_topic: cameraTopic(prefix, camera, 'status'),
      },
    },
  };
}

export function deviceIdOf({ id }: { readonly id: string }): string {
  return `vedette_${id}`;
}

export function common({ prefix, publicUrl, version }: DiscoverySettings) {
  return {
    origin: { name: 'Vedette', sw_version: version, support_url: publicUrl },
    availability: [{ topic: statusTopic(prefix) }],
    qos: 1,
  } as const;
}
