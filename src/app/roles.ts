// Roles: the parts of the server that can run in processes of their own.

import { VedetteError } from '../core/errors.ts';

/** Every role, with what its process does. */
export const roleSummaries = {
  http: 'pages and API',
  record: 'cameras: recording, detection and what it means',
  ingest: 'pushed images: checked, stored, or put aside',
  detect: 'pushed images: what is seen in them, and what it means',
  deliver: 'alerts, devices, letters and what schedules do',
  tend: 'what one process does for all: the outbox, expiry, home automation and sensors over MQTT',
} as const;

export type Role = keyof typeof roleSummaries;

export const allRoles: readonly Role[] = Object.keys(roleSummaries).filter(isRole);

/** Roles of a list like "http,deliver". Errors: `request-invalid`, naming what is none. */
export function readRoles(text: string): readonly Role[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !isRole(name));
  if (unknown.length > 0) {
    const known = allRoles.join(', ');
    throw new VedetteError(
      'request-invalid',
      `There is no role "${unknown.join('", "')}". The roles are ${known}, with "," between them.`,
    );
  }
  return allRoles.filter((role) => names.includes(role));
}

function isRole(name: string): name is Role {
  return Object.hasOwn(roleSummaries, name);
}
