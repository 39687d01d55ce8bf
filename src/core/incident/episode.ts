// Which incident a sighting belongs to.

import type { CameraId, EpochMs, SiteId } from '../brand.ts';
import type { Sighting } from '../detection/detection.ts';
import type { Tables } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import { plus } from './clip.ts';
import type { Incident } from './incident.ts';

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
/** Incidents of one site looked through for the one a late event belongs to. */
const searchLimit = 20;

/**
 * The incident a sighting belongs to, or null. Where it alarms: the unresolved one that this episode is part of
 * already, or the unresolved one at the site that goes on or was active at most 30 s away, unless that one had begun
 * 5 minutes before or the site was disarmed in between. Else the one that this episode is part of, resolved or not: who
 * has been dealt with does not alarm again while still in the picture, and who was alarmed about is followed when the
 * site is disarmed.
 */
export async function incidentOf(
  tx: Tables,
  camera: Camera,
  sighting: Sighting,
  since: EpochMs | null,
): Promise<Incident | null> {
  const from = plus(since ?? sighting.startAt, -mergeWindowMs);
  const current = await tx.incidents.current(camera.siteId, from);
  const armedSince = since === null ? null : await disarmedBefore(tx, camera.siteId, since);
  const isNear = (it: Incident) => since !== null && near(it, { since, armedSince }, sighting);
  const { organizationId, siteId } = camera;
  const span = { startAt: from, endAt: plus(sighting.lastSeenAt, mergeWindowMs) };
  const listed = await tx.incidents.list({ organizationId, siteId, span, limit: searchLimit });
  const around = current === null ? listed : [current, ...listed];
  const isOpenPart = (it: Incident) => it.state !== 'resolved' && isPartOf(it, camera.id, sighting);
  return (
    // The oldest: what an episode began with it stays with, also when a newer incident takes in what began later.
    around.findLast((it) => since !== null && isOpenPart(it)) ??
    around.find((it) => it.state !== 'resolved' && isNear(it)) ??
    around.find((it) => isPartOf(it, camera.id, sighting)) ??
    null
  );
}

/** When the site was last disarmed before `at`; null where it was not, as far as anybody remembers. */
async function disarmedBefore(tx: Tables, siteId: SiteId, at: EpochMs): Promise<EpochMs | null> {
  const changes = await tx.sites.armingHistory(siteId, armingChangesLookedAt);
  return changes.find((change) => change.arming === 'disarmed' && change.at <= at)?.at ?? null;
}

/** True where the sighting is close enough in time to be the same intrusion. */
function near(
  incident: Incident,
  { since, armedSince }: { since: EpochMs; armedSince: EpochMs | null },
  sighting: Sighting,
): boolean {
  if (sighting.startAt > incident.startAt + joinWindowMs) return false;
  // Whoever disarmed has dealt with it: what comes after the next arming is news.
  if (armedSince !== null && incident.startAt < armedSince) return false;
  const quietMs = incident.endAt === null ? staleAfterMs : mergeWindowMs;
  return since <= incident.lastSeenAt + quietMs && sighting.lastSeenAt >= incident.startAt - mergeWindowMs;
}

/** True where the episode went on before this camera while the incident did. */
function isPartOf(incident: Incident, cameraId: CameraId, sighting: Sighting): boolean {
  return (
    incident.cameraIds.includes(cameraId) &&
    sighting.startAt <= incident.startAt + joinWindowMs &&
    sighting.startAt <= incident.lastSeenAt &&
    sighting.lastSeenAt >= incident.startAt
  );
}
