// What a device says of itself over MQTT: a text, or a value in JSON.

import type { Turn } from './alarm.ts';
import { maxStateTextLength, type MqttLink } from './device.ts';

/** Longest message of a device that is read, in bytes: what bridges send with all values of a device. */
export const maxStateBytes = 8 * 1024;

/** Whether a message says on or off; null where it says neither. Letters count alike, large or small. Pure. */
export function readState(
  { stateField, onText, offText }: Pick<MqttLink, 'stateField' | 'onText' | 'offText'>,
  payload: Uint8Array,
): Turn | null {
  if (payload.byteLength > maxStateBytes) return null;
  const text = new TextDecoder().decode(payload);
  const value = stateField === null ? text : fieldOf(text, stateField);
  if (value === null || value.length > maxStateTextLength) return null;
  if (isSame(value, onText)) return 'on';
  return isSame(value, offText) ? 'off' : null;
}

function fieldOf(text: string, field: string): string | null {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null || !Object.hasOwn(message, field)) return null;
    const value: unknown = Object.entries(message).find(([name]) => name === field)?.[1];
    return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : null;
  } catch {
    return null;
  }
}

function isSame(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
