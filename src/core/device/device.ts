// A device is a siren, a light or a sensor at a site.

import type { DeviceId, EpochMs, OrganizationId, SiteId } from '../brand.ts';
import type { Touch } from '../detection/detection.ts';
import type { Severity } from '../incident/incident.ts';
import type { Secret } from '../secret.ts';

export const deviceKinds = ['siren', 'light', 'sensor'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

/** Devices of one site: more than any house has doors, and every alarm goes through the list. */
export const maxDevices = 200;
/** Longest time a siren sounds at a stretch, in seconds: many places forbid more than ten minutes outdoors. */
export const maxDurationSeconds = 600;
/** Longest text that stands for a state, in characters. */
export const maxStateTextLength = 200;

/** How a device is reached, or reaches us. */
export type DeviceLink =
  /** `url` takes our commands; null for sensors, which call us. Both ways are signed with the device's secret. */
  { readonly via: 'webhook'; readonly url: string | null } | MqttLink;

export interface MqttLink {
  readonly via: 'mqtt';
  /** Takes `onText` and `offText`; null for sensors. */
  readonly commandTopic: string | null;
  /** Says what the device does or feels. */
  readonly stateTopic: string;
  /** Where the state is JSON: the name of the value that counts; null where the text itself is the state. */
  readonly stateField: string | null;
  readonly onText: string;
  readonly offText: string;
}

/** What a sensor says: a door or window `open` or `closed`, a motion sensor `motion` or `clear`. */
export const sensorStates = ['open', 'closed', 'motion', 'clear'] as const;
export type SensorState = (typeof sensorStates)[number];

/** What a sensor is made for. */
export const senses = ['opening', 'motion'] as const;
export type Senses = (typeof senses)[number];

export type DeviceArmings = Touch['armings'];

interface DeviceBase {
  readonly id: DeviceId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly name: string;
  readonly enabled: boolean;
  readonly link: DeviceLink;
  readonly createdAt: EpochMs;
  /** When it last answered or said something; null where it never did. */
  readonly lastSeenAt: EpochMs | null;
}

/** A siren or a light: what it sounds for, and how long at a stretch. */
export interface Actuator extends DeviceBase {
  readonly kind: 'siren' | 'light';
  /** It does nothing by itself under others. */
  readonly armings: DeviceArmings;
  readonly minimumSeverity: Severity;
  /** 1 to `maxDurationSeconds`. */
  readonly durationSeconds: number;
}

export interface Sensor extends DeviceBase {
  readonly kind: 'sensor';
  readonly senses: Senses;
  /** `entry`: whoever comes in here has time to disarm. */
  readonly role: Touch['kind'];
  /** The armings under which it alarms. */
  readonly armings: DeviceArmings;
  /** What it said last; null where it said nothing yet. */
  readonly state: SensorState | null;
}

export type Device = Actuator | Sensor;

/** Where commands for a device go. */
export type DeviceTarget =
  | {
      readonly via: 'webhook';
      readonly url: string;
      /** Commands are signed with each of them: while a secret is being changed, the device may check with either. */
      readonly signingSecrets: readonly Secret[];
    }
  | (MqttLink & { readonly commandTopic: string });

/** Whether it can be switched. */
export function isActuator(device: Device): device is Actuator {
  return device.kind !== 'sensor';
}
