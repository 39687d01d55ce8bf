// Organizations and their members.

import type { Selectable } from 'kysely';
import { branded } from '../../core/brand.ts';
import type { Member, Organization } from '../../core/organization/organization.ts';
import { roles } from '../../core/organization/organization.ts';
import type { MemberRecords, OrganizationRecords } from '../../core/ports/records.ts';
import { oneOf } from './columns.ts';
import type { MemberRow, OrganizationRow } from './schema.ts';
import { maybe, type Session } from './session.ts';

/** Tenants. */
export function organizationRecords({ db }: Session): OrganizationRecords {
  return {
    async insert(organization) {
      const { id, name, createdAt } = organization;
      await db.insertInto('organizations').values({ id, name, created_at: createdAt }).execute();
    },
    async find(id) {
      const row = await db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst();
      return maybe(row, organizationOf);
    },
    async count() {
      const { count } = await db
        .selectFrom('organizations')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

/** People in organizations. */
export function memberRecords({ db }: Session): MemberRecords {
  const members = () => db.selectFrom('members').selectAll().orderBy('created_at').orderBy('id');
  return {
    async insert(member) {
      await db
        .insertInto('members')
        .values({
          id: member.id,
          organization_id: member.organizationId,
          user_id: member.userId,
          name: member.name,
          email: member.email,
          role: member.role,
          created_at: member.createdAt,
        })
        .execute();
    },
    async find(id) {
      return maybe(await members().where('id', '=', id).executeTakeFirst(), memberOf);
    },
    async ofUser(userId) {
      return (await members().where('user_id', '=', userId).execute()).map(memberOf);
    },
    async list(organizationId) {
      return (await members().where('organization_id', '=', organizationId).execute()).map(memberOf);
    },
  };
}

function organizationOf(row: Selectable<OrganizationRow>): Organization {
  return { id: branded(row.id), name: row.name, createdAt: branded(row.created_at) };
}

function memberOf(row: Selectable<MemberRow>): Member {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    userId: row.user_id,
    name: row.name,
    email: row.email,
    role: oneOf(roles, row.role),
    createdAt: branded(row.created_at),
  };
}
