// Sites: listing, adding and changing them.

import type { OrganizationId, SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import { ownedSite, reaches, type Scope, siteFilter } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records } from '../ports/records.ts';
import type { Site } from './site.ts';

/** Most sites of one organization: bounds every list that shows them all. */
export const maxSites = 1000;

/** Unresolved incidents are counted up to here; a page shows "99+" beyond. */
export const maxCountedIncidents = 100;

/** All sites that the caller reaches, each with the number of its unresolved incidents. */
export async function listSites(
  { records }: { records: Records },
  caller: Scope,
): Promise<readonly (Site & { readonly openIncidents: number })[]> {
  const { organizationId } = caller;
  const [sites, counts] = await Promise.all([
    records.sites.list(organizationId),
    records.incidents.countUnresolved(organizationId, siteFilter(caller).siteIds),
  ]);
  return sites
    .filter((site) => reaches(caller, site.id))
    .map((site) => ({ ...site, openIncidents: upToMost(counts.get(site.id)) }));
}

/** Unresolved incidents of a site, at most `maxCountedIncidents`. */
export async function countOpenIncidents(
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
    arming: 'disarmed',
    armingChangedAt: now,
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

/** Changes name and time zone. Errors: `not-found`, `request-invalid` (time zone). */
export async function changeSite(
  { records, events }: { records: Records; events: Events },
  caller: Scope,
  input: { siteId: SiteId; name: string; timeZone: string },
): Promise<Site> {
  const change = { name: input.name, timeZone: checkedTimeZone(input.timeZone) };
  const site = await records.transaction(async (tx) => {
    const before = ownedSite(await tx.sites.find(input.siteId), caller);
    await tx.sites.update(before.id, change);
    return { ...before, ...change };
  });
  events.publish({ type: 'site-changed', organizationId: site.organizationId, siteId: site.id });
  return site;
}

/** The IANA name as the runtime knows it ("europe/berlin" → "Europe/Berlin"). Errors: `request-invalid`. */
export function checkedTimeZone(timeZone: string): string {
  // Offsets such as "+02:00" are valid for Intl, but a site has a place, and places have summer time.
  if (/^[a-z]/i.test(timeZone)) {
    try {
      return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
    } catch {
      // Told below, in our words.
    }
  }
  const sentence = 'Choose a time zone by its name, for example Europe/Berlin.';
  throw new VedetteError('request-invalid', sentence, { fields: { timeZone: sentence } });
}
