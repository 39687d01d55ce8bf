// From sighting to incident: what detection saw becomes a track, and where the site is armed, an incident.

import type { EpochMs } from '../brand.ts';
import { branded } from '../brand.ts';
import type { Sighting } from '../detection/detection.ts';
import type { Records } from '../ports/records.ts';
import { worthWritingMs } from './follow.ts';
import { type Handled, handleTrigger, type TriggerDeps } from './handle-trigger.ts';
import { sightingTrigger } from './trigger.ts';

const nothing: Handled = { opened: null, incident: null, cutCameras: [] };

/**
 * Stores the sighting's track and opens, joins, follows or ends the incident it belongs to: exactly one per
 * intrusion and site, whatever the order and the number of callers. Handling a sighting again changes nothing.
 * Errors: what records throw; the caller tries again with the camera's next sighting.
 */
export async function handleSighting(deps: TriggerDeps, sighting: Sighting): Promise<Handled> {
  const { records, events, log } = deps;
  const camera = await records.cameras.place(sighting.cameraId);
  if (camera === null) {
    log.debug('A sighting of a camera that was removed is dropped.', { cameraId: sighting.cameraId });
    return nothing;
  }
  // The incident first: the alert must not wait for the time line.
  const handled =
    sighting.touches.length > 0 ? await handleTrigger(deps, sightingTrigger(camera, sighting)) : nothing;
  const { organizationId, siteId, id: cameraId } = camera;
  const isKept = await keepTrack(records, sighting);
  if (isKept) events.publish({ type: 'timeline-grew', organizationId, cameraId });
  if (isKept || sighting.phase !== 'continues') {
    const { trackId, kind, phase } = sighting;
    const isThere = phase !== 'ended';
    events.publish({ type: 'presence', organizationId, siteId, cameraId, trackId, kind, isThere });
  }
  return handled;
}

/** Writes the track where it changed enough to matter; true when it did. */
async function keepTrack(records: Records, sighting: Sighting): Promise<boolean> {
  const { cameraId, kind, startAt, lastSeenAt, bestScore, bestBox, paths } = sighting;
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
    // News that comes late knows less of the way.
    paths: known === undefined || grownMs >= 0 ? paths : known.paths,
  });
  return true;
}
