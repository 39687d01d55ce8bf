// An alarm is what a device does: on, until it is switched off again.

import type { AlarmId, DeviceId, EpochMs, IncidentId, OrganizationId, SiteId } from '../brand.ts';

/** The queue's topic of commands for devices; key is the device, the payload is `CommandMessage` as JSON. */
export const commandsTopic = 'device-commands';

export const turns = ['on', 'off'] as const;
export type Turn = (typeof turns)[number];

/** `waiting` for the device to say that it does what is wanted; `off`: it is, or nothing more is asked of it. */
export const alarmStates = ['waiting', 'acknowledged', 'failed', 'off'] as const;
export type AlarmState = (typeof alarmStates)[number];

/** One device in one incident, in a test, or at the wish of home automation. */
export interface Alarm {
  readonly id: AlarmId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly deviceId: DeviceId;
  /** Null: a test, or home automation. */
  readonly incidentId: IncidentId | null;
  readonly wanted: Turn;
  /** Counts what was wanted: a command of an earlier number says nothing any more. */
  readonly sequence: number;
  readonly state: AlarmState;
  /** When it is switched off by itself. */
  readonly offAt: EpochMs;
  readonly changedAt: EpochMs;
  /** Why it failed, in a sentence. */
  readonly problem: string | null;
}

export interface CommandMessage {
  readonly alarmId: AlarmId;
  /** The one at which this was to be done. */
  readonly sequence: number;
  readonly turn: Turn;
  /** How often this was commanded, this time included; 1 where it is not said. */
  readonly attempt?: number;
}

/** The id of a command, the same for every attempt: devices drop repeats by it. */
export function commandId({ id, sequence, wanted }: Pick<Alarm, 'id' | 'sequence' | 'wanted'>): string {
  return `${id}/${sequence}/${wanted}`;
}
