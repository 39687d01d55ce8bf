// Incidents that lost their episode: whoever would have ended them is gone.

import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';
import type { Records, Tables } from '../ports/records.ts';
import { mergeWindowMs } from './episode.ts';
import { classifyHeld, keepsEvidence } from './follow.ts';
import type { Incident } from './incident.ts';

/** Nobody was seen for twice the time in which a new sight would belong to the incident: it is over. */
const quietMs = 2 * mergeWindowMs;

/**
 * Ends the incidents that saw nobody for two minutes and have no end: after a crash, or when a recorder died.
 * Call it at start and every minute; it is idempotent, and what is seen later takes the end away again.
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
  for (const { id } of await records.incidents.unended()) {
    const incident = await records.transaction((tx) => endIfStale(tx, clock, id));
    if (incident === null) continue;
    ended.push(incident);
    const { organizationId, siteId } = incident;
    log.info('An incident that saw nobody any more was ended.', { incidentId: id, siteId });
    events.publish({ type: 'incident-changed', organizationId, incidentId: id, siteId });
  }
  return ended;
}

async function endIfStale(tx: Tables, clock: Clock, id: Incident['id']): Promise<Incident | null> {
  const before = await tx.incidents.find(id);
  const now = clock.now();
  if (before === null || before.endAt !== null || before.lastSeenAt > now - quietMs) return null;
  const after = { ...before, endAt: before.lastSeenAt };
  if (!(await tx.incidents.update(after, before.state))) return null;
  const detail = 'Nobody was seen any more; the end itself was not recorded.';
  await tx.incidents.addStep({ incidentId: id, at: now, action: 'ended', memberId: null, detail });
  if (keepsEvidence(after)) await classifyHeld(tx, after);
  return after;
}
