// Channels: where the alerts of an organization go, and whether they arrive. They are the organization's, not a site's.

import type { ChannelId, OrganizationId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { alertTopic } from '../automation/topics.ts';
import { newId } from '../identifiers.ts';
import { isMqttTopic } from '../mqtt-topic.ts';
import { owned, type Scope } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notifiers, NotifyResult } from '../ports/notifier.ts';
import type { Records } from '../ports/records.ts';
import { type Secret, secret } from '../secret.ts';
import type { Channel, ListedChannel } from './alert.ts';
import { composeTest } from './compose.ts';

/** Channels of one organization: every incident is sent to each of them. */
const maxChannels = 50;
/** Bytes of a signing secret: Standard Webhooks asks for 24 to 64. */
const signingSecretBytes = 32;

/** What a person gives to make a channel; its signing secret is ours to make. */
export type ChannelInput =
  | { readonly kind: 'email'; readonly name: string; readonly address: string }
  | { readonly kind: 'webhook'; readonly name: string; readonly url: string }
  /** `topic` lies below those for alerts of the organization: it must not command sites or speak for others. */
  | { readonly kind: 'mqtt'; readonly name: string; readonly topic: string };

/**
 * Adds a channel. `signingSecret` is what a webhook's receiver checks signatures with, to be shown once; null
 * for other kinds. Errors: `request-invalid`, `channel-refused` (its notifier would never send there), `not-allowed`.
 */
export async function addChannel(
  { records, clock, notifiers }: { records: Records; clock: Clock; notifiers: Notifiers },
  caller: Scope,
  input: ChannelInput,
): Promise<{ channel: Channel; signingSecret: Secret | null }> {
  const organizationId = wholeOrganization(caller);
  if ((await records.channels.list(organizationId)).length >= maxChannels) {
    throw new VedetteError(
      'request-invalid',
      `At most ${maxChannels} channels are possible. Remove one first.`,
    );
  }
  const common = { id: newId<ChannelId>(clock), organizationId, name: input.name, createdAt: clock.now() };
  if (input.kind === 'email') {
    const channel: Channel = { ...common, kind: 'email', address: checkedAddress(input.address) };
    requireTarget(notifiers, channel, 'address');
    await records.channels.insert(channel);
    return { channel, signingSecret: null };
  }
  if (input.kind === 'mqtt') {
    const channel: Channel = {
      ...common,
      kind: 'mqtt',
      topic: alertTopic(organizationId, checkedTopic(input.topic)),
    };
    requireTarget(notifiers, channel, 'topic');
    await records.channels.insert(channel);
    return { channel, signingSecret: null };
  }
  const signingSecret = newSigningSecret();
  const channel: Channel = { ...common, kind: 'webhook', url: checkedUrl(input.url), signingSecret };
  requireTarget(notifiers, channel, 'url');
  await records.channels.insert(channel);
  return { channel, signingSecret };
}

/** The channels of the caller's organization, oldest first. */
export async function listChannels(
  { records }: { records: Records },
  caller: Scope,
): Promise<readonly ListedChannel[]> {
  return records.channels.list(wholeOrganization(caller));
}

/** Removes a channel; alerts that wait for it fail. Errors: `not-found`. */
export async function removeChannel(
  { records }: { records: Records },
  caller: Scope,
  { channelId }: { channelId: ChannelId },
): Promise<void> {
  wholeOrganization(caller);
  const channel = owned(await records.channels.find(channelId), caller);
  await records.channels.delete(channel.id);
}

/** Sends a test alert now, once, without the queue. Errors: `not-found`. */
export async function testChannel(
  deps: { records: Records; clock: Clock; notifiers: Notifiers },
  caller: Scope,
  input: { channelId: ChannelId; publicUrl: string; signal?: AbortSignal },
): Promise<NotifyResult> {
  const { records, clock, notifiers } = deps;
  const organizationId = wholeOrganization(caller);
  const { publicUrl } = input;
  const channel = owned(await records.channels.find(input.channelId), caller);
  const idempotencyKey = newId<ChannelId>(clock);
  const test = composeTest({ channel, organizationId, idempotencyKey, at: clock.now(), publicUrl });
  return notifiers[channel.kind].send(test, channel, input.signal ?? new AbortController().signal);
}

/** Every incident is told over every channel: who reaches some sites has no say in that. Errors: `not-allowed`. */
function wholeOrganization({ organizationId, reach }: Scope): OrganizationId {
  if (reach === 'every-site') return organizationId;
  throw new VedetteError('not-allowed', 'Channels are for who reaches every site. Ask an admin.');
}

/** `whsec_` and base64, as the Standard Webhooks specification serialises symmetric secrets. */
function newSigningSecret(): Secret {
  return secret(`whsec_${crypto.getRandomValues(new Uint8Array(signingSecretBytes)).toBase64()}`);
}

/** One mailbox, nothing that could be read as a second one or as another header. */
function checkedAddress(address: string): string {
  if (/^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,253}$/u.test(address)) return address;
  throw refused('address', 'This is not an e-mail address.');
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw refused('url', 'Give an address that begins with https://.');
  }
  if (url.username !== '' || url.password !== '') {
    throw refused('url', 'Leave user name and password out: every call is signed instead.');
  }
  url.hash = '';
  return url.href;
}

function checkedTopic(topic: string): string {
  const levels = topic.split('/');
  if (isMqttTopic(topic) && levels.every((level) => level !== '')) return topic;
  throw refused('topic', 'Give a name like kitchen or house/kitchen, without + and #.');
}

function requireTarget(notifiers: Notifiers, channel: Channel, field: string): void {
  const sentence = notifiers[channel.kind].refusal(channel);
  if (sentence === null) return;
  throw new VedetteError('channel-refused', sentence, { fields: { [field]: sentence } });
}

function refused(field: string, sentence: string): VedetteError {
  return new VedetteError('request-invalid', sentence, { fields: { [field]: sentence } });
}
