// An entry whose time is over: nobody disarmed, so it becomes an incident.

import type { CameraId, EntryId } from '../brand.ts';
import type { Tables } from '../ports/records.ts';
import type { Entry, Waiting } from './entry.ts';
import { incidentOf } from './episode.ts';
import { followIncident } from './follow.ts';
import { audienceOf, type TriggerDeps } from './handle-trigger.ts';
import type { Incident } from './incident.ts';
import { openIncident } from './open.ts';

const nothing: readonly CameraId[] = [];

/**
 * Opens the incident of an entry that nobody ended in time, dated since its first touch and with its picture; all that
 * waits for it joins. Returns the cameras whose open recording should be sealed now. Does nothing where the entry has
 * ended, or has time left. Errors: what records throw; doing it again changes nothing.
 */
export async function settleEntry(deps: TriggerDeps, entryId: EntryId): Promise<readonly CameraId[]> {
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
  deps: { tx: Tables; clock: TriggerDeps['clock'] },
  entry: Entry,
  audience: Awaited<ReturnType<typeof audienceOf>>,
): Promise<Incident | null> {
  const [first, ...others] = await stillThere(deps.tx, entry);
  if (first === undefined) return null;
  let incident = await openOrJoin(deps, entry, first, audience);
  for (const { trigger, since } of others) {
    const followed = await followIncident(
      deps,
      incident,
      { ...trigger, snapshot: null },
      { since, snapshot: null, alarmAt: entry.dueAt },
    );
    incident = followed.incident;
  }
  return incident;
}

/** The incident of what came in first; what watches elsewhere may have opened one before. */
async function openOrJoin(
  { tx, clock }: { tx: Tables; clock: TriggerDeps['clock'] },
  entry: Entry,
  { trigger: noticed }: Waiting,
  audience: Awaited<ReturnType<typeof audienceOf>>,
): Promise<Incident> {
  const trigger = { ...noticed, snapshot: null };
  const { startAt: since, dueAt: alarmAt } = entry;
  const before = await incidentOf(tx, trigger, since);
  if (before === null) {
    const opened = await openIncident({ tx, clock }, trigger, { since, snapshot: null, audience, alarmAt });
    if (entry.snapshotId === null) return opened;
    const pictured = { ...opened, snapshotId: entry.snapshotId };
    await tx.incidents.update(pictured, opened.state);
    return pictured;
  }
  const { incident } = await followIncident({ tx, clock }, before, trigger, {
    since,
    snapshot: null,
    alarmAt,
  });
  if (entry.snapshotId !== null) await tx.images.destroy(entry.snapshotId, clock.now());
  return incident;
}

/** Those of the waiting whose camera or sensor is still there. */
async function stillThere(tx: Tables, { waiting }: Entry): Promise<readonly Waiting[]> {
  const there: Waiting[] = [];
  for (const each of waiting) {
    const { source } = each.trigger;
    const found =
      source.by === 'camera' ? await tx.cameras.place(source.id) : await tx.devices.find(source.id);
    if (found !== null) there.push(each);
  }
  return there;
}
