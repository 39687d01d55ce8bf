// From sighting to incident: what detection saw becomes a track, and where the site is armed, an incident.

import { type Audience, nobody, readAudience } from '../alert/audience.ts';
import { noteNews } from '../alert/news.ts';
import type { CameraId, EpochMs, ImageId, OrganizationId, SiteId } from '../brand.ts';
import { branded } from '../brand.ts';
import type { Sighting } from '../detection/detection.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Keys } from '../ports/keys.ts';
import type { Log } from '../ports/log.ts';
import type { Records, Tables } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import { firstAlarm } from './alarming.ts';
import { keepsPicture, waitForEntry } from './entry.ts';
import { incidentOf } from './episode.ts';
import { followIncident, wantsSnapshot, worthWritingMs } from './follow.ts';
import type { Incident } from './incident.ts';
import { openIncident } from './open.ts';
import { discardSnapshot, type StoredSnapshot, secureSnapshot, storeSnapshot } from './snapshot.ts';

export interface SightingDeps {
  readonly records: Records;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
}

/** What came of a sighting. */
export interface Handled {
  /** The incident this sighting opened; null where it opened none. */
  readonly opened: Incident | null;
  /** The incident it belongs to, as it is now; null where it belongs to none. */
  readonly incident: Incident | null;
  /** Cameras whose open recording should be sealed now, so that the evidence leaves the site. */
  readonly cutCameras: readonly CameraId[];
}

interface Outcome extends Handled {
  readonly changed: boolean;
  /** The picture that is owned now by what came of the sighting. */
  readonly snapshotId: ImageId | null;
  /** Somebody came in, and pages should show it. */
  readonly entered: boolean;
}

const nothing: Outcome = {
  ...{ opened: null, incident: null, cutCameras: [], changed: false },
  ...{ snapshotId: null, entered: false },
};

/**
 * Stores the sighting's track and opens, joins, follows or ends the incident it belongs to: exactly one per
 * intrusion and site, whatever the order and the number of callers. Handling a sighting again changes nothing.
 * Errors: what records throw; the caller tries again with the camera's next sighting.
 */
export async function handleSighting(deps: SightingDeps, sighting: Sighting): Promise<Handled> {
  const { records, events, log } = deps;
  const camera = await records.cameras.find(sighting.cameraId);
  if (camera === null) {
    log.debug('A sighting of a camera that was removed is dropped.', { cameraId: sighting.cameraId });
    return nothing;
  }
  // The incident first: the alert must not wait for the time line.
  const {
    changed,
    entered,
    snapshotId: _,
    ...handled
  } = sighting.touches.length > 0 ? await alarm(deps, camera, sighting) : nothing;
  const { organizationId, siteId, id: cameraId } = camera;
  if (entered) events.publish({ type: 'site-changed', organizationId, siteId });
  if (changed && handled.incident !== null) {
    events.publish({ type: 'incident-changed', organizationId, incidentId: handled.incident.id, siteId });
  }
  const isKept = await keepTrack(records, sighting);
  if (isKept) events.publish({ type: 'timeline-grew', organizationId, cameraId });
  if (isKept || sighting.phase !== 'continues') {
    const { trackId, kind, phase } = sighting;
    const isThere = phase !== 'ended';
    events.publish({ type: 'presence', organizationId, siteId, cameraId, trackId, kind, isThere });
  }
  return handled;
}

async function alarm(deps: SightingDeps, camera: Camera, sighting: Sighting): Promise<Outcome> {
  const { records } = deps;
  const since =
    (await firstAlarm({ tx: records, clock: deps.clock }, sighted(camera), sighting.touches))?.at ?? null;
  const before = await incidentOf(records, camera, sighting, since);
  if (before === null && since === null) return nothing;
  const isWanted =
    before === null ? await keepsPicture(records, camera.siteId, sighting) : wantsSnapshot(before, sighting);
  const [audience, snapshot] = await Promise.all([
    before === null ? audienceOf(deps, camera) : nobody,
    isWanted ? storeSnapshot(deps, camera, sighting) : null,
  ]);
  // Where this throws, the picture stays listed as garbage: whether the transaction was committed is not known.
  const outcome = await records.transaction((tx) =>
    settle({ ...deps, tx }, camera, sighting, { snapshot, audience }),
  );
  if (snapshot !== null) {
    const isOwned = outcome.snapshotId === snapshot.image.id;
    await (isOwned ? secureSnapshot : discardSnapshot)(deps, snapshot);
  }
  return outcome;
}

/** Decides again inside the transaction: another camera may have opened the incident a moment ago. */
async function settle(
  { tx, clock }: { tx: Tables; clock: Clock },
  camera: Camera,
  sighting: Sighting,
  { snapshot, audience }: { snapshot: StoredSnapshot | null; audience: Audience },
): Promise<Outcome> {
  const alarm = await firstAlarm({ tx, clock }, sighted(camera), sighting.touches);
  const since = alarm?.at ?? null;
  const before = await incidentOf(tx, camera, sighting, since);
  if (before === null) {
    if (alarm === null || since === null) return nothing;
    const { organizationId, siteId } = camera;
    const wait = await waitForEntry({ tx, clock }, { organizationId, siteId, alarm, sighting }, snapshot);
    if (wait !== null) return { ...nothing, snapshotId: wait.entry.snapshotId, entered: wait.changed };
    const incident = await openIncident({ tx, clock }, camera, sighting, { since, snapshot, audience });
    const { snapshotId } = incident;
    return { ...nothing, opened: incident, incident, cutCameras: [camera.id], changed: true, snapshotId };
  }
  const followed = await followIncident({ tx, clock }, before, camera, sighting, { since, snapshot });
  const { incident, changed } = followed;
  if (followed.joined || followed.ended || incident.severity !== before.severity) {
    await noteNews({ tx, clock }, incident);
  }
  const joinedCameras = followed.joined ? [camera.id] : [];
  const cutCameras = followed.ended ? incident.cameraIds : joinedCameras;
  return { ...nothing, incident, cutCameras, changed, snapshotId: incident.snapshotId };
}

function sighted({ siteId, id: cameraId }: Camera) {
  return { siteId, cameraId };
}

/** Read before the transaction, which must not wait for the keys that the channels' secrets are sealed with. */
export async function audienceOf(
  { records, log }: SightingDeps,
  place: { readonly organizationId: OrganizationId; readonly siteId: SiteId },
): Promise<Audience> {
  try {
    return await readAudience(records, place);
  } catch (error) {
    log.error(
      'Channels and members cannot be read: nobody is alerted. The incident is opened all the same.',
      {
        error,
      },
    );
    return nobody;
  }
}

/** Writes the track where it changed enough to matter; true when it did. */
async function keepTrack(records: Records, sighting: Sighting): Promise<boolean> {
  const { cameraId, kind, startAt, lastSeenAt, bestScore, bestBox } = sighting;
  const span = { startAt, endAt: branded<EpochMs>(lastSeenAt + 1) };
  const known = (await records.tracks.list(cameraId, span)).find((track) => track.id === sighting.trackId);
  const isFinal = sighting.phase === 'ended';
  const grownMs = known === undefined ? Number.POSITIVE_INFINITY : lastSeenAt - known.endAt;
  if (grownMs <= 0 && known?.bestScore === bestScore) return false;
  if (grownMs < worthWritingMs && !isFinal) return false;
  await records.tracks.put({
    id: sighting.trackId,
    cameraId,
    kind,
    startAt,
    endAt: branded<EpochMs>(Math.max(lastSeenAt, known?.endAt ?? 0)),
    bestScore,
    bestBox,
  });
  return true;
}
