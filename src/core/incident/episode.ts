// Which incident a trigger belongs to.

import type { EpochMs, SiteId } from '../brand.ts';
import type { Tables } from '../ports/records.ts';
import { plus } from './clip.ts';
import type { Incident } from './incident.ts';
import type { Trigger } from './trigger.ts';

/**
 * Somebody who is seen again within this time, by any camera of the site, is the same intrusion: long enough to walk
 * from one camera to the next, short enough that who comes back a minute later is news.
 */
export const mergeWindowMs = 30_000;
/**
 * An incident takes in episodes that begin this long after it did, and no later ones: where people come and go all day,
 * somebody new is told of at least this often.
 */
export const joinWindowMs = 300_000;
/** Arming changes looked through for the newest disarming: nobody disarms more often between two sights. */
const armingChangesLookedAt = 20;
/**
 * An incident without an end that saw nobody for this long has lost its episode (a crash, a dead recorder).
 * Nothing merges into it: an alarm too many is better than one that is swallowed. Longer than detection keeps
 * an episode alive without its person being seen.
 */
export const staleAfterMs = 300_000;
/**
 * Incidents of one site looked through: while one person stays, others begin one every five minutes, which makes a day
 * of them.
 */
const searchLimit = 300;

/**
 * The incident a trigger belongs to, or null. Where it alarms: the unresolved one that this episode is part of
 * already, or the unresolved one at the site that goes on or was active at most 30 s away, unless that one had begun
 * 5 minutes before or the site was disarmed in between. Else the one that this episode is part of, resolved or not: who
 * has been dealt with does not alarm again while still in the picture, and who was alarmed about is followed when the
 * site is disarmed.
 */
export async function incidentOf(
  tx: Tables,
  trigger: Trigger,
  since: EpochMs | null,
): Promise<Incident | null> {
  const { organizationId, siteId } = trigger;
  // Neither `near` nor `isPartOf` takes in what began outside of these: they keep a site's history from being walked.
  const began = {
    startAt: plus(trigger.startAt, -joinWindowMs),
    endAt: plus(trigger.lastSeenAt, mergeWindowMs + 1),
  };
  const around = await tx.incidents.list({ organizationId, siteId, began, limit: searchLimit });
  if (around.length === 0) return null;
  const armedSince = since === null ? null : await disarmedBefore(tx, siteId, since);
  const isNear = (it: Incident) => since !== null && near(it, { since, armedSince }, trigger);
  const isOpenPart = (it: Incident) => it.state !== 'resolved' && isPartOf(it, trigger);
  return (
    // The oldest: what an episode began with it stays with, also when a newer incident takes in what began later.
    around.findLast((it) => since !== null && isOpenPart(it)) ??
    around.find((it) => it.state !== 'resolved' && isNear(it)) ??
    around.find((it) => isPartOf(it, trigger)) ??
    null
  );
}

/** When the site was last disarmed before `at`; null where it was not, as far as anybody remembers. */
async function disarmedBefore(tx: Tables, siteId: SiteId, at: EpochMs): Promise<EpochMs | null> {
  const changes = await tx.sites.armingHistory(siteId, armingChangesLookedAt);
  return changes.find((change) => change.arming === 'disarmed' && change.at <= at)?.at ?? null;
}

/** True where the trigger is close enough in time to be the same intrusion. */
function near(
  incident: Incident,
  { since, armedSince }: { since: EpochMs; armedSince: EpochMs | null },
  trigger: Trigger,
): boolean {
  if (trigger.startAt > incident.startAt + joinWindowMs) return false;
  // Whoever disarmed has dealt with it: what comes after the next arming is news.
  if (armedSince !== null && incident.startAt < armedSince) return false;
  const quietMs = incident.endAt === null ? staleAfterMs : mergeWindowMs;
  return since <= incident.lastSeenAt + quietMs && trigger.lastSeenAt >= incident.startAt - mergeWindowMs;
}

/** True where the episode went on before its camera while the incident did. */
function isPartOf(incident: Incident, trigger: Trigger): boolean {
  return (
    hasSource(incident, trigger) &&
    trigger.startAt <= incident.startAt + joinWindowMs &&
    trigger.startAt <= incident.lastSeenAt &&
    trigger.lastSeenAt >= incident.startAt
  );
}

/** Whether the camera or sensor behind a trigger is part of the incident already. */
export function hasSource({ cameraIds, sensorIds }: Incident, { source }: Pick<Trigger, 'source'>): boolean {
  return source.by === 'camera' ? cameraIds.includes(source.id) : sensorIds.includes(source.id);
}
