// Zones of cameras: reading and changing them, as a whole.

import type { CameraId } from '../brand.ts';
import { plainPlan, type WatchPlan } from '../detection/watch-plan.ts';
import { type CameraZones, maxZones, normalZone, type Zone, zoneFaults } from '../detection/zone.ts';
import { VedetteError } from '../errors.ts';
import { owned, type Scope } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records, Tables } from '../ports/records.ts';

/** The zones of a camera. Errors: `not-found` (the camera). */
export async function cameraZones(
  { records }: { records: Tables },
  caller: Scope,
  cameraId: CameraId,
): Promise<CameraZones> {
  const { organizationId, siteId } = owned(await records.cameras.place(cameraId), caller);
  const none = { cameraId, organizationId, siteId, version: 0, changedAt: null, zones: [] };
  return (await records.zones.find(cameraId)) ?? none;
}

/**
 * Puts `zones` in the place of those of `version`; they count within a second. Errors: `not-found` (the camera),
 * `request-invalid` (with the fields at fault, as "zones.2.points"), `conflict` (changed since).
 */
export async function changeZones(
  { records, clock, events }: { records: Records; clock: Clock; events: Events },
  caller: Scope,
  { cameraId, version, zones }: { cameraId: CameraId; version: number; zones: readonly Zone[] },
): Promise<CameraZones> {
  refuseFaults(zones);
  const next = await records.transaction(async (tx) => {
    const before = await cameraZones({ records: tx }, caller, cameraId);
    const after = {
      ...before,
      version: version + 1,
      changedAt: clock.now(),
      zones: zones.map(normalZone),
    };
    if (before.version === version && (await tx.zones.replace(after))) return after;
    throw new VedetteError(
      'conflict',
      'Somebody else changed these zones in the meantime. Load them again before you change them.',
    );
  });
  const { organizationId, siteId } = next;
  events.publish({ type: 'camera-changed', organizationId, cameraId, siteId });
  return next;
}

/** What each camera is watched for; those without zones and suppressions are left out. */
export async function watchPlans(records: Tables): Promise<ReadonlyMap<CameraId, WatchPlan>> {
  const plans = new Map<CameraId, WatchPlan>();
  for (const { cameraId, zones } of await records.zones.all()) plans.set(cameraId, { ...plainPlan, zones });
  for (const suppression of await records.suppressions.all()) {
    const plan = plans.get(suppression.cameraId) ?? plainPlan;
    plans.set(suppression.cameraId, { ...plan, suppressions: [...plan.suppressions, suppression] });
  }
  return plans;
}

function refuseFaults(zones: readonly Zone[]): void {
  if (zones.length > maxZones) {
    throw new VedetteError('request-invalid', `A camera has at most ${maxZones} zones. Remove some.`);
  }
  const fields = zones.flatMap((zone, index) => {
    const twin = zones.findIndex(({ id }) => id === zone.id) < index;
    const faults = { ...zoneFaults(zone), ...(twin ? { id: 'Two zones have the same id.' } : {}) };
    return Object.entries(faults).map(([field, sentence]): [string, string] => [
      `zones.${index}.${field}`,
      sentence,
    ]);
  });
  const [first] = fields;
  if (first === undefined) return;
  throw new VedetteError('request-invalid', first[1], { fields: Object.fromEntries(fields) });
}
