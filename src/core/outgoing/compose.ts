// What an event says of a change: the shapes of the API, with the names of what is spoken of. Read in the transaction of the
// change, row by row: whole lists would make every change of a person one that waits for every incident.

import type { CameraId, MemberId, SiteId } from '../brand.ts';
import type { Alarm } from '../device/alarm.ts';
import { newId } from '../identifiers.ts';
import { toldImage, toldSite } from '../image/told.ts';
import type { PushedImage } from '../image/pushed-image.ts';
import type { Incident } from '../incident/incident.ts';
import { type ToldIncident, toldIncident } from '../incident/told.ts';
import type { Clock } from '../ports/clock.ts';
import type { LostEvents } from '../ports/records-outgoing.ts';
import type { Tables } from '../ports/records.ts';
import type { CameraPlace, CameraStatus } from '../site/camera.ts';
import type { ArmedBy, ArmingChange, Site } from '../site/site.ts';
import type { OutgoingEvent, OutgoingType } from './event.ts';

export interface ComposeDeps {
  readonly tx: Tables;
  readonly clock: Clock;
}

type About = Omit<OutgoingEvent, 'id' | 'type' | 'at' | 'data'>;

function event({ clock }: Pick<ComposeDeps, 'clock'>, type: OutgoingType, about: About, data: unknown) {
  return {
    id: newId<OutgoingEvent['id']>(clock),
    type,
    ...about,
    at: clock.now(),
    data: JSON.stringify(data),
  };
}

/** What became of an incident; null where it is nothing that others would notice. `before` is null where it is new. */
export async function incidentEvent(
  deps: ComposeDeps,
  before: Incident | null,
  after: Incident,
): Promise<OutgoingEvent | null> {
  const names = await namesIn(deps.tx, after);
  const told = toldIncident(names, after);
  const type = typeOf(before, after);
  if (type === 'vedette.incident.changed.v1' && before !== null) {
    // The same names on both sides: a person that nobody is any more is a change, and a name is none.
    if (core(toldIncident(await namesIn(deps.tx, before), before)) === core(told)) return null;
  }
  const { organizationId, siteId, id } = after;
  return event(
    deps,
    type,
    { organizationId, siteId, cameraId: after.cameraIds[0] ?? null, subject: id },
    told,
  );
}

function typeOf(before: Incident | null, after: Incident): OutgoingType {
  if (before === null) return 'vedette.incident.opened.v1';
  if (before.state === after.state) return 'vedette.incident.changed.v1';
  if (after.state === 'resolved') return 'vedette.incident.resolved.v1';
  if (before.state === 'resolved') return 'vedette.incident.reopened.v1';
  return after.state === 'acknowledged' ? 'vedette.incident.acknowledged.v1' : 'vedette.incident.changed.v1';
}

/** Without what grows every second while somebody is there. */
function core({ lastSeenAt: _, bestScore: __, clip: ___, ...rest }: ToldIncident): string {
  return JSON.stringify(rest);
}

async function namesIn(tx: Tables, { siteId, cameraIds, sensorIds, assigneeId }: Incident) {
  const members: readonly MemberId[] = assigneeId === null ? [] : [assigneeId];
  return {
    sites: await named([siteId], (id) => tx.sites.find(id)),
    cameras: await named(cameraIds, (id) => tx.cameras.place(id)),
    devices: await named(sensorIds, (id) => tx.devices.find(id)),
    members: await named(members, (id) => tx.members.find(id)),
  };
}

async function named<Id extends string>(
  ids: readonly Id[],
  find: (id: Id) => Promise<{ readonly name: string } | null>,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const id of ids) {
    const found = await find(id);
    if (found !== null) names.set(id, found.name);
  }
  return names;
}

/** What became of a pushed image. */
export function imageEvent(
  deps: Pick<ComposeDeps, 'clock'>,
  what: 'stored' | 'quarantined' | 'destroyed',
  image: PushedImage,
): OutgoingEvent {
  return event(deps, `vedette.image.${what}.v1`, aboutImage(image), toldImage(image));
}

/** Something was seen in a pushed image. */
export function detectedEvent(deps: Pick<ComposeDeps, 'clock'>, image: PushedImage): OutgoingEvent {
  const { detections, incidentId } = image;
  const data = { ...toldImage(image), detections, incidentId };
  return event(deps, 'vedette.image.detected.v1', aboutImage(image), data);
}

function aboutImage(image: PushedImage): About {
  const { organizationId, cameraId, id } = image;
  return { organizationId, siteId: toldSite(image), cameraId, subject: id };
}

/** A site was armed or disarmed. */
export async function armingEvent(
  deps: ComposeDeps,
  site: Pick<Site, 'id' | 'organizationId' | 'name'>,
  { arming, at, effectiveAt, before, by }: ArmingChange,
): Promise<OutgoingEvent> {
  const told = { siteId: site.id, siteName: site.name, arming, before, at, effectiveAt };
  const data = { ...told, by: await armer(deps.tx, by) };
  const about = { organizationId: site.organizationId, siteId: site.id, cameraId: null, subject: site.id };
  return event(deps, 'vedette.arming.changed.v1', about, data);
}

async function armer(tx: Tables, by: ArmedBy) {
  const { kind } = by;
  if (by.kind === 'member') {
    return { kind, id: by.memberId, name: (await tx.members.find(by.memberId))?.name ?? null };
  }
  if (by.kind !== 'access-key' || by.accessKeyId === null) return { kind, id: null, name: null };
  return { kind, id: by.accessKeyId, name: (await tx.accessKeys.find(by.accessKeyId))?.name ?? null };
}

/** A siren or light was told something, or said something. */
export async function alarmEvent(deps: ComposeDeps, alarm: Alarm): Promise<OutgoingEvent> {
  const { id, siteId, incidentId, wanted, state, problem, changedAt, organizationId, deviceId } = alarm;
  const device = await deps.tx.devices.find(deviceId);
  const data = {
    ...{ id, siteId, incidentId, wanted, state, problem, changedAt },
    device: { id: deviceId, name: device?.name ?? 'Removed device', kind: device?.kind ?? null },
    offAt: wanted === 'on' ? alarm.offAt : null,
  };
  const about = { organizationId, siteId, cameraId: null, subject: id };
  return event(deps, 'vedette.alarm.changed.v1', about, data);
}

/** A camera records, or does not any more. `status` is null where its recorder is not heard of. */
export function cameraEvent(
  deps: Pick<ComposeDeps, 'clock'>,
  camera: CameraPlace,
  isOnline: boolean,
  status: Pick<CameraStatus, 'state' | 'since' | 'problem'> | null,
): OutgoingEvent {
  const { id, siteId, name, organizationId } = camera;
  const problem = status?.problem ?? null;
  const data = {
    ...{ id, siteId, name, state: status?.state ?? 'offline', since: status?.since ?? null },
    problem: problem === null ? null : { code: problem.code, detail: problem.detail },
  };
  const about = { organizationId, siteId, cameraId: id, subject: id };
  return event(deps, isOnline ? 'vedette.camera.online.v1' : 'vedette.camera.offline.v1', about, data);
}

/** Events were dropped unsent: who reads them has to ask the API what happened. */
export function lostEvent(deps: Pick<ComposeDeps, 'clock'>, lost: LostEvents): OutgoingEvent {
  const { organizationId, count, from, to } = lost;
  const nowhere: { siteId: SiteId | null; cameraId: CameraId | null } = { siteId: null, cameraId: null };
  const about = { organizationId, ...nowhere, subject: organizationId };
  return event(deps, 'vedette.events.lost.v1', about, { count, from, to });
}
