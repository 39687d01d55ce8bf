// Listing incidents: those at sites that the caller reaches, and what somebody looks for by name.

import { type Scope, siteFilter } from '../organization/access.ts';
import type { Tables } from '../ports/records.ts';
import type { IncidentListFilter } from '../ports/records-incidents.ts';
import type { Incident } from './incident.ts';

export interface IncidentFilter extends Omit<IncidentListFilter, 'organizationId' | 'siteIds' | 'places'> {
  /** Words that all stand in the name of a site, or of a camera and its site together; case and accents do not matter. */
  readonly find?: string;
}

interface ListDeps {
  readonly records: Pick<Tables, 'incidents'> & {
    readonly sites: Pick<Tables['sites'], 'list'>;
    readonly cameras: Pick<Tables['cameras'], 'places'>;
  };
}

/** In the order of the filter; how pages go on: see the port. */
export async function listIncidents(
  { records }: ListDeps,
  caller: Scope,
  { find, ...filter }: IncidentFilter,
): Promise<readonly Incident[]> {
  const { organizationId } = caller;
  const places = find === undefined ? {} : { places: await placesNamed(records, caller, find) };
  return records.incidents.list({ ...filter, ...places, organizationId, ...siteFilter(caller) });
}

/** Names are few and live beside incidents, not in them: they are looked through here. */
async function placesNamed(
  records: ListDeps['records'],
  { organizationId }: Scope,
  find: string,
): Promise<NonNullable<IncidentListFilter['places']>> {
  const [sites, cameras] = await Promise.all([
    records.sites.list(organizationId),
    records.cameras.places(organizationId),
  ]);
  const names = new Map(sites.map(({ id, name }) => [id, name]));
  const words = plain(find).split(/\s+/).filter(Boolean);
  const isNamed = (text: string) => words.every((word) => plain(text).includes(word));
  return {
    siteIds: sites.filter(({ name }) => isNamed(name)).map(({ id }) => id),
    cameraIds: cameras
      .filter(({ name, siteId }) => isNamed(`${name}\n${names.get(siteId) ?? ''}`))
      .map(({ id }) => id),
  };
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
