// The topics below which home automation sees and commands an installation: `<prefix>/<organization>/<site or camera>/…`;
// devices lie below their site.

import { branded, type CameraId, type DeviceId, type OrganizationId, type SiteId } from '../brand.ts';
import { isMqttTopic } from '../mqtt-topic.ts';

/** What people see of an organization over MQTT. */
export interface TopicsSettings {
  /** Below which everything lies: one an installation. */
  readonly prefix: string;
  /** Where Home Assistant looks for devices; null where nothing is announced to it. */
  readonly discoveryPrefix: string | null;
}

type OfSite = { readonly id: SiteId; readonly organizationId: OrganizationId };
type OfCamera = { readonly id: CameraId; readonly organizationId: OrganizationId };
type OfDevice = { readonly id: DeviceId; readonly siteId: SiteId; readonly organizationId: OrganizationId };

/** What is said of a site. `arming/set` is what others say to it. */
export type SiteLeaf =
  | 'arming'
  | 'arming/panel'
  | 'arming/arms-at'
  | 'arming/set'
  | 'incident'
  | 'incident/latest'
  | 'incident/event'
  | 'snapshot';
export type CameraLeaf = 'status' | 'person' | 'vehicle' | 'animal';
/** What is said of a device. `set` is what others say to it. */
export type DeviceLeaf = 'state' | 'status' | 'set';

/** `online` while this installation is connected, `offline` else. */
export function statusTopic(prefix: string): string {
  return `${prefix}/status`;
}

/** All of an organization; what it makes itself, channels and devices, lies below too. */
export function organizationTopic(prefix: string, organizationId: OrganizationId): string {
  return `${prefix}/${organizationId}`;
}

/** Where a channel's alerts go, below the prefix: apart from what is said of sites, and from other organizations. */
export function alertTopic(organizationId: OrganizationId, name: string): string {
  return `${organizationId}/alerts/${name}`;
}

/** Whether a topic below the prefix is one for alerts. */
export function isAlertTopic(topic: string): boolean {
  return isMqttTopic(topic) && /^[0-9a-f-]{36}\/alerts\/[^/]/.test(topic);
}

export function siteTopic(prefix: string, { id, organizationId }: OfSite, leaf: SiteLeaf): string {
  return `${organizationTopic(prefix, organizationId)}/site/${id}/${leaf}`;
}

export function cameraTopic(prefix: string, { id, organizationId }: OfCamera, leaf: CameraLeaf): string {
  return `${organizationTopic(prefix, organizationId)}/camera/${id}/${leaf}`;
}

export function deviceTopic(
  prefix: string,
  { id, siteId, organizationId }: OfDevice,
  leaf: DeviceLeaf,
): string {
  return `${organizationTopic(prefix, organizationId)}/site/${siteId}/device/${id}/${leaf}`;
}

/** Where Home Assistant reads about a device; its node is the organization, so that ours are told from others'. */
export function discoveryTopic(discoveryPrefix: string, organizationId: OrganizationId, id: string): string {
  return `${discoveryPrefix}/device/${organizationId}/${id}/config`;
}

/** Everything that this part keeps at the broker. */
export function keptFilters({ prefix, discoveryPrefix }: TopicsSettings): readonly string[] {
  const own = [`${prefix}/+/site/+/#`, `${prefix}/+/camera/+/#`];
  return discoveryPrefix === null ? own : [...own, `${discoveryPrefix}/device/+/+/config`];
}

/** Commands for any site, and for any siren or light. */
export function commandFilters(prefix: string): readonly string[] {
  return [`${prefix}/+/site/+/arming/set`, `${prefix}/+/site/+/device/+/set`];
}

/** What a command is for: a site, or a device of it. */
export interface CommandPlace {
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  /** Null: the site. */
  readonly deviceId: DeviceId | null;
}

/** What a command is for; null where the topic is none of `commandFilters`. */
export function placeOfCommand(prefix: string, topic: string): CommandPlace | null {
  if (!topic.startsWith(`${prefix}/`)) return null;
  const [organizationId = '', kind, siteId = '', ...leaf] = topic.slice(prefix.length + 1).split('/');
  if (kind !== 'site') return null;
  const site = { organizationId: branded<OrganizationId>(organizationId), siteId: branded<SiteId>(siteId) };
  if (leaf.join('/') === 'arming/set') return { ...site, deviceId: null };
  const [what, deviceId = '', set, ...more] = leaf;
  if (what !== 'device' || set !== 'set' || more.length > 0) return null;
  return { ...site, deviceId: branded<DeviceId>(deviceId) };
}

/** Whose a kept topic is; null where it is none of `keptFilters`. */
export function organizationOf(
  { prefix, discoveryPrefix }: TopicsSettings,
  topic: string,
): OrganizationId | null {
  const below = (start: string) => (topic.startsWith(start) ? topic.slice(start.length).split('/')[0] : '');
  const found = below(`${prefix}/`) || (discoveryPrefix === null ? '' : below(`${discoveryPrefix}/device/`));
  return found === undefined || found === '' ? null : branded<OrganizationId>(found);
}
