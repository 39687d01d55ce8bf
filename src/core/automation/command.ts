// Commands over MQTT: who may command a site and its devices, and what they say.

import type { Turn } from '../device/alarm.ts';
import type { Arming, Site } from '../site/site.ts';

/** What Home Assistant sends, and what Vedette itself says of a site. */
const words: Readonly<Record<string, Arming>> = {
  DISARM: 'disarmed',
  ARM_HOME: 'armed-home',
  ARM_AWAY: 'armed-away',
  disarmed: 'disarmed',
  'armed-home': 'armed-home',
  'armed-away': 'armed-away',
};

/** Longer than any command: whatever else comes is not even read. */
const maxCommandBytes = 32;
/** The same for devices: a siren is told in JSON, with more than counts here. */
const maxSwitchBytes = 256;

/** The arming that a command asks for; null where it is none. */
export function readCommand(payload: Uint8Array): Arming | null {
  if (payload.length > maxCommandBytes) return null;
  const text = new TextDecoder().decode(payload).trim();
  return Object.hasOwn(words, text) ? (words[text] ?? null) : null;
}

/** What a siren or a light is to do. */
export interface SwitchCommand {
  readonly turn: Turn;
  /** How long at most, in seconds; null: as long as the device is set to. */
  readonly seconds: number | null;
}

/**
 * What a command asks of a siren or a light, `ON` or `OFF`, alone or as JSON: `{"state":"ON","duration":10}`, as Home
 * Assistant tells sirens; null where it is none.
 */
export function readSwitchCommand(payload: Uint8Array): SwitchCommand | null {
  if (payload.length > maxSwitchBytes) return null;
  const text = new TextDecoder().decode(payload).trim();
  if (!text.startsWith('{')) return switchCommand(text, null);
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null || !('state' in message)) return null;
    return switchCommand(message.state, 'duration' in message ? message.duration : null);
  } catch {
    return null;
  }
}

function switchCommand(state: unknown, duration: unknown): SwitchCommand | null {
  if (state === 'OFF') return { turn: 'off', seconds: null };
  if (state !== 'ON') return null;
  if (duration === null) return { turn: 'on', seconds: null };
  if (typeof duration !== 'number' || !(duration > 0)) return null;
  return { turn: 'on', seconds: Math.ceil(duration) };
}

/** Whether a site lets whoever may write to the broker arm and disarm it, and switch its sirens and lights. */
export function mayCommandByMqtt({ armByMqtt }: Pick<Site, 'armByMqtt'>): boolean {
  return armByMqtt;
}
