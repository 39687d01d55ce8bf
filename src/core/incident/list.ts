// Listing incidents: those at sites that the caller reaches.

import { type Scope, siteFilter } from '../organization/access.ts';
import type { IncidentRecords } from '../ports/records.ts';
import type { Incident } from './incident.ts';

export type IncidentFilter = Omit<Parameters<IncidentRecords['list']>[0], 'organizationId' | 'siteIds'>;

/** Newest first; `before` pages on. A page may be longer than `limit`: see the port. */
export async function listIncidents(
  { records }: { records: { readonly incidents: Pick<IncidentRecords, 'list'> } },
  caller: Scope,
  filter: IncidentFilter,
): Promise<readonly Incident[]> {
  const { organizationId } = caller;
  return records.incidents.list({ ...filter, organizationId, ...siteFilter(caller) });
}
