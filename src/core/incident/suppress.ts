// "Not again like this": what alarmed was a thing in its place, and alarms no more.

import { branded, type CameraId, type EpochMs, type SuppressionId } from '../brand.ts';
import type { Track } from '../detection/detection.ts';
import { maxSuppressions, type Suppression } from '../detection/suppression.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import { owned, type Scope } from '../organization/access.ts';
import type { Tables } from '../ports/records.ts';
import { type Act, actOn, type LifeDeps } from './act.ts';
import type { Incident } from './incident.ts';
import { resolving } from './life.ts';

/**
 * Suppresses what each camera of the incident saw best, in its place, and resolves the incident as a false alarm where
 * that was not done. Doing so again changes nothing. Errors: `not-found`, `incident-state` (nothing was seen, or somebody
 * else was faster), `conflict` (a camera has too many).
 */
export async function suppressIncident(deps: LifeDeps, caller: Scope, act: Act): Promise<Incident> {
  const { records, events } = deps;
  const { state } = owned(await records.incidents.find(act.incidentId), caller);
  const incident =
    state === 'resolved'
      ? await records.transaction((tx) => suppressResolved(tx, deps, caller, act))
      : await actOn(deps, caller, act, 'resolve', async (tx, open) => {
          const change = await resolving({ tx, clock: deps.clock }, open, 'false-alarm');
          await suppressIn(tx, deps, open, act);
          return change;
        });
  const { organizationId, siteId } = incident;
  events.publish({ type: 'incident-changed', organizationId, incidentId: incident.id, siteId });
  for (const cameraId of incident.cameraIds) {
    events.publish({ type: 'camera-changed', organizationId, cameraId, siteId });
  }
  return incident;
}

/** The suppressions of a camera, oldest first. Errors: `not-found` (the camera). */
export async function listSuppressions(
  { records }: Pick<LifeDeps, 'records'>,
  caller: Scope,
  cameraId: CameraId,
): Promise<readonly Suppression[]> {
  const camera = owned(await records.cameras.place(cameraId), caller);
  return records.suppressions.ofCamera(camera.id);
}

/** From now on what stands there alarms again. Errors: `not-found`. */
export async function removeSuppression(
  { records, events }: Pick<LifeDeps, 'records' | 'events'>,
  caller: Scope,
  id: SuppressionId,
): Promise<void> {
  const { organizationId, siteId, cameraId } = owned(await records.suppressions.find(id), caller);
  await records.suppressions.delete(id);
  events.publish({ type: 'camera-changed', organizationId, cameraId, siteId });
}

/** As it is in this transaction: it may have been opened again since it was looked at. */
async function suppressResolved(
  tx: Tables,
  deps: Pick<LifeDeps, 'clock'>,
  caller: Scope,
  act: Act,
): Promise<Incident> {
  const incident = owned(await tx.incidents.find(act.incidentId), caller);
  if (incident.state !== 'resolved') {
    throw new VedetteError('incident-state', 'Somebody opened this incident again. Load it anew.');
  }
  if (incident.resolution === 'intrusion') {
    throw new VedetteError('incident-state', 'This was resolved as an intrusion. Reopen it first.');
  }
  await suppressIn(tx, deps, incident, act);
  return incident;
}

async function suppressIn(
  tx: Tables,
  { clock }: Pick<LifeDeps, 'clock'>,
  incident: Incident,
  { memberId }: Act,
): Promise<void> {
  const names: string[] = [];
  let isKnown = false;
  for (const cameraId of incident.cameraIds) {
    const camera = await tx.cameras.place(cameraId);
    const track = bestOf(await tx.tracks.list(cameraId, spanOf(incident)), incident);
    if (camera === null || track === null) continue;
    const known = await tx.suppressions.ofCamera(cameraId);
    if (known.some(({ incidentId }) => incidentId === incident.id)) {
      isKnown = true;
      continue;
    }
    if (known.length >= maxSuppressions) {
      throw new VedetteError(
        'conflict',
        `${camera.name} has ${maxSuppressions} suppressions already. Remove some, or draw a zone to be ignored.`,
      );
    }
    const { organizationId, siteId } = camera;
    const what = { organizationId, siteId, cameraId, kind: track.kind, box: track.bestBox };
    const made = { id: newId<SuppressionId>(clock), createdAt: clock.now(), by: memberId };
    await tx.suppressions.insert({ ...what, ...made, incidentId: incident.id });
    names.push(camera.name);
  }
  if (names.length > 0) {
    const detail = `What ${names.join(' and ')} saw alarms no more where it stands.`;
    const step = { incidentId: incident.id, at: clock.now(), memberId, detail };
    await tx.incidents.addStep({ ...step, action: 'suppressed' });
  } else if (!isKnown) {
    throw new VedetteError('incident-state', 'No camera knows any more what this incident was about.');
  }
}

/** Of what was seen of the incident's kind, the one that was seen best. */
function bestOf(tracks: readonly Track[], { kind }: Incident): Track | null {
  const same = tracks.filter((track) => track.kind === kind);
  return same.reduce<Track | null>(
    (best, track) => (best === null || track.bestScore > best.bestScore ? track : best),
    null,
  );
}

function spanOf({ startAt, lastSeenAt }: Incident): { startAt: EpochMs; endAt: EpochMs } {
  return { startAt, endAt: branded<EpochMs>(lastSeenAt + 1) };
}
