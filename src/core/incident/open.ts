// Opening an incident: the row, its first step, the hold, and one alert a channel, in the caller's transaction.

import type { Audience } from '../alert/audience.ts';
import { beginTelling, tellLater } from '../alert/escalation.ts';
import type { CameraId, EpochMs, HoldId, IncidentId } from '../brand.ts';
import { beginAlarms } from '../device/alarms.ts';
import type { Hold } from '../footage/recording.ts';
import { newId } from '../identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Span, Tables } from '../ports/records.ts';
import { holdSpan } from './clip.ts';
import type { Incident } from './incident.ts';
import { adoptSnapshot, type StoredSnapshot } from './snapshot.ts';
import { type Trigger, triggerWords } from './trigger.ts';

/** What an incident is opened with. */
export interface Opening {
  readonly since: EpochMs;
  readonly snapshot: StoredSnapshot | null;
  /** Null where it was not read: people are told as soon as it can be. */
  readonly audience: Audience | null;
  /** When it became an alarm, where that was later than it was seen. */
  readonly alarmAt?: EpochMs;
}

/**
 * Opens an incident for an episode that alarms `since`, and tells the `audience` of it. The caller made
 * sure that the episode belongs to no other incident.
 */
export async function openIncident(
  { tx, clock }: { tx: Tables; clock: Clock },
  trigger: Trigger,
  { since, snapshot, audience, alarmAt }: Opening,
): Promise<Incident> {
  const { source } = trigger;
  const incident: Incident = {
    id: newId<IncidentId>(clock),
    organizationId: trigger.organizationId,
    siteId: trigger.siteId,
    cameraIds: source.by === 'camera' ? [source.id] : [],
    sensorIds: source.by === 'sensor' ? [source.id] : [],
    state: 'open',
    resolution: null,
    kind: trigger.kind,
    severity: trigger.kind === 'person' || trigger.kind === 'sensor' ? 'normal' : 'low',
    assigneeId: null,
    escalation: 0,
    level: 0,
    bestScore: trigger.bestScore,
    startAt: since,
    lastSeenAt: trigger.lastSeenAt,
    endAt: trigger.phase === 'ended' ? trigger.lastSeenAt : null,
    openedAt: clock.now(),
    snapshotId: snapshot?.image.id ?? null,
  };
  if (snapshot !== null) await adoptSnapshot(tx, snapshot);
  await tx.incidents.insert(incident);
  const step = { incidentId: incident.id, at: incident.openedAt, memberId: null };
  await tx.incidents.addStep({ ...step, action: 'opened', detail: triggerWords(trigger) });
  // What a sensor feels is a moment: nobody was seen who could be seen no more.
  if (incident.endAt !== null && source.by === 'camera')
    await tx.incidents.addStep({ ...step, action: 'ended', detail: endedDetail });
  await holdSource({ tx, clock }, incident, trigger, { since, held: [] });
  await beginAlarms({ tx, clock }, incident, alarmAt);
  if (audience !== null) return beginTelling({ tx, clock }, incident, audience);
  await tellLater({ tx, clock }, incident);
  return incident;
}

export const endedDetail = 'Nobody is seen any more.';

/**
 * Holds the footage of the camera that saw something, or of every camera at the site of a sensor: who came in may be seen
 * by any of them. `held` is what is held for it already.
 */
export async function holdSource(
  { tx, clock }: { tx: Tables; clock: Clock },
  incident: Incident,
  { source }: Pick<Trigger, 'source'>,
  { since, held }: { since: EpochMs; held: readonly Pick<Hold, 'cameraId' | 'startAt'>[] },
): Promise<void> {
  const span = holdSpan({ startAt: since, lastSeenAt: incident.lastSeenAt });
  const wanted = source.by === 'camera' ? [source.id] : await camerasAt(tx, incident);
  for (const cameraId of wanted) {
    const isHeld = held.some((hold) => hold.cameraId === cameraId && hold.startAt <= span.startAt);
    if (!isHeld) await holdCamera({ tx, clock }, incident, cameraId, span);
    await tx.recordings.classify(cameraId, span, 'incident');
  }
}

/** Every camera at the site of an incident, without unsealing any password: a transaction must not wait for keys. */
export async function camerasAt(
  tx: Tables,
  { siteId }: Pick<Incident, 'siteId'>,
): Promise<readonly CameraId[]> {
  return tx.cameras.idsAt(siteId);
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
