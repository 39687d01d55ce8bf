// Opening an incident: the row, its first step, the hold, and one alert a channel, in the caller's transaction.

import type { AlertId, CameraId, ChannelId, EpochMs, HoldId, IncidentId } from '../brand.ts';
import type { ObjectKind, Sighting } from '../detection/detection.ts';
import { newId } from '../identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Span, Tables } from '../ports/records.ts';
import type { Camera } from '../site/camera.ts';
import { holdSpan } from './clip.ts';
import type { Incident } from './incident.ts';
import { adoptSnapshot, type StoredSnapshot } from './snapshot.ts';

/** The queue's topic of alerts to be delivered; the payload is `AlertMessage` as JSON. */
export const alertsTopic = 'alerts';

export interface AlertMessage {
  readonly alertId: AlertId;
}

/**
 * Opens an incident for an episode that alarms `since`, and alerts the channels `tell`. The caller made sure
 * that the episode belongs to no other incident.
 */
export async function openIncident(
  { tx, clock }: { tx: Tables; clock: Clock },
  camera: Camera,
  sighting: Sighting,
  { since, snapshot, tell }: { since: EpochMs; snapshot: StoredSnapshot | null; tell: readonly ChannelId[] },
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
  await alert({ tx, clock }, incident, tell);
  return incident;
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

/** One alert a channel and the message that has it delivered, for channels that were not told yet. */
async function alert(
  { tx, clock }: { tx: Tables; clock: Clock },
  incident: Incident,
  tell: readonly ChannelId[],
): Promise<void> {
  for (const channelId of tell) {
    const alert = {
      id: newId<AlertId>(clock),
      organizationId: incident.organizationId,
      incidentId: incident.id,
      channelId,
      state: 'waiting',
      attempts: 0,
      createdAt: clock.now(),
      handedOverAt: null,
      problem: null,
    } as const;
    if (!(await tx.alerts.insertIfAbsent(alert))) continue;
    // The key is the alert's own: a webhook that hangs must not keep the e-mail of the same incident waiting.
    const payload = JSON.stringify({ alertId: alert.id } satisfies AlertMessage);
    await tx.outbox.add({ topic: alertsTopic, key: alert.id, id: alert.id, payload });
  }
}
