// Switching a siren or a light from home automation.

import type { DeviceId, IncidentId, OrganizationId, SiteId } from '../brand.ts';
import { silence, sound } from '../device/alarms.ts';
import { type Actuator, isActuator } from '../device/device.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records, Tables } from '../ports/records.ts';
import { mayCommandByMqtt, type SwitchCommand } from './command.ts';

export interface SwitchDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
}

/** `same`: it is so already, or on its way. `off-duty`: it was taken off duty, and is not switched on. */
export type SwitchResult = 'switched' | 'same' | 'unknown' | 'not-allowed' | 'off-duty';

/**
 * Does what home automation asks of a device, where its site lets itself be commanded by MQTT. What is switched on ends
 * after the device's own time at the latest, as in an incident. Whoever switches off may disarm as well: it ends what
 * incidents want, too, and their history says so.
 */
export async function switchByAutomation(
  { records, clock, events }: SwitchDeps,
  place: { readonly organizationId: OrganizationId; readonly siteId: SiteId; readonly deviceId: DeviceId },
  command: SwitchCommand,
): Promise<SwitchResult> {
  const { organizationId, siteId, deviceId } = place;
  const done = await records.transaction(async (tx) => {
    const site = await tx.sites.find(siteId);
    const device = await tx.devices.find(deviceId);
    const isThere = site?.organizationId === organizationId && device?.siteId === siteId;
    if (!isThere || !isActuator(device)) return { result: 'unknown', incidentIds: [] } as const;
    if (!mayCommandByMqtt(site)) return { result: 'not-allowed', incidentIds: [] } as const;
    return command.turn === 'on'
      ? { result: await switchOn({ tx, clock }, device, command), incidentIds: [] }
      : switchOff({ tx, clock }, device);
  });
  if (done.result !== 'switched') return done.result;
  for (const incidentId of done.incidentIds) {
    events.publish({ type: 'incident-changed', organizationId, incidentId, siteId });
  }
  events.publish({ type: 'site-changed', organizationId, siteId });
  return done.result;
}

interface Deps {
  readonly tx: Tables;
  readonly clock: Clock;
}

async function switchOn(
  deps: Deps,
  device: Actuator,
  { seconds }: Pick<SwitchCommand, 'seconds'>,
): Promise<SwitchResult> {
  if (!device.enabled) return 'off-duty';
  const wanted = await wantedOf(deps.tx, device);
  if (wanted.some(({ state }) => state !== 'failed')) return 'same';
  await sound(deps, device, null, {
    seconds: Math.min(seconds ?? device.durationSeconds, device.durationSeconds),
  });
  return 'switched';
}

async function switchOff(
  { tx, clock }: Deps,
  device: Actuator,
): Promise<{ result: SwitchResult; incidentIds: readonly IncidentId[] }> {
  const incidentIds: IncidentId[] = [];
  let result: SwitchResult = 'same';
  for (const alarm of await wantedOf(tx, device)) {
    if (!(await silence({ tx, clock }, alarm))) continue;
    result = 'switched';
    const { incidentId } = alarm;
    if (incidentId === null) continue;
    incidentIds.push(incidentId);
    const detail = `${device.name} is switched off by home automation.`;
    await tx.incidents.addStep({ incidentId, at: clock.now(), action: 'device', memberId: null, detail });
  }
  return { result, incidentIds };
}

async function wantedOf(tx: Tables, { id, siteId }: Actuator) {
  return (await tx.alarms.wanted(siteId)).filter(({ deviceId }) => deviceId === id);
}
