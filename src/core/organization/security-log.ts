// What the log says of access: a closed list of events, so that a machine can watch for them.

import type { Log, LogFields } from '../ports/log.ts';
import type { Caller } from './access.ts';
import type { Member } from './organization.ts';

/** Every `event` of the log, with its level and its sentence. */
const securityEvents = {
  'setup-done': ['info', 'The first administrator was made'],
  'setup-refused': ['warn', 'Somebody tried to set up with a wrong or used link'],
  'sign-in': ['info', 'Somebody signed in'],
  'sign-in-failed': ['warn', 'A sign-in failed'],
  'too-many-attempts': ['warn', 'Attempts at guessing are being refused'],
  'sign-out': ['info', 'Somebody signed out'],
  'sessions-ended': ['info', 'Sessions were ended'],
  'signed-up': ['info', 'Somebody made an account with an organization of their own'],
  'organization-chosen': ['info', 'Somebody turned to another organization of theirs'],
  'account-changed': ['info', 'Somebody changed their account'],
  'email-change-asked': ['info', 'Somebody asked to change the address of their account'],
  'email-changed': ['info', 'The address of an account was changed'],
  'password-changed': ['info', 'A password was changed'],
  'password-change-failed': ['warn', 'Somebody failed to change a password'],
  'password-reset-asked': ['info', 'A new password was asked for'],
  'password-reset': ['info', 'A password was reset by a link'],
  'link-refused': ['warn', 'Somebody used a link that is not good'],
  'second-factor-set-up': ['info', 'A second factor was set up'],
  'second-factor-removed': ['info', 'A second factor was removed'],
  'recovery-codes-renewed': ['info', 'Recovery codes were renewed'],
  'passkey-added': ['info', 'A passkey was added'],
  'passkey-removed': ['info', 'A passkey was removed'],
  'proof-given': ['info', 'Somebody proved again who they are'],
  'proof-failed': ['warn', 'Somebody failed to prove again who they are'],
  'person-invited': ['info', 'A person was invited'],
  'invitation-withdrawn': ['info', 'An invitation was withdrawn'],
  'invitation-refused': ['warn', 'Somebody used an invitation that is not good'],
  'person-joined': ['info', 'A person joined'],
  'person-changed': ['info', 'What a person may do was changed'],
  'person-removed': ['info', 'A person was removed'],
  'organization-changed': ['info', 'Name or rules of an organization were changed'],
  'provider-added': ['info', 'A sign-in provider was added'],
  'provider-removed': ['info', 'A sign-in provider was removed'],
  'provider-logout': ['info', 'A provider signed somebody out'],
  'provider-logout-refused': ['warn', 'A logout token of a provider was refused'],
  'access-key-made': ['info', 'An access key was made'],
  'access-key-revoked': ['info', 'An access key was revoked'],
  'image-source-made': ['info', 'A source of images was made'],
  'image-source-renewed': ['info', 'A source of images was given another secret'],
  'image-source-removed': ['info', 'A source of images was removed'],
  'token-made': ['info', 'A token for another service was made'],
  'arming-changed': ['info', 'The arming of a site was changed'],
  'schedule-changed': ['info', 'The schedule of a site was changed'],
  'bypass-changed': ['info', 'A camera was bypassed, or is so no more'],
  'channel-added': ['info', 'A channel was added'],
  'channel-removed': ['info', 'A channel was removed'],
  'alerts-changed': ['info', 'Somebody changed what they are told'],
  'push-device-added': ['info', 'A browser for push messages was added'],
  'push-device-removed': ['info', 'A browser for push messages was removed'],
  'phone-proven': ['info', 'Somebody proved a phone number'],
  'escalation-changed': ['info', 'Who is told after whom was changed'],
  'camera-added': ['info', 'A camera was added'],
  'camera-changed': ['info', 'A camera was changed'],
  'camera-removed': ['info', 'A camera was removed'],
  'footage-exported': ['info', 'Footage was taken out'],
  'image-viewed': ['info', 'A pushed image was looked at'],
  'image-tiles-viewed': ['info', 'Small pictures of pushed images were looked at'],
  'image-put-back': ['info', 'An image that was put aside was tried again'],
  'image-destroyed': ['info', 'An image that was put aside was destroyed'],
  'evidence-sent': ['info', 'Evidence was given to the mail server for an authority'],
  'evidence-asked': ['info', 'Somebody had evidence sent to an authority'],
  'device-added': ['info', 'A device was added'],
  'device-changed': ['info', 'A device was changed'],
  'device-secret-changed': ['info', 'A device was given another signing secret'],
  'device-switched': ['info', 'Home automation switched a device'],
  'device-removed': ['info', 'A device was removed'],
  'device-event-refused': ['warn', 'An event of a device is not signed with its secret, or not now'],
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

/** Who calls, as the log names them: a member, or a machine by its key. */
export function callerFields({ member, organizationId, accessKeyId }: Caller): LogFields {
  return member === null ? { organizationId, accessKeyId } : actor(member);
}

/** "a…@example.org": enough to recognise somebody one knows, too little to write to them. */
export function shortEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const [first = ''] = email.slice(0, Math.max(at, 0));
  return `${first}…${email.slice(at)}`.toLowerCase().slice(0, 100);
}
