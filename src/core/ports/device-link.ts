// The link to devices: hands one command to a siren or a light, and says whether the device does it.

import type { DeviceTarget } from '../device/device.ts';
import type { Turn } from '../device/alarm.ts';

/** Longest wait for a device to say that it does what it was told, in ms. */
export const acknowledgementMs = 5_000;

export interface DeviceCommand {
  /** The same for every attempt: devices drop repeats by it. */
  readonly id: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly turn: Turn;
  /** How long it is to go on at most, should it never hear of us again. */
  readonly durationSeconds: number;
  /** Null: a test, or home automation. */
  readonly incidentId: string | null;
  /** Somebody tries whether it answers. */
  readonly test: boolean;
}

export type CommandResult =
  /** The device says so itself: its state over MQTT, or 2xx. */
  | { readonly outcome: 'acknowledged' }
  | { readonly outcome: 'failed'; readonly retry: boolean; readonly reason: string };

export interface DeviceLink {
  readonly via: DeviceTarget['via'];
  /** Why nothing is ever sent to this target, in a sentence; null where it may be tried. `send` keeps the same rule. */
  refusal(target: DeviceTarget): string | null;
  /** Never throws: what goes wrong is a result. Doing it again is safe. */
  send(command: DeviceCommand, target: DeviceTarget, signal: AbortSignal): Promise<CommandResult>;
  close(): Promise<void>;
}

/** One link for each way. */
export type DeviceLinks = Readonly<Record<DeviceTarget['via'], DeviceLink>>;
