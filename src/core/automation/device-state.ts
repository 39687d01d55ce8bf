// A device as home automation knows it: whether it can be counted on, and whether it is on.

import type { Alarm } from '../device/alarm.ts';
import type { Device } from '../device/device.ts';

export interface DeviceState {
  /** It is on duty, and did not fail at what it is told now. */
  readonly isAvailable: boolean;
  /** A siren or light is on, a door is open, something moves; null where a sensor said nothing yet. */
  readonly isOn: boolean | null;
}

/** `alarms` are those that are on, and those that are not known to be off yet, of any device. */
export function deviceState(device: Device, alarms: readonly Alarm[]): DeviceState {
  if (device.kind === 'sensor') {
    const { enabled, state } = device;
    return { isAvailable: enabled, isOn: state === null ? null : state === 'open' || state === 'motion' };
  }
  const own = alarms.filter(({ deviceId }) => deviceId === device.id);
  return {
    isAvailable: device.enabled && !own.some(({ state }) => state === 'failed'),
    // One that was told to go off is on until it says that it did.
    isOn: own.some(({ wanted, state }) => state === (wanted === 'on' ? 'acknowledged' : 'waiting')),
  };
}
