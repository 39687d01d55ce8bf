// Commands over MQTT: who may arm a site, and what they say.

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

/** The arming that a command asks for; null where it is none. */
export function readCommand(payload: Uint8Array): Arming | null {
  if (payload.length > maxCommandBytes) return null;
  const text = new TextDecoder().decode(payload).trim();
  return Object.hasOwn(words, text) ? (words[text] ?? null) : null;
}

/** Whether a site lets whoever may write to the broker arm and disarm it. */
export function mayArmByMqtt({ armByMqtt }: Pick<Site, 'armByMqtt'>): boolean {
  return armByMqtt;
}
