// The sites of a person in words.

import { type Role, reachesEverySite } from './roles.ts';

/** Names that are written out; of the others there is a number. */
const namesShown = 2;

export interface SiteWords {
  readonly short: string;
  /** All of them. */
  readonly long: string;
}

/** "Every site", "Bakery", "Bakery, Home and 3 more". Sites that are not known (removed ones) are left out. */
export function siteWords(
  { role, siteIds }: { readonly role: Role; readonly siteIds: readonly string[] },
  sites: ReadonlyMap<string, { readonly name: string }>,
): SiteWords {
  if (reachesEverySite(role)) return { short: 'Every site', long: 'Every site' };
  return namesWords(
    siteIds.flatMap((id) => sites.get(id)?.name ?? []),
    'No site',
  );
}

/** Some names, and how many more there are; `none` where there is none. */
export function namesWords(names: readonly string[], none: string): SiteWords {
  const sorted = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (sorted.length === 0) return { short: none, long: none };
  const shown = sorted.slice(0, namesShown).join(', ');
  const more = sorted.length - namesShown;
  return { short: more > 0 ? `${shown} and ${more} more` : shown, long: sorted.join(', ') };
}
