// Entries: somebody came in by an entry zone, and has time to disarm before it becomes an incident.

import type { EntryId, EpochMs, ImageId, IncidentId, OrganizationId, SiteId } from '../brand.ts';
import { branded } from '../brand.ts';
import { newId } from '../identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tables } from '../ports/records.ts';
import type { ArmedBy, ArmingChange } from '../site/site.ts';
import type { AlarmingTouch } from './alarming.ts';
import { plus } from './clip.ts';
import { adoptSnapshot, type StoredSnapshot } from './snapshot.ts';
import type { Trigger } from './trigger.ts';

/** The queue's topic of entries whose time is over; key is the site, the payload is `EntryMessage` as JSON. */
export const entriesTopic = 'entries';

export interface EntryMessage {
  readonly entryId: EntryId;
}

export const entryStates = ['running', 'disarmed', 'alarmed'] as const;

/** What waits for the end of an entry, to become an incident or nothing. */
export interface Waiting {
  /** Since when it alarms. */
  readonly since: EpochMs;
  /** The newest one of its episode. */
  readonly trigger: Omit<Trigger, 'snapshot'>;
}

/** Somebody came in. At most one is running at a site. */
export interface Entry {
  readonly id: EntryId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  /** The first touch. */
  readonly startAt: EpochMs;
  /** Until when, this moment included, disarming ends it. */
  readonly dueAt: EpochMs;
  /** The site's entry delay when it began. */
  readonly delayMs: number;
  /** `disarmed`: in time; `alarmed`: not, and it became an incident. */
  readonly state: (typeof entryStates)[number];
  readonly endedAt: EpochMs | null;
  /** Who disarmed. */
  readonly endedBy: ArmedBy | null;
  /** In the order in which they began to wait. */
  readonly waiting: readonly Waiting[];
  readonly snapshotId: ImageId | null;
  /** Score of that picture. */
  readonly snapshotScore: number;
  /** The incident it became. */
  readonly incidentId: IncidentId | null;
}

/** Episodes that wait in one entry: as many cameras as a large house has. What comes later joins the incident. */
const maxWaiting = 50;
/** A later sight is written when it is this much later, like that of an incident. */
const worthWritingMs = 1_000;
/** A picture replaces the kept one when it scores this much better. */
const clearlyBetter = 0.1;
/** Changes of arming looked through for a disarming: nobody changes it more often within a delay. */
const changesLookedAt = 50;

/** Something at a site that alarms, before it is known whether it waits. */
export interface Arrival {
  readonly alarm: AlarmingTouch;
  readonly trigger: Trigger;
}

/** How it waits; `changed` where pages have something new to show. */
export interface Wait {
  readonly entry: Entry;
  readonly changed: boolean;
}

/**
 * Whether what alarms waits for an entry of its site, in the caller's transaction: an entry touch begins one where the
 * site has an entry delay, and whatever alarms while one is running waits for its end. Null: it alarms at once. What
 * comes late is judged as it would have been in time: after a disarming in time it comes to nothing, after the end of
 * the delay it alarms. The picture is kept where `keepsPicture`.
 */
export async function waitForEntry(
  { tx, clock }: { tx: Tables; clock: Clock },
  arrival: Arrival,
  snapshot: StoredSnapshot | null,
): Promise<Wait | null> {
  const running = await tx.entries.running(arrival.trigger.siteId);
  if (running !== null) {
    if (arrival.alarm.kind === 'watch' && arrival.alarm.at < running.startAt) return null;
    return joinEntry({ tx, clock }, running, arrival, snapshot);
  }
  const site = await tx.sites.find(arrival.trigger.siteId);
  const delayMs = (site?.entryDelaySeconds ?? 0) * 1000;
  if (arrival.alarm.kind !== 'entry' || delayMs === 0) return null;
  return beginEntry({ tx, clock }, arrival, delayMs, snapshot);
}

/** True where the picture of a trigger that alarms would be kept: to be asked before it is stored. */
export async function keepsPicture(tx: Pick<Tables, 'entries'>, trigger: Trigger): Promise<boolean> {
  const running = await tx.entries.running(trigger.siteId);
  return running === null || isBetter(running, trigger);
}

/** Ends the entry that is running at the site, if the disarming was in time; in the caller's transaction. */
export async function endEntryByDisarming(
  tx: Tables,
  { siteId, at, by }: Pick<ArmingChange, 'siteId' | 'by'> & { at: EpochMs },
): Promise<void> {
  const entry = await tx.entries.running(siteId);
  if (entry === null || at > entry.dueAt) return;
  const endedAt = at > entry.startAt ? at : entry.startAt;
  if (!(await tx.entries.update({ ...disarmed(entry, endedAt, by) }))) return;
  await tx.outbox.remove([timerId(entry)]);
  // What whoever lives there looks like when they come home is nobody's business.
  if (entry.snapshotId !== null) await tx.images.destroy(entry.snapshotId, at);
}

/** Whether an entry would wait longer than it may: the clock was set back. */
export function isTooFarAhead({ dueAt, delayMs }: Pick<Entry, 'dueAt' | 'delayMs'>, now: EpochMs): boolean {
  return dueAt > now + delayMs;
}

