// An entry whose time is over: nobody disarmed, so it becomes an incident.

import type { CameraId, EntryId } from '../brand.ts';
import type { Tables } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import type { Entry, Waiting } from './entry.ts';
import { incidentOf } from './episode.ts';
import { followIncident } from './follow.ts';
import { audienceOf, type SightingDeps } from './handle-sighting.ts';
import type { Incident } from './incident.ts';
import { openIncident } from './open.ts';

/** Those of the waiting whose camera is still there. */
type Seen = Waiting & { readonly camera: Camera };

const nothing: readonly CameraId[] = [];

/**
 * Opens the incident of an entry that nobody ended in time, dated since its first touch and with its picture; all that
 * waits for it joins. Returns the cameras whose open recording should be sealed now. Does nothing where the entry has
 * ended, or has time left. Errors: what records throw; doing it again changes nothing.
 */
export async function settleEntry(deps: SightingDeps, entryId: EntryId): Promise<readonly CameraId[]> {
  const { records, clock, events, log } = deps;
  const entry = await records.entries.find(entryId);
  if (entry === null || entry.state !== 'running' || clock.now() <= entry.dueAt) return nothing;
  const audience = await audienceOf(deps, entry);
  const incident = await records.transaction(async (tx) => {
    const current = await tx.entries.find(entryId);
    if (current === null || current.state !== 'running' || clock.now() <= current.dueAt) return null;
    const incident = await raise({ tx, clock }, current, audience);
    const incidentId = incident?.id ?? null;
    await tx.entries.update({
      ...current,
      state: 'alarmed',
      endedAt: current.dueAt,
      waiting: [],
      incidentId,
    });
    return incident;
  });
  const { organizationId, siteId } = entry;
  events.publish({ type: 'site-changed', organizationId, siteId });
  if (incident === null) return nothing;
  log.info('Nobody disarmed in time: an entry became an incident.', { incidentId: incident.id, siteId });
  events.publish({ type: 'incident-changed', organizationId, incidentId: incident.id, siteId });
  return incident.cameraIds;
}

async function raise(
  deps: { tx: Tables; clock: SightingDeps['clock'] },
  entry: Entry,
  audience: Awaited<ReturnType<typeof audienceOf>>,
): Promise<Incident | null> {
  const [first, ...others] = await stillThere(deps.tx, entry);
  if (first === undefined) return null;
  let incident = await openOrJoin(deps, entry, first, audience);
  for (const { camera, sighting, since } of others) {
    const followed = await followIncident(
      deps,
      incident,
      camera,
      { ...sighting, snapshot: null },
      { since, snapshot: null },
    );
    incident = followed.incident;
  }
  return incident;
}

/** The incident of what came in first; what watches elsewhere may have opened one before. */
async function openOrJoin(
  { tx, clock }: { tx: Tables; clock: SightingDeps['clock'] },
  entry: Entry,
  { camera, sighting: seen }: Seen,
  audience: Awaited<ReturnType<typeof audienceOf>>,
): Promise<Incident> {
  const sighting = { ...seen, snapshot: null };
  const since = entry.startAt;
  const before = await incidentOf(tx, camera, sighting, since);
  if (before === null) {
    const opened = await openIncident({ tx, clock }, camera, sighting, { since, snapshot: null, audience });
    if (entry.snapshotId === null) return opened;
    const pictured = { ...opened, snapshotId: entry.snapshotId };
    await tx.incidents.update(pictured, opened.state);
    return pictured;
  }
  const { incident } = await followIncident({ tx, clock }, before, camera, sighting, {
    since,
    snapshot: null,
  });
  if (entry.snapshotId !== null) await tx.images.destroy(entry.snapshotId, clock.now());
  return incident;
}

async function stillThere(tx: Tables, { waiting }: Entry): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (const each of waiting) {
    const camera = await tx.cameras.find(each.sighting.cameraId);
    if (camera !== null) seen.push({ ...each, camera });
  }
  return seen;
}
