// Devices of a site: added, changed, tested and removed.

import { branded, type DeviceId, type EpochMs, type SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import { isMqttTopic } from '../mqtt-topic.ts';
import { owned, ownedSite, type Scope, siteFilter } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandResult, DeviceLinks } from '../ports/device-link.ts';
import type { Events } from '../ports/events.ts';
import type { Records, Tables } from '../ports/records.ts';
import { type Secret, secret } from '../secret.ts';
import { commandId } from './alarm.ts';
import { silence, sound } from './alarms.ts';
import {
  type Actuator,
  type Device,
  type DeviceLink,
  isActuator,
  maxDevices,
  maxDurationSeconds,
  type Sensor,
} from './device.ts';
import type { TopicRule } from './topic-rule.ts';

/** Bytes of a signing secret: Standard Webhooks asks for 24 to 64. */
const signingSecretBytes = 32;
/**
 * How long the secret before still counts after it was changed, in ms: time to climb up to the siren. Others who offer it
 * give as much.
 */
export const secretOverlapMs = 24 * 3_600_000;
/** A test is heard, and does not wake the street. */
export const testSeconds = 3;

export interface DeviceDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
  readonly deviceLinks: DeviceLinks;
  /** Which topics devices of an organization may use. */
  readonly deviceTopics: TopicRule;
}

type Settings<T extends Device> = Omit<
  T,
  'id' | 'organizationId' | 'siteId' | 'createdAt' | 'lastSeenAt' | 'state'
>;

/** What a person says of a device. */
export type DeviceInput = Settings<Actuator> | Settings<Sensor>;

/**
 * Adds a device to a site. `signingSecret` is shown this once: the device checks our calls with it, or signs its own;
 * null for devices over MQTT. Errors: `not-found` (the site), `request-invalid`, `device-refused`, `conflict`.
 */
export async function addDevice(
  deps: DeviceDeps,
  caller: Scope,
  { siteId, ...input }: DeviceInput & { siteId: SiteId },
): Promise<{ device: Device; signingSecret: Secret | null }> {
  const { records, clock } = deps;
  const site = ownedSite(await records.sites.find(siteId), caller);
  if ((await records.devices.ofSite(site.id)).length >= maxDevices) {
    throw new VedetteError('conflict', `A site has at most ${maxDevices} devices. Remove one first.`);
  }
  const link = checkedLink(deps, caller, input);
  const base = {
    id: newId<DeviceId>(clock),
    organizationId: site.organizationId,
    siteId: site.id,
    createdAt: clock.now(),
    lastSeenAt: null,
  };
  const device: Device =
    input.kind === 'sensor' ? { ...base, ...input, link, state: null } : { ...base, ...checked(input), link };
  const signingSecret = link.via === 'webhook' ? newSigningSecret() : null;
  if (link.via === 'webhook' && link.url !== null) {
    requireTarget(deps, link.url);
  }
  await records.devices.insert(device, signingSecret);
  announce(deps, device);
  return { device, signingSecret };
}

/** The devices that the caller reaches, oldest first; of one site, or of all. */
export async function listDevices(
  { records }: Pick<DeviceDeps, 'records'>,
  caller: Scope,
  siteId?: SiteId,
): Promise<readonly Device[]> {
  if (siteId !== undefined) {
    return records.devices.ofSite(ownedSite(await records.sites.find(siteId), caller).id);
  }
  const { siteIds } = siteFilter(caller);
  const all = await records.devices.list(caller.organizationId);
  return siteIds === undefined ? all : all.filter((device) => siteIds.includes(device.siteId));
}

/**
 * Changes all of a device but its kind; its secret stays. Errors: `not-found`, `request-invalid`, `device-refused`,
 * `conflict` (it is on, and would be reached elsewhere).
 */
