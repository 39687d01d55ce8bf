// Switching a siren or light by hand, from an incident.

import type { DeviceId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { type Act, actOn, type LifeDeps } from '../incident/act.ts';
import type { Incident } from '../incident/incident.ts';
import type { Scope } from '../organization/access.ts';
import type { Turn } from './alarm.ts';
import { silence, sound } from './alarms.ts';
import { isActuator } from './device.ts';

/**
 * Switches a device of the incident's site; what is so already is left alone. Errors: `not-found` (the incident, or the
 * device at its site), `incident-state` (on, where it is resolved), `request-invalid` (a sensor).
 */
export async function switchDevice(
  deps: LifeDeps,
  caller: Scope,
  act: Act & { deviceId: DeviceId; turn: Turn },
): Promise<Incident> {
  const { clock } = deps;
  const { deviceId, turn } = act;
  return actOn(deps, caller, act, turn === 'on' ? 'sound' : 'silence', async (tx, incident) => {
    const device = await tx.devices.find(deviceId);
    if (device === null || device.siteId !== incident.siteId) throw new VedetteError('not-found');
    if (!isActuator(device)) throw new VedetteError('request-invalid', 'A sensor cannot be switched.');
    const known = (await tx.alarms.ofIncident(incident.id)).find((alarm) => alarm.deviceId === deviceId);
    const detail = `${device.name} is switched ${turn}.`;
    if (turn === 'off') {
      if (known === undefined || !(await silence({ tx, clock }, known))) return null;
    } else {
      if (known?.wanted === 'on' && known.state !== 'failed') return null;
      await sound({ tx, clock }, device, incident.id);
    }
    return { change: {}, action: 'device', detail };
  });
}
