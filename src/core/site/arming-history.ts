// What happened to a site's arming: changes, bypasses and entries, newest first.

import type { EpochMs, SiteId } from '../brand.ts';
import type { Entry } from '../incident/entry.ts';
import { ownedSite, type Scope } from '../organization/access.ts';
import type { Records } from '../ports/records.ts';
import type { Bypass } from './bypass.ts';
import type { ArmedBy, ArmingChange } from './site.ts';

export type ArmingLine =
  | { readonly kind: 'arming'; readonly at: EpochMs; readonly change: ArmingChange }
  | { readonly kind: 'bypass'; readonly at: EpochMs; readonly bypass: Bypass }
  | { readonly kind: 'entry'; readonly at: EpochMs; readonly entry: Entry };

/** At most `limit` lines, with `before` only older ones. Errors: `not-found`. */
export async function armingHistory(
  { records }: { records: Records },
  caller: Scope,
  { siteId, limit, before }: { siteId: SiteId; limit: number; before?: EpochMs | undefined },
): Promise<readonly ArmingLine[]> {
  ownedSite(await records.sites.find(siteId), caller);
  const [changes, bypasses, entries] = await Promise.all([
    records.sites.armingHistory(siteId, limit, before),
    records.bypasses.list(siteId, limit, before),
    records.entries.list(siteId, limit, before),
  ]);
  const lines: readonly ArmingLine[] = [
    ...entries.map((entry) => ({ kind: 'entry', at: entry.startAt, entry }) as const),
    ...changes.map((change) => ({ kind: 'arming', at: change.at, change }) as const),
    ...bypasses.map((bypass) => ({ kind: 'bypass', at: bypass.since, bypass }) as const),
  ];
  return lines.toSorted((a, b) => b.at - a.at).slice(0, limit);
}

/** What those are called who arm: members and access keys that are still there. */
export async function namesOfArmers(
  { records }: { records: Records },
  { organizationId }: Scope,
): Promise<(by: ArmedBy) => string | null> {
  const [members, keys] = await Promise.all([
    records.members.list(organizationId),
    records.accessKeys.list(organizationId),
  ]);
  const names = new Map<string, string>([...members, ...keys].map((each) => [each.id, each.name]));
  return (by) => {
    if (by.kind === 'member') return names.get(by.memberId) ?? null;
    if (by.kind === 'access-key' && by.accessKeyId !== null) return names.get(by.accessKeyId) ?? null;
    return null;
  };
}
