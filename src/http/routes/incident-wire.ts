// Incidents as they are sent: with the names of what they speak of.

import type { z } from 'zod';
import type { Alert, ListedChannel } from '../../core/alert/alert.ts';
import { isActuator } from '../../core/device/device.ts';
import type { Incident as CoreIncident } from '../../core/incident/incident.ts';
import { type Names, toldIncident } from '../../core/incident/told.ts';
import type { Caller } from '../../core/organization/access.ts';
import type { Member } from '../../core/organization/organization.ts';
import type { IncidentDetail } from '../contract/incidents.ts';
import type { HttpDeps } from '../dependencies.ts';

/** The names of all that incidents of an organization speak of. */
export async function namesOf({ records }: HttpDeps, { organizationId }: Caller): Promise<Names> {
  const [sites, cameras, members, devices] = await Promise.all([
    records.sites.list(organizationId),
    records.cameras.places(organizationId),
    records.members.list(organizationId),
    records.devices.list(organizationId),
  ]);
  return {
    sites: new Map(sites.map(({ id, name }) => [id, name])),
    cameras: new Map(cameras.map(({ id, name }) => [id, name])),
    members: new Map(members.map(({ id, name }) => [id, name])),
    devices: new Map(devices.map(({ id, name }) => [id, name])),
  };
}

/** An incident with its steps and alerts, as it is sent. */
export async function wireDetail(
  deps: HttpDeps,
  caller: Caller,
  incident: CoreIncident,
): Promise<z.output<typeof IncidentDetail>> {
  const { records } = deps;
  const [names, members, steps, alerts, channels, devices] = await Promise.all([
    namesOf(deps, caller),
    records.members.list(caller.organizationId),
    records.incidents.steps(incident.id),
    records.alerts.ofIncident(incident.id),
    records.channels.list(caller.organizationId),
    wireDevices(deps, incident),
  ]);
  return {
    ...toldIncident(names, incident),
    steps: steps.map(({ at, action, memberId, detail }) => ({
      at,
      action,
      who: members.find((member) => member.id === memberId)?.name ?? null,
      detail,
    })),
    devices,
    alerts: alerts.map((alert) => ({
      ...alert,
      channel: channelName(alert, channels, members),
      isPersonal: alert.memberId !== null,
    })),
  };
}

/** The name of what an alert went over: of a person, or of a channel of the organization. */
function channelName(
  { channelId, memberId }: Alert,
  channels: readonly ListedChannel[],
  members: readonly Member[],
): string {
  if (memberId !== null) return members.find(({ id }) => id === memberId)?.name ?? 'Removed person';
  return channels.find(({ id }) => id === channelId)?.name ?? 'Removed channel';
}

/** What of the site can be switched, and what it does for this incident. */
async function wireDevices(
  { records }: HttpDeps,
  { id, siteId }: CoreIncident,
): Promise<z.output<typeof IncidentDetail>['devices']> {
  const [devices, alarms] = await Promise.all([
    records.devices.ofSite(siteId),
    records.alarms.ofIncident(id),
  ]);
  return devices.filter(isActuator).map((device) => {
    const alarm = alarms.find(({ deviceId }) => deviceId === device.id);
    return {
      id: device.id,
      name: device.name,
      kind: device.kind,
      wanted: alarm?.wanted ?? null,
      state: alarm?.state ?? null,
      offAt: alarm?.wanted === 'on' ? alarm.offAt : null,
      problem: alarm?.problem ?? null,
    };
  });
}
