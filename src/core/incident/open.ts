// Opening an incident: the row, its first step, the hold, and one alert a channel, in the caller's transaction.

import type { Audience } from '../alert/audience.ts';
import { beginTelling } from '../alert/escalation.ts';
import type { CameraId, EpochMs, HoldId, IncidentId } from '../brand.ts';
import type { ObjectKind, Sighting } from '../detection/detection.ts';
import { newId } from '../identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Span, Tables } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import { holdSpan } from './clip.ts';
import type { Incident } from './incident.ts';
import { adoptSnapshot, type StoredSnapshot } from './snapshot.ts';

/**
 * Opens an incident for an episode that alarms `since`, and tells the `audience` of it. The caller made
 * sure that the episode belongs to no other incident.
 */
export async function openIncident(
  { tx, clock }: { tx: Tables; clock: Clock },
  camera: Camera,
  sighting: Sighting,
  { since, snapshot, audience }: { since: EpochMs; snapshot: StoredSnapshot | null; audience: Audience },
): Promise<Incident> {
  const incident: Incident = {
    id: newId<IncidentId>(clock),
    organizationId: camera.organizationId,
    siteId: camera.siteId,
    cameraIds: [camera.id],
    sensorIds: [],
    state: 'open',
    resolution: null,
    kind: sighting.kind,
    severity: sighting.kind === 'person' ? 'normal' : 'low',
    assigneeId: null,
    escalation: 0,
    bestScore: sighting.bestScore,
    startAt: since,
    lastSeenAt: sighting.lastSeenAt,
    endAt: sighting.phase === 'ended' ? sighting.lastSeenAt : null,
    openedAt: clock.now(),
    snapshotId: snapshot?.image.id ?? null,
  };
  if (snapshot !== null) await adoptSnapshot(tx, snapshot);
  await tx.incidents.insert(incident);
  const step = { incidentId: incident.id, at: incident.openedAt, memberId: null };
  await tx.incidents.addStep({ ...step, action: 'opened', detail: seenDetail(sighting.kind, camera.name) });
  if (incident.endAt !== null) await tx.incidents.addStep({ ...step, action: 'ended', detail: endedDetail });
  await holdFootage({ tx, clock }, incident, camera, since);
  return beginTelling({ tx, clock }, incident, audience);
}

/** What a step says of who was seen. */
export function seenDetail(kind: ObjectKind, cameraName: string, isAgain = false): string {
  const seen = { person: 'A person', vehicle: 'A vehicle', animal: 'An animal' }[kind];
  return `${seen} was seen ${isAgain ? 'again ' : ''}by ${cameraName}.`;
}

export const endedDetail = 'Nobody is seen any more.';

/** Holds the footage of a camera that now is part of the incident, and classifies what there is of it. */
export async function holdFootage(
  { tx, clock }: { tx: Tables; clock: Clock },
  incident: Incident,
  camera: Camera,
  since: EpochMs,
): Promise<void> {
  const span = holdSpan({ startAt: since, lastSeenAt: incident.lastSeenAt });
  await holdCamera({ tx, clock }, incident, camera.id, span);
  await tx.recordings.classify(camera.id, span, 'incident');
}

/** Holds the footage of one camera for the incident. */
export async function holdCamera(
  { tx, clock }: { tx: Tables; clock: Clock },
  { id: incidentId, organizationId }: Incident,
  cameraId: CameraId,
  span: Span,
): Promise<void> {
  await tx.holds.insert({ id: newId<HoldId>(clock), organizationId, cameraId, incidentId, ...span });
}
