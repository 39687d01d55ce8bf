// Escalation chains: one an organization, and one for each site that has its own.

import { z } from 'zod';
import type { EscalationChain } from '../../core/alert/escalation-chain.ts';
import { branded, type MemberId, type SiteId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { roles } from '../../core/organization/organization.ts';
import type { EscalationChainRecords } from '../../core/ports/records-alerts.ts';
import { parsedColumn } from './columns.ts';
import type { EscalationChainRow } from './schema-incidents.ts';
import { maybe, type Session } from './session.ts';

/** What stands for "no site" in the key of the table. */
const wholeOrganization = '';

/** Who is told after whom. */
export function escalationChainRecords({ db }: Session): EscalationChainRecords {
  return {
    async find(organizationId, siteId) {
      const row = await db
        .selectFrom('escalation_chains')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('site_id', '=', siteId ?? wholeOrganization)
        .executeTakeFirst();
      return maybe(row, chainOf);
    },
    async list(organizationId) {
      const rows = await db
        .selectFrom('escalation_chains')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .execute();
      return rows.map(chainOf);
    },
    async put({ organizationId, siteId, levels, changedAt }) {
      const change = { levels: JSON.stringify(levels), changed_at: changedAt };
      await db
        .insertInto('escalation_chains')
        .values({ organization_id: organizationId, site_id: siteId ?? wholeOrganization, ...change })
        .onConflict((conflict) => conflict.columns(['organization_id', 'site_id']).doUpdateSet(change))
        .execute();
    },
    async delete(organizationId, siteId) {
      await db
        .deleteFrom('escalation_chains')
        .where('organization_id', '=', organizationId)
        .where('site_id', '=', siteId ?? wholeOrganization)
        .execute();
    },
  };
}

const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: z.enum(roles) }),
  z.object({
    kind: z.literal('member'),
    memberId: z.string().transform((id) => branded<MemberId>(id)),
  }),
]);
const levels = z.array(z.object({ afterMs: z.number(), targets: z.array(target) })).min(1);

function chainOf(row: EscalationChainRow): EscalationChain {
  const parsed = levels.safeParse(parsedColumn(row.levels));
  if (!parsed.success) {
    throw new VedetteError('data-damaged', 'An escalation chain cannot be read.', { cause: parsed.error });
  }
  return {
    organizationId: branded(row.organization_id),
    siteId: row.site_id === wholeOrganization ? null : branded<SiteId>(row.site_id),
    levels: parsed.data,
    changedAt: branded(row.changed_at),
  };
}
