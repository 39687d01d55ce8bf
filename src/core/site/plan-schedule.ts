// Planning: a site's schedule is carried out edge by edge, by a durable timer for the next one.

import { branded, type EpochMs, type SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { ownedSite, type Scope } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';
import type { Records, Tables } from '../ports/records.ts';
import { changeArming } from './arming.ts';
import {
  type Edge,
  emptySchedule,
  horizonDays,
  nextEdge,
  type Schedule,
  type SiteSchedule,
} from './schedule.ts';
import { checkedSchedule } from './schedule-check.ts';
import type { Site } from './site.ts';
import { checkedTimeZone } from './time-zone.ts';

/** The queue's topic of edges that have come; key is the site, the payload is `ScheduleMessage` as JSON. */
export const schedulesTopic = 'schedules';

export interface ScheduleMessage {
  readonly siteId: SiteId;
}

interface ScheduleDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
}

const dayMs = 86_400_000;
/** Missed edges that are made up for: what was recorded elsewhere meanwhile is no older than its retention. */
const missedMs = 7 * dayMs;
/** A schedule whose next edge lies further ahead is looked at again then: most of its horizon. */
const lookAgainMs = (horizonDays - 100) * dayMs;

/** What a site does by itself; an empty schedule where none was set. Errors: `not-found`. */
export async function findSchedule(
  { records }: { records: Records },
  caller: Scope,
  siteId: SiteId,
): Promise<{ site: Site; schedule: Schedule; next: Edge | null }> {
  const site = ownedSite(await records.sites.find(siteId), caller);
  const stored = await records.schedules.find(siteId);
  return { site, schedule: stored?.schedule ?? emptySchedule, next: stored?.next ?? null };
}

/**
 * Sets a site's schedule: it acts from its next edge on, and what is armed by hand stays so until then. `timeZone` is
 * the one it was written for. Errors: `not-found`, `request-invalid` (no zone, another one than the site's, or a
 * schedule that cannot be kept).
 */
export async function setSchedule(
  deps: ScheduleDeps,
  caller: Scope,
  { siteId, timeZone, schedule }: { siteId: SiteId; timeZone: string; schedule: Schedule },
): Promise<void> {
  const zone = checkedTimeZone(timeZone);
  const checked = checkedSchedule(schedule);
  const site = await deps.records.transaction(async (tx) => {
    const site = ownedSite(await tx.sites.find(siteId), caller);
    if (checkedTimeZone(site.timeZone) !== zone) {
      const sentence = `The clocks at this site are those of ${site.timeZone}. Write its schedule for them.`;
      throw new VedetteError('request-invalid', sentence, { fields: { timeZone: sentence } });
    }
    await restart(tx, deps.clock, site, checked);
    return site;
  });
  announce(deps, site);
}

/** After a site moved to another zone: its schedule acts from the next edge there. In the caller's transaction. */
export async function moveSchedule(tx: Tables, clock: Clock, site: Site): Promise<void> {
  const stored = await tx.schedules.find(site.id);
  if (stored !== null) await restart(tx, clock, site, stored.schedule);
}

/**
 * Does what the schedule of a site says up to now, each edge dated at its own time, and plans the next one. What
 * somebody set after an edge stays. Doing it again changes nothing. Errors: what records throw.
 */
export async function keepSchedule(deps: ScheduleDeps & { log: Log }, siteId: SiteId): Promise<void> {
  const { records, clock, log } = deps;
  const { site, before } = await records.transaction(async (tx) => {
    const before = await tx.sites.find(siteId);
    const stored = await tx.schedules.find(siteId);
    if (before === null || stored === null) return { site: before, before };
    const site = await catchUp(tx, before, stored, clock.now());
    await plan(tx, site, stored, clock.now());
    return { site, before };
  });
  if (site === null) return;
  if (site !== before) {
    log.info('A schedule changed the arming of a site.', { siteId, arming: site.arming });
  }
  announce(deps, site);
}

async function restart(tx: Tables, clock: Clock, site: Site, schedule: Schedule): Promise<void> {
  const { id: siteId, organizationId } = site;
  const before = await tx.schedules.find(siteId);
  const since = clock.now();
  await plan(
    tx,
    site,
    { siteId, organizationId, schedule, since, next: null, timerAt: before?.timerAt ?? null },
    since,
  );
}

/** Carries out the edges that came since anybody last changed the arming. */
async function catchUp(
  tx: Tables,
  site: Site,
  { schedule, since }: SiteSchedule,
  now: EpochMs,
): Promise<Site> {
  let current = site;
  let from = branded<EpochMs>(Math.max(since, now - missedMs));
  const [newest] = await tx.sites.armingHistory(site.id, 1);
  if (newest !== undefined && newest.at > from) from = newest.at;
  for (;;) {
    const edge = nextEdge(schedule, site.timeZone, from);
    if (edge === null || edge.at > now) return current;
    from = edge.at;
    if (edge.arming === current.arming) continue;
    const { arming, at } = edge;
    current = await changeArming(tx, current, { arming, at, by: { kind: 'schedule' }, delayMs: 0 });
  }
}

/** Stores the schedule with its next edge and the timer for it, in place of the one before. */
async function plan(tx: Tables, site: Site, stored: SiteSchedule, now: EpochMs): Promise<void> {
  const { siteId } = stored;
  const next = nextEdge(stored.schedule, site.timeZone, now);
  const lookAgainAt = branded<EpochMs>(now + lookAgainMs);
  const isEmpty = next === null && stored.schedule.holidays.yearly.length === 0;
  const timerAt = isEmpty ? null : next !== null && next.at < lookAgainAt ? next.at : lookAgainAt;
  if (stored.timerAt !== null && stored.timerAt !== timerAt) {
    await tx.outbox.remove([timerId(siteId, stored.timerAt)]);
  }
  if (timerAt !== null) {
    const payload = JSON.stringify({ siteId } satisfies ScheduleMessage);
    const message = { topic: schedulesTopic, key: siteId, id: timerId(siteId, timerAt), payload };
    await tx.outbox.add(message, timerAt);
  }
  await tx.schedules.put({ ...stored, next, timerAt });
}

function timerId(siteId: SiteId, at: EpochMs): string {
  return `schedule/${siteId}/${at}`;
}

function announce({ events }: ScheduleDeps, { id: siteId, organizationId }: Site): void {
  events.publish({ type: 'site-changed', organizationId, siteId });
}
