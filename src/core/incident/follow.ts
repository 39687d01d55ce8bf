// Following an incident: what later triggers of its episodes change, in the caller's transaction.

import type { EpochMs, ImageId } from '../brand.ts';
import { beginAlarms } from '../device/alarms.ts';
import { VedetteError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tables } from '../ports/records.ts';
import { holdSpan } from './clip.ts';
import type { Incident, IncidentKind, Severity } from './incident.ts';
import { hasSource } from './episode.ts';
import { endedDetail, holdSource } from './open.ts';
import { adoptSnapshot, type StoredSnapshot } from './snapshot.ts';
import { type Trigger, triggerWords } from './trigger.ts';

/**
 * A later sight is written when it is this much later: bounds the writes to one a second and camera. Shorter than
 * any episode outlives its last sight, so that an episode which ends finds the others' newer sights written.
 */
export const worthWritingMs = 1_000;
/** A picture replaces the shown one when it scores this much better: at most a handful in an incident's life. */
const clearlyBetter = 0.1;

/** What a trigger changes in its incident; `incident` is the new state of it. */
export interface Followed {
  readonly incident: Incident;
  readonly changed: boolean;
  readonly joined: boolean;
  readonly ended: boolean;
}

/** What an incident is followed with. */
export interface Following {
  /** Since when it alarms; null where it does not. */
  readonly since: EpochMs | null;
  readonly snapshot: StoredSnapshot | null;
  /** When it became an alarm, where that was later than it was seen. */
  readonly alarmAt?: EpochMs;
}

/** True where the trigger's picture should be shown instead of what the incident shows. */
export function wantsSnapshot(incident: Incident, trigger: Trigger): boolean {
  if (trigger.snapshot === null || incident.state === 'resolved') return false;
  return incident.snapshotId === null || trigger.bestScore >= incident.bestScore + clearlyBetter;
}

/**
 * Applies a trigger to the incident it belongs to. Errors: `conflict` (somebody else changed it, which a
 * serializable transaction rules out).
 */
export async function followIncident(
  { tx, clock }: { tx: Tables; clock: Clock },
  before: Incident,
  trigger: Trigger,
  { since, snapshot, alarmAt }: Following,
): Promise<Followed> {
  const shown = snapshot !== null && wantsSnapshot(before, trigger) ? snapshot : null;
  const after = applyTrigger(before, trigger, since, shown?.image.id ?? null);
  const isNew = !hasSource(before, trigger);
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
  const detail = triggerWords(trigger, !isNew);
  if (joined) await tx.incidents.addStep({ ...step, action: 'joined', detail });
  if (ended) await tx.incidents.addStep({ ...step, action: 'ended', detail: endedDetail });
  if (keepsEvidence(after)) await extendHolds({ tx, clock }, after, trigger, isNew ? since : null, ended);
  if (after.severity !== before.severity) await beginAlarms({ tx, clock }, after, alarmAt);
  return { incident: after, changed: true, joined, ended };
}

/** The incident after the trigger; pure. */
export function applyTrigger(
  before: Incident,
  trigger: Trigger,
  since: EpochMs | null,
  snapshotId: ImageId | null,
): Incident {
  const lastSeenAt = later(before.lastSeenAt, trigger.lastSeenAt);
  const { source } = trigger;
  const isFinal = trigger.phase === 'ended';
  const isNew = !hasSource(before, trigger);
  return {
    ...before,
    cameraIds: isNew && source.by === 'camera' ? [...before.cameraIds, source.id] : before.cameraIds,
    sensorIds: isNew && source.by === 'sensor' ? [...before.sensorIds, source.id] : before.sensorIds,
    startAt: since !== null && since < before.startAt ? since : before.startAt,
    lastSeenAt,
    kind: kindAfter(before.kind, trigger.kind),
    severity: severityAfter(before, trigger),
    endAt: endAfter(before, trigger, lastSeenAt),
    // Between the ends of episodes the score is that of the picture shown: what "clearly better" is judged by.
    bestScore:
      isFinal || snapshotId !== null ? Math.max(before.bestScore, trigger.bestScore) : before.bestScore,
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

/** A second camera that sees a person, or a sensor beside another source, confirms what happens. Never lowered. */
function severityAfter(before: Incident, trigger: Trigger): Severity {
  const { kind, source } = trigger;
  if (before.severity === 'high' || (kind !== 'person' && kind !== 'sensor')) return before.severity;
  const isConfirmed = [...before.cameraIds, ...before.sensorIds].some((id) => id !== source.id);
  return isConfirmed && before.severity === 'normal' ? 'high' : 'normal';
}

/**
 * When the incident was over: it ends with the episode that saw last. One that saw less late ends for itself, for
 * somebody else is still there; the end of that one comes. Should an episode wait longer for its person than the
 * last one did, and see it again, that sight takes the end away.
 */
function endAfter(before: Incident, trigger: Trigger, lastSeenAt: EpochMs): EpochMs | null {
  // A sensor does not know whether somebody is there: it moves an end, and makes none.
  if (trigger.source.by === 'sensor') return before.endAt === null ? null : lastSeenAt;
  if (trigger.phase === 'ended') {
    if (before.endAt !== null || trigger.lastSeenAt >= before.lastSeenAt) return lastSeenAt;
    return null;
  }
  return before.endAt !== null && trigger.lastSeenAt <= before.endAt ? before.endAt : null;
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
  trigger: Trigger,
  since: EpochMs | null,
  ended: boolean,
): Promise<void> {
  if (since !== null) await holdSource({ tx, clock }, incident, trigger, since);
  const { endAt } = holdSpan(incident);
  const held = new Set((await tx.holds.ofIncident(incident.id)).map(({ cameraId }) => cameraId));
  for (const cameraId of held) await tx.holds.extend(incident.id, cameraId, endAt);
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
