// Sites: listing, adding and changing them.

import type { EpochMs, OrganizationId, SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import type { Entry } from '../incident/entry.ts';
import { ownedSite, reaches, type Scope, siteFilter } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records } from '../ports/records.ts';
import type { Bypass } from './bypass.ts';
import { moveSchedule } from './plan-schedule.ts';
import type { Edge } from './schedule.ts';
import { armsAt, neverArmed, type Site, type SiteSettings } from './site.ts';
import { checkedTimeZone } from './time-zone.ts';

/** Most sites of one organization: bounds every list that shows them all. */
export const maxSites = 1000;

/** Unresolved incidents are counted up to here; a page shows "99+" beyond. */
export const maxCountedIncidents = 100;

/** A site with what goes on at it. */
export interface SiteStanding extends Site {
  /** When the arming asked for will be in force; null where it is. */
  readonly armsAt: EpochMs | null;
  /** Somebody came in, and has until `dueAt` to disarm; null where nobody did. */
  readonly entry: Pick<Entry, 'id' | 'startAt' | 'dueAt'> | null;
  /** Cameras it is armed without. */
  readonly bypasses: readonly Bypass[];
  /** What its schedule does next. */
  readonly nextEdge: Edge | null;
  /** Unresolved ones. */
  readonly openIncidents: number;
}

/** All sites that the caller reaches. */
export async function listSites(
  { records, clock }: { records: Records; clock: Clock },
  caller: Scope,
): Promise<readonly SiteStanding[]> {
  const { organizationId } = caller;
  const now = clock.now();
  const [sites, counts, entries, bypasses, schedules] = await Promise.all([
    records.sites.list(organizationId),
    records.incidents.countUnresolved(organizationId, siteFilter(caller).siteIds),
    records.entries.allRunning(organizationId),
    records.bypasses.active(organizationId, now),
    records.schedules.list(organizationId),
  ]);
  return sites
    .filter((site) => reaches(caller, site.id))
    .map((site) => ({
      ...site,
      armsAt: armsAt(site, now),
      entry: entries.find(({ siteId }) => siteId === site.id) ?? null,
      bypasses: bypasses.filter(({ siteId }) => siteId === site.id),
      nextEdge: schedules.find(({ siteId }) => siteId === site.id)?.next ?? null,
      openIncidents: upToMost(counts.get(site.id)),
    }));
}

/** What goes on at one site. */
export async function siteStanding(
  { records, clock }: { records: Records; clock: Clock },
  site: Site,
): Promise<SiteStanding> {
  const { organizationId, id } = site;
  const now = clock.now();
  const [openIncidents, entry, bypasses, schedule] = await Promise.all([
    countOpenIncidents({ records }, site),
    records.entries.running(id),
    records.bypasses.active(organizationId, now),
    records.schedules.find(id),
  ]);
  return {
    ...site,
    armsAt: armsAt(site, now),
    entry,
    bypasses: bypasses.filter(({ siteId }) => siteId === id),
    nextEdge: schedule?.next ?? null,
    openIncidents,
  };
}

/** Unresolved incidents of a site, at most `maxCountedIncidents`. */
async function countOpenIncidents(
  { records }: { records: Records },
  site: Pick<Site, 'id' | 'organizationId'>,
): Promise<number> {
  const counts = await records.incidents.countUnresolved(site.organizationId, [site.id]);
  return upToMost(counts.get(site.id));
}

function upToMost(count = 0): number {
  return Math.min(count, maxCountedIncidents);
}

/** A site that is not stored yet, disarmed. Errors: `request-invalid` (time zone). */
export function newSite(
  clock: Clock,
  input: { organizationId: OrganizationId; name: string; timeZone: string },
): Site {
  const now = clock.now();
  return {
    id: newId<SiteId>(clock),
    organizationId: input.organizationId,
    name: input.name,
    timeZone: checkedTimeZone(input.timeZone),
    ...neverArmed(now),
    createdAt: now,
  };
}

/**
 * Adds a site. Errors: `request-invalid` (time zone), `conflict` (too many), `not-allowed` (who reaches only some
 * sites would not reach this one).
 */
export async function addSite(
  { records, clock, events }: { records: Records; clock: Clock; events: Events },
  { organizationId, reach }: Scope,
  input: { name: string; timeZone: string },
): Promise<Site> {
  if (reach !== 'every-site') {
    throw new VedetteError('not-allowed', 'Only who reaches every site can add one. Ask an admin.');
  }
  const site = newSite(clock, { organizationId, ...input });
  await records.transaction(async (tx) => {
    if ((await tx.sites.list(organizationId)).length >= maxSites) {
      throw new VedetteError('conflict', `An organization has at most ${maxSites} sites.`);
    }
    await tx.sites.insert(site);
  });
  events.publish({ type: 'site-changed', organizationId: site.organizationId, siteId: site.id });
  return site;
}

/** A site keeps images no longer than whoever runs Vedette lets it. Errors: `request-invalid`. */
export function checkPushedDays(days: number | null | undefined, most: number): void {
  if (days === null || days === undefined || (Number.isInteger(days) && days >= 1 && days <= most)) return;
  const sentence = `Pushed images are kept for 1 to ${most} days here. Whoever runs Vedette sets the most.`;
  throw new VedetteError('request-invalid', sentence, { fields: { pushedDays: sentence } });
}

/** What to change of a site; what is left out stays. */
export type SiteOrder = { readonly siteId: SiteId } & {
  readonly [Setting in keyof SiteSettings]?: SiteSettings[Setting] | undefined;
};

/** Changes what is set for a site. Errors: `not-found`, `request-invalid` (time zone). */
export async function changeSite(
  { records, clock, events }: { records: Records; clock: Clock; events: Events },
  caller: Scope,
  order: SiteOrder,
): Promise<Site> {
  const timeZone = order.timeZone === undefined ? undefined : checkedTimeZone(order.timeZone);
  const site = await records.transaction(async (tx) => {
    const before = ownedSite(await tx.sites.find(order.siteId), caller);
    const settings: SiteSettings = {
      name: order.name ?? before.name,
      timeZone: timeZone ?? before.timeZone,
      exitDelaySeconds: order.exitDelaySeconds ?? before.exitDelaySeconds,
      entryDelaySeconds: order.entryDelaySeconds ?? before.entryDelaySeconds,
      armByMqtt: order.armByMqtt ?? before.armByMqtt,
      pushedDays: order.pushedDays === undefined ? before.pushedDays : order.pushedDays,
    };
    await tx.sites.update(before.id, settings);
    const site = { ...before, ...settings };
    if (site.timeZone !== before.timeZone) await moveSchedule(tx, clock, site);
    return site;
  });
  events.publish({ type: 'site-changed', organizationId: site.organizationId, siteId: site.id });
  return site;
}