export async function changeDevice(
  deps: DeviceDeps,
  caller: Scope,
  { deviceId, ...input }: DeviceInput & { deviceId: DeviceId },
): Promise<Device> {
  const link = checkedLink(deps, caller, input);
  if (link.via === 'webhook' && link.url !== null) {
    requireTarget(deps, link.url);
  }
  const after = await deps.records.transaction(async (tx) => {
    const before = owned(await tx.devices.find(deviceId), caller);
    if (link.via !== before.link.via) {
      throw refused('link', 'How a device is reached cannot be changed. Add it anew.');
    }
    const changed = merged(before, input, link);
    // Elsewhere nobody would hear that it is to go off.
    if (placeOf(link) !== placeOf(before.link)) {
      await requireOff(tx, before);
      await requireSilence(tx, before);
    }
    await tx.devices.update(changed);
    return changed;
  });
  announce(deps, after);
  return after;
}

function merged(before: Device, input: DeviceInput, link: DeviceLink): Device {
  if (before.kind === 'sensor' && input.kind === 'sensor') return { ...before, ...input, link };
  if (before.kind !== 'sensor' && input.kind !== 'sensor') return { ...before, ...checked(input), link };
  throw refused('kind', 'A sensor stays a sensor. Add another device.');
}

/** Removes a device. Errors: `not-found`, `conflict` (it is on). */
export async function removeDevice(
  deps: Pick<DeviceDeps, 'records' | 'events'>,
  caller: Scope,
  { deviceId }: { deviceId: DeviceId },
): Promise<void> {
  const device = await deps.records.transaction(async (tx) => {
    const found = owned(await tx.devices.find(deviceId), caller);
    await requireOff(tx, found);
    await tx.devices.delete(found.id);
    return found;
  });
  announce(deps, device);
}

async function requireOff(tx: Tables, { id, siteId }: Device): Promise<void> {
  const isOn = (await tx.alarms.wanted(siteId)).some(({ deviceId }) => deviceId === id);
  if (isOn)
    throw new VedetteError(
      'conflict',
      'This device was switched on. Switch it off at its incident, or disarm the site, first.',
    );
}

async function requireSilence(tx: Tables, { id, siteId }: Device): Promise<void> {
  const isEnding = (await tx.alarms.ending(siteId)).some(({ deviceId }) => deviceId === id);
  if (!isEnding) return;
  throw new VedetteError('conflict', 'This device is being switched off. Try again when it says that it is.');
}

/** Where commands go. */
function placeOf(link: DeviceLink): string | null {
  return link.via === 'webhook' ? link.url : link.commandTopic;
}

/**
 * Gives a device over a webhook another signing secret, shown this once. The one before counts for `secretOverlapMs`
 * more, or not at all where it is known to others. Errors: `not-found`, `request-invalid` (a device over MQTT).
 */
export async function changeSecret(
  { records, clock }: Pick<DeviceDeps, 'records' | 'clock'>,
  caller: Scope,
  { deviceId, keepPrevious }: { deviceId: DeviceId; keepPrevious: boolean },
): Promise<{ signingSecret: Secret; previousUntil: EpochMs | null }> {
  const device = owned(await records.devices.find(deviceId), caller);
  if (device.link.via !== 'webhook') {
    throw new VedetteError(
      'request-invalid',
      'A device over MQTT has no secret: the broker knows who may speak.',
    );
  }
  const signingSecret = newSigningSecret();
  const previousUntil = branded<EpochMs>(clock.now() + (keepPrevious ? secretOverlapMs : 0));
  await records.devices.changeSecret(device.id, signingSecret, previousUntil);
  return { signingSecret, previousUntil: keepPrevious ? previousUntil : null };
}

/**
 * Switches a siren or light on for `testSeconds` and says whether it answers; it is switched off again also where this
 * process dies meanwhile. Errors: `not-found`, `request-invalid` (a sensor).
 */
