// Arming: a site is armed and disarmed as a whole.

import type { MemberId, SiteId } from '../brand.ts';
import { ownedSite, type Scope } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records } from '../ports/records.ts';
import type { Arming, Site } from './site.ts';

/**
 * Sets a site's arming; the same arming again changes nothing. `memberId` is null where no person does it, `before` is
 * what it was. Errors: `not-found`.
 */
export async function armSite(
  { records, clock, events }: { records: Records; clock: Clock; events: Events },
  caller: Scope,
  { siteId, arming, memberId }: { siteId: SiteId; arming: Arming; memberId: MemberId | null },
): Promise<{ site: Site; before: Arming }> {
  const { before, site } = await records.transaction(async (tx) => {
    const before = ownedSite(await tx.sites.find(siteId), caller);
    if (before.arming === arming) return { before, site: before };
    const { at } = await tx.sites.arm({ siteId: before.id, arming, at: clock.now(), memberId });
    return { before, site: { ...before, arming, armingChangedAt: at } };
  });
  if (site !== before) {
    events.publish({ type: 'site-changed', organizationId: site.organizationId, siteId: site.id });
  }
  return { site, before: before.arming };
}
