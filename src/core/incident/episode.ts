// Whether a sighting alarms, and which incident it belongs to.

import type { CameraId, EpochMs } from '../brand.ts';
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
 * Since when the sighting alarms: its start where the site was armed (at home or away) then; the newest sight
 * where the site was armed while the person was already there, since somebody who stays after the arming is
 * somebody to know about, and what they did before is nobody's business; null where it does not alarm. Judged
 * by the time of the event: late news is judged as it would have been in time.
 */
export async function alarmsSince(
  { tx, clock }: { tx: Tables; clock: Clock },
  camera: Camera,
  sighting: Sighting,
): Promise<EpochMs | null> {
  const now = clock.now();
  for (const at of [sighting.startAt, sighting.lastSeenAt]) {
    if ((await armingOf(tx, camera, at, now)) !== 'disarmed') return at;
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
 * The incident a sighting belongs to, or null:
 * where it alarms, the unresolved one at the site that goes on or was active at most 30 s away; else the one
 * this camera and this very episode are part of already, resolved or not: who has been dealt with does not
 * alarm again while still in the picture, and who was alarmed about is followed when the site is disarmed.
 */
export async function incidentOf(
  tx: Tables,
  camera: Camera,
  sighting: Sighting,
  since: EpochMs | null,
): Promise<Incident | null> {
  const from = plus(since ?? sighting.startAt, -mergeWindowMs);
  const current = await tx.incidents.current(camera.siteId, from);
  if (current !== null && since !== null && near(current, since, sighting)) return current;
  const { organizationId, siteId } = camera;
  const span = { startAt: from, endAt: plus(sighting.lastSeenAt, mergeWindowMs) };
  const listed = await tx.incidents.list({ organizationId, siteId, span, limit: searchLimit });
  const around = current === null ? listed : [current, ...listed];
  return (
    around.find((it) => since !== null && it.state !== 'resolved' && near(it, since, sighting)) ??
    around.find((it) => isPartOf(it, camera.id, sighting)) ??
    null
  );
}

/** True where the sighting is close enough in time to be the same intrusion. */
function near(incident: Incident, since: EpochMs, sighting: Sighting): boolean {
  const quietMs = incident.endAt === null ? staleAfterMs : mergeWindowMs;
  return since <= incident.lastSeenAt + quietMs && sighting.lastSeenAt >= incident.startAt - mergeWindowMs;
}

/** True where the episode went on before this camera while the incident did. */
function isPartOf(incident: Incident, cameraId: CameraId, sighting: Sighting): boolean {
  return (
    incident.cameraIds.includes(cameraId) &&
    sighting.startAt <= incident.lastSeenAt &&
    sighting.lastSeenAt >= incident.startAt
  );
}
