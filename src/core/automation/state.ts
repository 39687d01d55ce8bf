// What the broker should keep of an organization: a function of its records, so that it can be told anew at any time.

import type { CameraId, EpochMs, OrganizationId, SiteId } from '../brand.ts';
import { type ObjectKind, objectKinds } from '../detection/detection.ts';
import type { Alarm } from '../device/alarm.ts';
import type { Device } from '../device/device.ts';
import type { Incident } from '../incident/incident.ts';
import type { Camera } from '../site/camera.ts';
import { armsAt, type Site } from '../site/site.ts';
import { mayCommandByMqtt } from './command.ts';
import { deviceState } from './device-state.ts';
import { deviceDevice } from './discovery-devices.ts';
import { cameraDevice, type DiscoverySettings, siteDevice } from './discovery.ts';
import { incidentAttributes } from './incident-news.ts';
import { panelState } from './panel.ts';
import { cameraTopic, deviceTopic, discoveryTopic, siteTopic, type TopicsSettings } from './topics.ts';

export interface AutomationSettings extends TopicsSettings, DiscoverySettings {
  /** Whether pictures of incidents are kept at the broker, where everybody who may read it sees them. */
  readonly snapshots: boolean;
}

/** What an organization is, now. */
export interface OrganizationView {
  readonly organizationId: OrganizationId;
  readonly sites: readonly Site[];
  readonly cameras: readonly Camera[];
  readonly devices: readonly Device[];
  /** Those that are on, and those that are not known to be off yet. */
  readonly alarms: readonly Alarm[];
  /** Unresolved ones, newest first. */
  readonly incidents: readonly Incident[];
  readonly isOnline: (cameraId: CameraId) => boolean;
  /** Whether something of this kind is before the camera. */
  readonly isPresent: (cameraId: CameraId, kind: ObjectKind) => boolean;
  /** Where somebody came in and has time to disarm. */
  readonly entered: ReadonlySet<SiteId>;
  readonly now: EpochMs;
}

/** A text, or the picture of an incident. */
export type KeptPayload = string | { readonly snapshotOf: Incident };

/** Topic → what the broker should keep there; every other topic of the organization should be empty. */
export function keptState(
  settings: AutomationSettings,
  view: OrganizationView,
): ReadonlyMap<string, KeptPayload> {
  const kept = new Map<string, KeptPayload>();
  for (const site of view.sites) keepSite(kept, settings, view, site);
  for (const camera of view.cameras) keepCamera(kept, settings, view, camera);
  for (const device of view.devices) keepDevice(kept, settings, view, device);
  return kept;
}

const ofSnapshot = 'snapshot ';

/** Tells one version of a payload from another without its bytes. */
export function versionOf(payload: KeptPayload): string {
  return typeof payload === 'string' ? payload : `${ofSnapshot}${payload.snapshotOf.snapshotId}`;
}

/** Whether a version is that of a picture: others are the payload itself. */
export function isOfSnapshot(version: string): boolean {
  return version.startsWith(ofSnapshot);
}

function keepSite(
  kept: Map<string, KeptPayload>,
  settings: AutomationSettings,
  view: OrganizationView,
  site: Site,
): void {
  const { prefix, discoveryPrefix, publicUrl } = settings;
  const incidents = view.incidents.filter(({ siteId }) => siteId === site.id);
  const [latest] = incidents;
  const context = { site, cameras: view.cameras, publicUrl };
  kept.set(siteTopic(prefix, site, 'arming'), site.arming);
  const at = armsAt(site, view.now);
  if (at !== null) kept.set(siteTopic(prefix, site, 'arming/arms-at'), new Date(at).toISOString());
  kept.set(siteTopic(prefix, site, 'arming/panel'), panelState(site, view));
  kept.set(siteTopic(prefix, site, 'incident'), onOff(incidents.some(({ state }) => state === 'open')));
  // Attributes stay until they are replaced: an empty object takes those of the incident before away.
  const attributes = latest === undefined ? {} : incidentAttributes(latest, context);
  kept.set(siteTopic(prefix, site, 'incident/latest'), JSON.stringify(attributes));
  // Only of an unresolved incident: what Vedette deletes must not stay at the broker.
  if (settings.snapshots && latest !== undefined && latest.snapshotId !== null) {
    kept.set(siteTopic(prefix, site, 'snapshot'), { snapshotOf: latest });
  }
  if (discoveryPrefix === null) return;
  const topic = discoveryTopic(discoveryPrefix, site.organizationId, site.id);
  kept.set(topic, JSON.stringify(siteDevice(settings, site, { mayArm: mayCommandByMqtt(site) })));
}

function keepCamera(
  kept: Map<string, KeptPayload>,
  settings: AutomationSettings,
  view: OrganizationView,
  camera: Camera,
): void {
  const { prefix, discoveryPrefix } = settings;
  const { id } = camera;
  kept.set(cameraTopic(prefix, camera, 'status'), view.isOnline(id) ? 'online' : 'offline');
  for (const kind of objectKinds) {
    kept.set(cameraTopic(prefix, camera, kind), onOff(view.isPresent(id, kind)));
  }
  if (discoveryPrefix === null) return;
  const site = view.sites.find(({ id: siteId }) => siteId === camera.siteId);
  const topic = discoveryTopic(discoveryPrefix, camera.organizationId, id);
  kept.set(topic, JSON.stringify(cameraDevice(settings, camera, site ?? null)));
}

function keepDevice(
  kept: Map<string, KeptPayload>,
  settings: AutomationSettings,
  view: OrganizationView,
  device: Device,
): void {
  const { prefix, discoveryPrefix } = settings;
  const site = view.sites.find(({ id }) => id === device.siteId);
  if (site === undefined) return;
  const { isAvailable, isOn } = deviceState(device, view.alarms);
  kept.set(deviceTopic(prefix, device, 'status'), isAvailable ? 'online' : 'offline');
  // What a sensor never said is not known.
  if (isOn !== null) kept.set(deviceTopic(prefix, device, 'state'), onOff(isOn));
  if (discoveryPrefix === null) return;
  const topic = discoveryTopic(discoveryPrefix, device.organizationId, device.id);
  const mayCommand = mayCommandByMqtt(site);
  kept.set(topic, JSON.stringify(deviceDevice(settings, device, { site, mayCommand })));
}

function onOff(value: boolean): 'ON' | 'OFF' {
  return value ? 'ON' : 'OFF';
}
