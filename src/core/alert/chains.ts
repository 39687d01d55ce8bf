// Escalation chains of an organization: shown and changed.

import type { SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { ownedSite, type Scope } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records, Tables } from '../ports/records.ts';
import { checkedLevels, defaultLevels, type Level } from './escalation-chain.ts';

/** The levels in force, and where they come from. */
export interface ChainInForce {
  readonly levels: readonly Level[];
  readonly from: 'site' | 'organization' | 'default';
}

/** The chain of a site, or of all that have none of their own. Errors: `not-found`, `not-allowed`. */
export async function readChain(
  { records }: { records: Tables },
  caller: Scope,
  siteId: SiteId | null,
): Promise<ChainInForce> {
  const { organizationId } = caller;
  await mustReach(records, caller, siteId);
  const own = siteId === null ? null : await records.escalationChains.find(organizationId, siteId);
  if (own !== null) return { levels: own.levels, from: 'site' };
  const whole = await records.escalationChains.find(organizationId, null);
  if (whole !== null) return { levels: whole.levels, from: 'organization' };
  return { levels: defaultLevels, from: 'default' };
}

/** Sets the chain. Errors: `not-found` (a site or member of others), `not-allowed`, `request-invalid`. */
export async function changeChain(
  { records, clock }: { records: Records; clock: Clock },
  caller: Scope,
  { siteId, levels }: { siteId: SiteId | null; levels: readonly Level[] },
): Promise<ChainInForce> {
  const { organizationId } = caller;
  const checked = checkedLevels(levels);
  await records.transaction(async (tx) => {
    await mustReach(tx, caller, siteId);
    const members = new Set((await tx.members.list(organizationId)).map(({ id }) => id));
    for (const target of checked.flatMap((level) => level.targets)) {
      if (target.kind === 'member' && !members.has(target.memberId)) {
        throw new VedetteError('not-found', 'One of the people does not exist.');
      }
    }
    await tx.escalationChains.put({ organizationId, siteId, levels: checked, changedAt: clock.now() });
  });
  return { levels: checked, from: siteId === null ? 'organization' : 'site' };
}

/** Removes a chain: the one above counts again. Errors: `not-found`, `not-allowed`. */
export async function resetChain(
  deps: { records: Records },
  caller: Scope,
  siteId: SiteId | null,
): Promise<ChainInForce> {
  await mustReach(deps.records, caller, siteId);
  await deps.records.escalationChains.delete(caller.organizationId, siteId);
  return readChain(deps, caller, siteId);
}

/** That of the whole organization is for who reaches every site. */
async function mustReach(tables: Tables, caller: Scope, siteId: SiteId | null): Promise<void> {
  if (siteId !== null) {
    ownedSite(await tables.sites.find(siteId), caller);
    return;
  }
  if (caller.reach === 'every-site') return;
  throw new VedetteError('not-allowed', 'This is for who reaches every site. Ask an admin.');
}
