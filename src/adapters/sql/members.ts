// Members, and the sites that name them.

import type { Kysely } from 'kysely';
import { branded, type MemberId, type SiteId } from '../../core/brand.ts';
import { type Member, roles } from '../../core/organization/organization.ts';
import type { MemberRecords } from '../../core/ports/records.ts';
import { oneOf } from './columns.ts';
import type { MemberRow } from './schema-people.ts';
import type { Schema } from './schema.ts';
import { changedOne, type Session } from './session.ts';

/** What goes with a member: nothing is told to who is gone. */
const ofMembers = ['member_sites', 'alert_preferences', 'proven_phones', 'push_subscriptions'] as const;

/** People in organizations. */
export function memberRecords(session: Session): MemberRecords {
  const { db } = session;
  return {
    insert: (member) =>
      session.atomically(async (tx) => {
        await tx.insertInto('members').values(rowOf(member)).execute();
        await insertSites(tx, member.id, member.siteIds);
      }),
    async find(id) {
      return folded(await joined(db).where('members.id', '=', id).execute())[0] ?? null;
    },
    async ofUser(userId) {
      return folded(await joined(db).where('members.user_id', '=', userId).execute());
    },
    async list(organizationId) {
      return folded(await joined(db).where('members.organization_id', '=', organizationId).execute());
    },
    update: (id, change) => session.atomically((tx) => update(tx, id, change)),
    delete: (id) =>
      session.atomically(async (tx) => {
        for (const table of ofMembers) await tx.deleteFrom(table).where('member_id', '=', id).execute();
        await tx.deleteFrom('members').where('id', '=', id).execute();
      }),
  };
}

/** One row for each site of a member; one without a site for who has none. */
function joined(db: Kysely<Schema>) {
  return db
    .selectFrom('members')
    .leftJoin('member_sites', 'member_sites.member_id', 'members.id')
    .selectAll('members')
    .select('member_sites.site_id')
    .orderBy('members.created_at')
    .orderBy('members.id')
    .orderBy('member_sites.site_id');
}

function folded(rows: readonly (MemberRow & { site_id: string | null })[]): readonly Member[] {
  const members: (Member & { readonly siteIds: SiteId[] })[] = [];
  for (const row of rows) {
    const last = members.at(-1);
    const member = last?.id === row.id ? last : { ...memberOf(row), siteIds: [] };
    if (member !== last) members.push(member);
    if (row.site_id !== null) member.siteIds.push(branded(row.site_id));
  }
  return members;
}

async function update(
  tx: Kysely<Schema>,
  id: MemberId,
  change: Parameters<MemberRecords['update']>[1],
): Promise<void> {
  const { name, email, phone, role, siteIds, lastSeenAt } = change;
  const set = {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    ...(role === undefined ? {} : { role }),
    ...(lastSeenAt === undefined ? {} : { last_seen_at: lastSeenAt }),
  };
  if (Object.keys(set).length > 0) {
    const result = await tx.updateTable('members').set(set).where('id', '=', id).executeTakeFirst();
    changedOne(result.numUpdatedRows);
  }
  if (siteIds === undefined) return;
  const found = await tx.selectFrom('members').select('id').where('id', '=', id).execute();
  changedOne(BigInt(found.length));
  await tx.deleteFrom('member_sites').where('member_id', '=', id).execute();
  await insertSites(tx, id, siteIds);
}

async function insertSites(tx: Kysely<Schema>, id: MemberId, siteIds: readonly SiteId[]): Promise<void> {
  if (siteIds.length === 0) return;
  const rows = siteIds.map((siteId) => ({ member_id: id, site_id: siteId }));
  await tx.insertInto('member_sites').values(rows).execute();
}

function rowOf(member: Member): MemberRow {
  return {
    id: member.id,
    organization_id: member.organizationId,
    user_id: member.userId,
    name: member.name,
    email: member.email,
    role: member.role,
    created_at: member.createdAt,
    phone: member.phone,
    last_seen_at: member.lastSeenAt,
  };
}

function memberOf(row: MemberRow): Omit<Member, 'siteIds'> {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    userId: row.user_id,
    name: row.name,
    email: row.email,
    phone: row.phone,
    role: oneOf(roles, row.role),
    createdAt: branded(row.created_at),
    lastSeenAt: row.last_seen_at === null ? null : branded(row.last_seen_at),
  };
}
