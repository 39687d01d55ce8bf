// Whether a sighting alarms, and which incident it belongs to.

import type { CameraId, EpochMs, SiteId } from '../brand.ts';
import type { Sighting } from '../detection/detection.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tables } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import type { Arming } from '../site/site.ts';
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
/** What was seen this lately is news of now: far above the time from a frame to its sighting. */
const freshMs = 60_000;
/** Incidents of one site looked through for the one a late event belongs to. */
const searchLimit = 20;

/**
 * Since when the sighting alarms: the beginning of a touch where the site was armed as the zone asks then; its newest
 * moment where the site was armed while the person was already there, since somebody who stays after the arming is
 * somebody to know about, and what they did before is nobody's business; null where no touch alarms. Judged by the
 * time of the event: late news is judged as it would have been in time.
 */
export async function alarmsSince(
  { tx, clock }: { tx: Tables; clock: Clock },
  camera: Camera,
  sighting: Sighting,
): Promise<EpochMs | null> {
  const now = clock.now();
  for (const { since, until, armings } of sighting.touches) {
    for (const at of [since, until]) {
      const arming = await armingOf(tx, camera, at, now);
      if (arming !== 'disarmed' && armings.includes(arming)) return at;
    }
  }
  return null;
}

/**
 * The arming that counts for what a camera saw at `at`. Where the clock was set back, the newest change lies ahead
 * of it, and so it does of the time of a camera that began after that: what is seen now is judged by what holds now.
 */
async function armingOf(tx: Tables, camera: Camera, at: EpochMs, now: EpochMs): Promise<Arming> {
  const site = await tx.sites.find(camera.siteId);
  if (site !== null && site.armingChangedAt > now && at >= now - freshMs) return site.arming;
  return tx.sites.armingAt(camera.siteId, at);
}

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
