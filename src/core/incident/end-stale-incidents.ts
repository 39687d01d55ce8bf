// Incidents that lost their episode: whoever would have ended them is gone.

import type { EpochMs, IncidentId } from '../brand.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';
import type { Records, Tables } from '../ports/records.ts';
import { mergeWindowMs } from './episode.ts';
import { classifyHeld, keepsEvidence } from './follow.ts';
import type { Incident } from './incident.ts';

/** Nobody was seen for four times as long as a new sight would belong to the incident: it is over. */
const quietMs = 4 * mergeWindowMs;

/** Since when, by the monotonic clock, an incident was found with the same last sight. */
interface Quiet {
  readonly lastSeenAt: EpochMs;
  readonly sinceMs: number;
}

// What was found by earlier calls. Neither wall clock nor the times of cameras can say how long nobody was seen,
// for both may be set; so it is watched, and a restart begins to watch anew.
const watched = new WeakMap<Records, Map<IncidentId, Quiet>>();

/**
 * Ends the incidents without an end of which calls have seen for two minutes that nobody was seen any more: after
 * a crash, or when a recorder died. Call it at start and every minute; what is seen later takes the end away again.
 * Returns the incidents it ended.
 */
export async function endStaleIncidents({
  records,
  clock,
  events,
  log,
}: {
  records: Records;
  clock: Clock;
  events: Events;
  log: Log;
}): Promise<readonly Incident[]> {
  const ended: Incident[] = [];
  for (const { id, lastSeenAt } of await quietIncidents(records, clock)) {
    const incident = await records.transaction((tx) => endIfQuiet(tx, clock, id, lastSeenAt));
    if (incident === null) continue;
    ended.push(incident);
    const { organizationId, siteId } = incident;
    log.info('An incident that saw nobody any more was ended.', { incidentId: id, siteId });
    events.publish({ type: 'incident-changed', organizationId, incidentId: id, siteId });
  }
  return ended;
}

/** The incidents without an end whose last sight has been the same for `quietMs`. */
async function quietIncidents(records: Records, clock: Clock): Promise<readonly Incident[]> {
  const nowMs = clock.monotonicMs();
  const before = watched.get(records);
  const found = new Map<IncidentId, Quiet>();
  const quiet: Incident[] = [];
  for (const incident of await records.incidents.unended()) {
    const { id, lastSeenAt } = incident;
    const known = before?.get(id);
    const sinceMs = known?.lastSeenAt === lastSeenAt ? known.sinceMs : nowMs;
    found.set(id, { lastSeenAt, sinceMs });
    if (nowMs - sinceMs >= quietMs) quiet.push(incident);
  }
  watched.set(records, found);
  return quiet;
}

async function endIfQuiet(
  tx: Tables,
  clock: Clock,
  id: IncidentId,
  lastSeenAt: EpochMs,
): Promise<Incident | null> {
  const before = await tx.incidents.find(id);
  if (before === null || before.endAt !== null || before.lastSeenAt !== lastSeenAt) return null;
  const after = { ...before, endAt: lastSeenAt };
  if (!(await tx.incidents.update(after, before.state))) return null;
  const detail = 'Nobody was seen any more; the end itself was not recorded.';
  await tx.incidents.addStep({ incidentId: id, at: clock.now(), action: 'ended', memberId: null, detail });
  if (keepsEvidence(after)) await classifyHeld(tx, after);
  return after;
}
