// Following an incident: what later sightings of its episodes change, in the caller's transaction.

import type { EpochMs, ImageId } from '../brand.ts';
import type { Sighting } from '../detection/detection.ts';
import { VedetteError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tables } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import { holdSpan } from './clip.ts';
import type { Incident, IncidentKind, Severity } from './incident.ts';
import { endedDetail, holdFootage, seenDetail } from './open.ts';
import { adoptSnapshot, type StoredSnapshot } from './snapshot.ts';

/**
 * A later sight is written when it is this much later: bounds the writes to one a second and camera. Shorter than
 * any episode outlives its last sight, so that an episode which ends finds the others' newer sights written.
 */
export const worthWritingMs = 1_000;
/** A picture replaces the shown one when it scores this much better: at most a handful in an incident's life. */
const clearlyBetter = 0.1;

/** What a sighting changes in its incident; `incident` is the new state of it. */
export interface Followed {
  readonly incident: Incident;
  readonly changed: boolean;
  readonly joined: boolean;
  readonly ended: boolean;
}

/** True where the sighting's picture should be shown instead of what the incident shows. */
export function wantsSnapshot(incident: Incident, sighting: Sighting): boolean {
  if (sighting.snapshot === null || incident.state === 'resolved') return false;
  return incident.snapshotId === null || sighting.bestScore >= incident.bestScore + clearlyBetter;
}

/**
 * Applies a sighting to the incident it belongs to. Errors: `conflict` (somebody else changed it, which a
 * serializable transaction rules out).
 */
export async function followIncident(
  { tx, clock }: { tx: Tables; clock: Clock },
  before: Incident,
  camera: Camera,
  sighting: Sighting,
  { since, snapshot }: { since: EpochMs | null; snapshot: StoredSnapshot | null },
): Promise<Followed> {
  const shown = snapshot !== null && wantsSnapshot(before, sighting) ? snapshot : null;
  const after = applySighting(before, camera, sighting, since, shown?.image.id ?? null);
  const isNew = !before.cameraIds.includes(camera.id);
  const ended = before.endAt === null && after.endAt !== null;
  const reopened = before.endAt !== null && after.endAt === null;
  const joined = isNew || reopened;
  if (!isNew && !isWorthWriting(before, after)) {
    return { incident: before, changed: false, joined: false, ended: false };
  }
  if (shown !== null) await adoptSnapshot(tx, shown);
  if (!(await tx.incidents.update(after, before.state))) throw new VedetteError('conflict');
  if (shown !== null && before.snapshotId !== null) await tx.images.destroy(before.snapshotId, clock.now());
  const step = { incidentId: after.id, at: clock.now(), memberId: null };
  const detail = seenDetail(sighting.kind, camera.name, !isNew);
  if (joined) await tx.incidents.addStep({ ...step, action: 'joined', detail });
  if (ended) await tx.incidents.addStep({ ...step, action: 'ended', detail: endedDetail });
  if (keepsEvidence(after)) await extendHolds({ tx, clock }, after, camera, isNew ? since : null, ended);
  return { incident: after, changed: true, joined, ended };
}

/** The incident after the sighting; pure. */
export function applySighting(
  before: Incident,
  camera: Pick<Camera, 'id'>,
  sighting: Sighting,
  since: EpochMs | null,
  snapshotId: ImageId | null,
): Incident {
  const lastSeenAt = later(before.lastSeenAt, sighting.lastSeenAt);
  const isFinal = sighting.phase === 'ended';
  return {
    ...before,
    cameraIds: before.cameraIds.includes(camera.id) ? before.cameraIds : [...before.cameraIds, camera.id],
    startAt: since !== null && since < before.startAt ? since : before.startAt,
    lastSeenAt,
    kind: kindAfter(before.kind, sighting.kind),
    severity: severityAfter(before, camera, sighting),
    endAt: endAfter(before, sighting, lastSeenAt),
    // Between the ends of episodes the score is that of the picture shown: what "clearly better" is judged by.
    bestScore:
      isFinal || snapshotId !== null ? Math.max(before.bestScore, sighting.bestScore) : before.bestScore,
    snapshotId: snapshotId ?? before.snapshotId,
  };
}

const weights = { person: 3, vehicle: 2, animal: 1, sensor: 0 } as const satisfies Record<
  IncidentKind,
  number
>;

/** What an incident is about is what of it weighs most. */
function kindAfter(before: IncidentKind, seen: IncidentKind): IncidentKind {
  return weights[seen] > weights[before] ? seen : before;
}

/** A second camera that sees a person, or one after a sensor, confirms what happens. Never lowered. */
function severityAfter(before: Incident, camera: Pick<Camera, 'id'>, sighting: Sighting): Severity {
  if (before.severity === 'high' || sighting.kind !== 'person') return before.severity;
  const isConfirmed = before.cameraIds.some((id) => id !== camera.id) || before.sensorIds.length > 0;
  return isConfirmed && before.severity === 'normal' ? 'high' : 'normal';
}

/**
 * When the incident was over: it ends with the episode that saw last. One that saw less late ends for itself, for
 * somebody else is still there; the end of that one comes. Should an episode wait longer for its person than the
 * last one did, and see it again, that sight takes the end away.
 */
function endAfter(before: Incident, sighting: Sighting, lastSeenAt: EpochMs): EpochMs | null {
  if (sighting.phase === 'ended') {
    if (before.endAt !== null || sighting.lastSeenAt >= before.lastSeenAt) return lastSeenAt;
    return null;
  }
  return before.endAt !== null && sighting.lastSeenAt <= before.endAt ? before.endAt : null;
}

function isWorthWriting(before: Incident, after: Incident): boolean {
  return (
    after.endAt !== before.endAt ||
    after.snapshotId !== before.snapshotId ||
    after.startAt !== before.startAt ||
    after.bestScore !== before.bestScore ||
    after.severity !== before.severity ||
    after.lastSeenAt - before.lastSeenAt >= worthWritingMs
  );
}

/** What was resolved as a false alarm or a test has let go of its evidence, and takes hold of no more. */
export function keepsEvidence(incident: Incident): boolean {
  return incident.state !== 'resolved' || incident.resolution === 'intrusion';
}

/** Every camera of the incident is held until 3 min after anybody was last seen; a new one from `since` on. */
async function extendHolds(
  { tx, clock }: { tx: Tables; clock: Clock },
  incident: Incident,
  camera: Camera,
  since: EpochMs | null,
  ended: boolean,
): Promise<void> {
  if (since !== null) await holdFootage({ tx, clock }, incident, camera, since);
  const { endAt } = holdSpan(incident);
  for (const cameraId of incident.cameraIds) await tx.holds.extend(incident.id, cameraId, endAt);
  if (ended) await classifyHeld(tx, incident);
}

/** Classifies the recordings under the incident's holds, so that they outlive the holds. */
export async function classifyHeld(tx: Tables, incident: Incident): Promise<void> {
  for (const hold of await tx.holds.ofIncident(incident.id)) {
    await tx.recordings.classify(hold.cameraId, hold, 'incident');
  }
}

function later(a: EpochMs, b: EpochMs): EpochMs {
  return a > b ? a : b;
}
