// Whether somebody would be told of an incident, in words; and where that is mended.

import type { AlertReach } from '../../src/http/contract/escalation.ts';
import type { Site } from '../../src/http/contract/sites.ts';

export interface ReachWarning {
  readonly title: string;
  readonly detail: string;
  /** Where to go: the chain and the channels, or the incident whose alerts failed. */
  readonly incidentId: string | null;
}

/** Sites that are named; of others there is a number. */
const sitesNamed = 3;

/** What is wrong with the way to people; null where somebody would be told. */
export function reachWarning(
  { untoldSiteIds, lastFailed }: AlertReach,
  sites: readonly Pick<Site, 'id' | 'name'>[],
  mayMend: boolean,
): ReachWarning | null {
  const untold = sites.filter(({ id }) => untoldSiteIds.includes(id));
  const asked = mayMend ? '' : ' Ask an admin.';
  if (untold.length > 0) {
    return {
      title: untold.length === sites.length ? 'Nobody can be told' : `Nobody can be told of ${named(untold)}`,
      detail: `An incident opens, and no alert leaves: nobody in the chain has a channel that works, and no shared channel does.${asked}`,
      incidentId: null,
    };
  }
  if (lastFailed === null) return null;
  return {
    title: 'The last incident reached nobody',
    detail: `Every alert of it failed. Its page says why.${asked}`,
    incidentId: lastFailed,
  };
}

function named(sites: readonly Pick<Site, 'name'>[]): string {
  const names = sites.slice(0, sitesNamed).map(({ name }) => name);
  const more = sites.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
