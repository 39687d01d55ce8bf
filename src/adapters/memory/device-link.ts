// Links to devices in memory: the double that keeps commands and answers as it is told to.

import type { DeviceTarget } from '../../core/device/device.ts';
import type { CommandResult, DeviceCommand, DeviceLink, DeviceLinks } from '../../core/ports/device-link.ts';

export interface MemoryDeviceLink extends DeviceLink {
  /** What was told, in order: only what was acknowledged. */
  readonly done: readonly DeviceCommand[];
  /** How many times anything was tried. */
  readonly tries: number;
  /** From now on devices answer so. */
  answer(result: CommandResult): void;
}

/** A link whose devices do what they are told, until `answer` says otherwise. */
export function memoryDeviceLink(via: DeviceTarget['via']): MemoryDeviceLink {
  const done: DeviceCommand[] = [];
  let result: CommandResult = { outcome: 'acknowledged' };
  let tries = 0;
  return {
    via,
    done,
    get tries() {
      return tries;
    },
    refusal: (target) => (target.via === via ? null : 'This device is reached another way.'),
    async send(command) {
      tries += 1;
      if (result.outcome === 'acknowledged') done.push(command);
      return result;
    },
    answer(next) {
      result = next;
    },
    async close() {},
  };
}

/** One for each way. */
export function memoryDeviceLinks(): DeviceLinks & {
  readonly webhook: MemoryDeviceLink;
  readonly mqtt: MemoryDeviceLink;
} {
  return { webhook: memoryDeviceLink('webhook'), mqtt: memoryDeviceLink('mqtt') };
}