export async function testDevice(
  deps: DeviceDeps,
  caller: Scope,
  { deviceId, signal }: { deviceId: DeviceId; signal: AbortSignal },
): Promise<CommandResult> {
  const { records, clock } = deps;
  const device = owned(await records.devices.find(deviceId), caller);
  if (!isActuator(device))
    throw new VedetteError('request-invalid', 'A sensor is tested by opening its door.');
  const target = await targetOf(deps, device);
  if (target === null) return { outcome: 'failed', retry: false, reason: 'The device cannot be reached.' };
  const alarm = await records.transaction((tx) =>
    sound({ tx, clock }, device, null, { seconds: testSeconds, command: false }),
  );
  const result = await deps.deviceLinks[target.via].send(
    {
      id: commandId(alarm),
      deviceId: device.id,
      deviceName: device.name,
      turn: 'on',
      durationSeconds: testSeconds,
      incidentId: null,
      test: true,
    },
    target,
    signal,
  );
  if (result.outcome === 'acknowledged') {
    await records.alarms.update({ ...alarm, state: 'acknowledged', changedAt: clock.now() }, alarm.sequence);
    await records.devices.seen(device.id, clock.now());
  } else {
    // It may have heard, and only its answer was lost: it is switched off at once.
    await records.transaction((tx) => silence({ tx, clock }, alarm));
  }
  announce(deps, device);
  return result;
}

/** Where commands for a device go; null where it has no such place, or lost its secret. Not in a transaction. */
export async function targetOf(
  { records, clock }: Pick<DeviceDeps, 'records' | 'clock'>,
  { id, link }: Device,
) {
  if (link.via === 'mqtt') {
    const { commandTopic } = link;
    return commandTopic === null ? null : { ...link, commandTopic };
  }
  const signingSecrets = await records.devices.signingSecrets(id, clock.now());
  if (link.url === null || signingSecrets.length === 0) return null;
  return { via: link.via, url: link.url, signingSecrets } as const;
}

function checked<T extends Pick<Actuator, 'durationSeconds'>>(input: T): T {
  const { durationSeconds: seconds } = input;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= maxDurationSeconds) return input;
  throw refused('durationSeconds', `1 to ${maxDurationSeconds} seconds.`);
}

function checkedLink(
  { deviceTopics }: Pick<DeviceDeps, 'deviceTopics'>,
  { organizationId }: Scope,
  { kind, link }: DeviceInput,
): DeviceLink {
  const isSensor = kind === 'sensor';
  if (link.via === 'webhook') {
    if (isSensor) return { via: 'webhook', url: null };
    if (link.url === null) throw refused('link.url', 'Give the address that takes our commands.');
    return { via: 'webhook', url: checkedUrl(link.url) };
  }
  const { commandTopic, stateTopic, onText, offText } = link;
  if (!isSensor && commandTopic === null) throw refused('link.commandTopic', 'Give the topic for commands.');
  for (const [field, topic] of Object.entries({ stateTopic, ...(isSensor ? {} : { commandTopic }) })) {
    const problem = topic === null || !isMqttTopic(topic) ? 'This is no topic of MQTT.' : null;
    const sentence = problem ?? deviceTopics(organizationId, topic ?? '');
    if (sentence !== null) throw refused(`link.${field}`, sentence);
  }
  if (onText === offText) throw refused('link.offText', 'On and off must differ.');
  return isSensor ? { ...link, commandTopic: null } : link;
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw refused('link.url', 'Give an address that begins with https:// or http://.');
  }
  if (url.username !== '' || url.password !== '') {
    throw refused('link.url', 'Leave user name and password out: every call is signed instead.');
  }
  url.hash = '';
  return url.href;
}

function requireTarget({ deviceLinks }: Pick<DeviceDeps, 'deviceLinks'>, url: string): void {
  const sentence = deviceLinks.webhook.refusal({ via: 'webhook', url, signingSecrets: [] });
  if (sentence !== null)
    throw new VedetteError('device-refused', sentence, { fields: { 'link.url': sentence } });
}

function refused(field: string, sentence: string): VedetteError {
  return new VedetteError('request-invalid', sentence, { fields: { [field]: sentence } });
}

/** `whsec_` and base64, as the Standard Webhooks specification serialises symmetric secrets. */
function newSigningSecret(): Secret {
  return secret(`whsec_${crypto.getRandomValues(new Uint8Array(signingSecretBytes)).toBase64()}`);
}

function announce({ events }: Pick<DeviceDeps, 'events'>, { organizationId, siteId }: Device): void {
  events.publish({ type: 'site-changed', organizationId, siteId });
}
