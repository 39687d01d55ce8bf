// What the log says of access: a closed list of events, so that a machine can watch for them.

import type { Log, LogFields } from '../ports/log.ts';
import type { Member } from './organization.ts';

/** Every `event` of the log, with its level and its sentence. */
const securityEvents = {
  'setup-done': ['info', 'The first administrator was made'],
  'setup-refused': ['warn', 'Somebody tried to set up with a wrong or used link'],
  'sign-in': ['info', 'Somebody signed in'],
  'sign-in-failed': ['warn', 'A sign-in failed'],
  'too-many-attempts': ['warn', 'Attempts at guessing are being refused'],
  'sign-out': ['info', 'Somebody signed out'],
  'arming-changed': ['info', 'The arming of a site was changed'],
  'channel-added': ['info', 'A channel was added'],
  'channel-removed': ['info', 'A channel was removed'],
  'camera-added': ['info', 'A camera was added'],
  'camera-changed': ['info', 'A camera was changed'],
  'camera-removed': ['info', 'A camera was removed'],
} as const satisfies Record<string, readonly ['info' | 'warn', string]>;

export type SecurityEvent = keyof typeof securityEvents;

/** Writes one line. `fields` are ids, addresses of callers and shortened e-mail addresses; never a secret or a name. */
export function logSecurity(log: Log, event: SecurityEvent, fields: LogFields): void {
  const [level, sentence] = securityEvents[event];
  log[level](sentence, { event, ...fields });
}

/** Who did something, as the log names them. */
export function actor({ id, organizationId, email }: Member): LogFields {
  return { memberId: id, organizationId, email: shortEmail(email) };
}

/** "a…@example.org": enough to recognise somebody one knows, too little to write to them. */
export function shortEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const [first = ''] = email.slice(0, Math.max(at, 0));
  return `${first}…${email.slice(at)}`.toLowerCase().slice(0, 100);
}
