// Devices in words.

import type { Device } from '../../src/http/contract/devices.ts';
import type { IconName } from '../ui/icons.tsx';

export type DeviceTone = 'bad' | 'busy' | 'good' | 'plain';

const states = {
  open: { tone: 'busy', words: 'Open' },
  closed: { tone: 'plain', words: 'Closed' },
  motion: { tone: 'busy', words: 'Motion' },
  clear: { tone: 'plain', words: 'No motion' },
  on: { tone: 'bad', words: 'On' },
  'switching-off': { tone: 'busy', words: 'Switching off…' },
  off: { tone: 'plain', words: 'Off' },
} as const satisfies Record<NonNullable<Device['state']>, { tone: DeviceTone; words: string }>;

/** How a device stands, as a chip. */
export function deviceState({ enabled, state }: Pick<Device, 'enabled' | 'state'>): {
  tone: DeviceTone;
  words: string;
} {
  if (!enabled) return { tone: 'plain', words: 'Off duty' };
  return state === null ? { tone: 'plain', words: 'Nothing heard yet' } : states[state];
}

/** What a device is for: "Siren over MQTT, sounds for 180 s". */
export function deviceWords(
  device: Pick<Device, 'kind' | 'via' | 'senses' | 'role' | 'durationSeconds'>,
): string {
  const way = device.via === 'mqtt' ? 'MQTT' : 'webhook';
  if (device.kind === 'sensor') {
    const what = device.senses === 'motion' ? 'Motion sensor' : 'Door or window';
    return `${what} over ${way}${device.role === 'entry' ? ', gives time to disarm' : ''}`;
  }
  const what = device.kind === 'siren' ? 'Siren' : 'Light';
  return `${what} over ${way}, on for ${device.durationSeconds} s`;
}

export const deviceIcons = {
  siren: 'bell',
  light: 'sun',
  sensor: 'sensor',
} as const satisfies Record<Device['kind'], IconName>;

/** How a program says for a sensor that its door was opened: to be copied into a shell. */
export function exampleCall(
  origin: string,
  path: string,
  secret: string,
  senses: 'opening' | 'motion',
): string {
  const body = JSON.stringify({ state: senses === 'motion' ? 'motion' : 'open' });
  return [
    `SECRET='${secret.replace(/^whsec_/, '')}'; BODY='${body}'; ID=$(uuidgen); NOW=$(date +%s)`,
    'KEY=$(printf %s "$SECRET" | base64 -d | od -An -tx1 | tr -d " \\n")',
    'SIGNATURE=$(printf %s "$ID.$NOW.$BODY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY -binary | base64)',
    `curl '${origin}${path}' -d "$BODY" -H 'content-type: application/json' \\`,
    '  -H "webhook-id: $ID" -H "webhook-timestamp: $NOW" -H "webhook-signature: v1,$SIGNATURE"',
  ].join('\n');
}