/** Gives a running entry its time anew, where the clock was set back by so much that its end lies too far ahead. */
export async function retimeEntry(
  { tx, clock }: { tx: Tables; clock: Clock },
  { id }: Pick<Entry, 'id'>,
): Promise<void> {
  const now = clock.now();
  // As it is in this transaction: others may have come in since it was looked at.
  const entry = await tx.entries.find(id);
  if (entry?.state !== 'running' || !isTooFarAhead(entry, now)) return;
  const after = { ...entry, dueAt: plus(now, entry.delayMs) };
  if (!(await tx.entries.update(after))) return;
  await tx.outbox.remove([timerId(entry)]);
  await addTimer(tx, after);
}

async function beginEntry(
  { tx, clock }: { tx: Tables; clock: Clock },
  { alarm, trigger }: Arrival,
  delayMs: number,
  snapshot: StoredSnapshot | null,
): Promise<Wait | null> {
  const { organizationId, siteId } = trigger;
  const now = clock.now();
  // A camera's time may lie ahead of a clock that was set back: nobody waits longer than the delay.
  const dueAt = plus(branded<EpochMs>(Math.min(alarm.at, now)), delayMs);
  const begun: Entry = {
    id: newId<EntryId>(clock),
    organizationId,
    siteId,
    startAt: alarm.at,
    dueAt,
    delayMs,
    state: 'running',
    endedAt: null,
    endedBy: null,
    waiting: [waitingOf(alarm, trigger)],
    snapshotId: null,
    snapshotScore: 0,
    incidentId: null,
  };
  const disarming = await disarmedWithin(tx, siteId, alarm.at, dueAt);
  if (disarming !== null) {
    const entry = disarmed(begun, disarming.at, disarming.by);
    await tx.entries.insert(entry);
    return { entry, changed: true };
  }
  if (dueAt < now) return null;
  const entry = await withPicture(tx, begun, trigger, snapshot, now);
  await tx.entries.insert(entry);
  await addTimer(tx, entry);
  return { entry, changed: true };
}

async function joinEntry(
  { tx, clock }: { tx: Tables; clock: Clock },
  entry: Entry,
  { alarm, trigger }: Arrival,
  snapshot: StoredSnapshot | null,
): Promise<Wait> {
  const pictured = await withPicture(tx, entry, trigger, snapshot, clock.now());
  const startAt = alarm.at < entry.startAt ? alarm.at : entry.startAt;
  const after = { ...pictured, startAt, waiting: withWaiting(entry.waiting, waitingOf(alarm, trigger)) };
  const isSame = pictured === entry && startAt === entry.startAt && after.waiting === entry.waiting;
  if (!isSame) await tx.entries.update(after);
  return { entry: after, changed: false };
}

/** The entry with the trigger's picture, where that is stored and better than what it has. */
async function withPicture(
  tx: Tables,
  entry: Entry,
  trigger: Trigger,
  snapshot: StoredSnapshot | null,
  now: EpochMs,
): Promise<Entry> {
  if (snapshot === null || !isBetter(entry, trigger)) return entry;
  await adoptSnapshot(tx, snapshot);
  if (entry.snapshotId !== null) await tx.images.destroy(entry.snapshotId, now);
  return { ...entry, snapshotId: snapshot.image.id, snapshotScore: trigger.bestScore };
}

function isBetter(entry: Entry, { snapshot, bestScore }: Trigger): boolean {
  if (snapshot === null) return false;
  return entry.snapshotId === null || bestScore >= entry.snapshotScore + clearlyBetter;
}

function waitingOf({ at }: AlarmingTouch, { snapshot: _, ...trigger }: Trigger): Waiting {
  return { since: at, trigger };
}

/** The list with what is newer of this episode; the same list where it is not worth writing. */
function withWaiting(waiting: readonly Waiting[], arrived: Waiting): readonly Waiting[] {
  const known = waiting.find(({ trigger }) => trigger.episodeId === arrived.trigger.episodeId);
  if (known === undefined) return waiting.length < maxWaiting ? [...waiting, arrived] : waiting;
  const { phase, lastSeenAt } = arrived.trigger;
  const isNews = phase === 'ended' || lastSeenAt - known.trigger.lastSeenAt >= worthWritingMs;
  if (!isNews || lastSeenAt < known.trigger.lastSeenAt) return waiting;
  const since = known.since < arrived.since ? known.since : arrived.since;
  return waiting.map((each) => (each === known ? { since, trigger: arrived.trigger } : each));
}

/** The first disarming of a site in a span, both ends included. */
async function disarmedWithin(
  tx: Tables,
  siteId: SiteId,
  from: EpochMs,
  until: EpochMs,
): Promise<ArmingChange | null> {
  const changes = await tx.sites.armingHistory(siteId, changesLookedAt);
  return changes.findLast(({ arming, at }) => arming === 'disarmed' && from <= at && at <= until) ?? null;
}

function disarmed(entry: Entry, endedAt: EpochMs, endedBy: ArmedBy): Entry {
  // Who came home is not kept: only that somebody did.
  return { ...entry, state: 'disarmed', endedAt, endedBy, waiting: [], snapshotId: null, snapshotScore: 0 };
}

async function addTimer(tx: Tables, entry: Entry): Promise<void> {
  const payload = JSON.stringify({ entryId: entry.id } satisfies EntryMessage);
  const { siteId: key, dueAt } = entry;
  // A millisecond later: who disarms at the very moment is in time.
  await tx.outbox.add({ topic: entriesTopic, key, id: timerId(entry), payload }, plus(dueAt, 1));
}

function timerId({ id, dueAt }: Pick<Entry, 'id' | 'dueAt'>): string {
  return `entry/${id}/${dueAt}`;
}
