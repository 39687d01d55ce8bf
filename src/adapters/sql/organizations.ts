// Organizations.

import { branded } from '../../core/brand.ts';
import type { Organization } from '../../core/organization/organization.ts';
import type { OrganizationRecords } from '../../core/ports/records.ts';
import type { OrganizationRow } from './schema-people.ts';
import { changedOne, maybe, type Session } from './session.ts';

/** Tenants. */
export function organizationRecords({ db }: Session): OrganizationRecords {
  return {
    async insert(organization) {
      await db.insertInto('organizations').values(rowOf(organization)).execute();
    },
    async find(id) {
      const row = await db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst();
      return maybe(row, organizationOf);
    },
    async page(after, limit) {
      const rows = await db
        .selectFrom('organizations')
        .selectAll()
        .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(organizationOf);
    },
    async count() {
      const { count } = await db
        .selectFrom('organizations')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async update(id, { name, policy }) {
      const set = {
        ...(name === undefined ? {} : { name }),
        ...(policy === undefined ? {} : { require_second_factor: policy.requireSecondFactor ? 1 : 0 }),
      };
      if (Object.keys(set).length === 0) return;
      const result = await db.updateTable('organizations').set(set).where('id', '=', id).executeTakeFirst();
      changedOne(result.numUpdatedRows);
    },
  };
}

function rowOf({ id, name, createdAt, policy }: Organization): OrganizationRow {
  return { id, name, created_at: createdAt, require_second_factor: policy.requireSecondFactor ? 1 : 0 };
}

function organizationOf(row: OrganizationRow): Organization {
  return {
    id: branded(row.id),
    name: row.name,
    createdAt: branded(row.created_at),
    policy: { requireSecondFactor: row.require_second_factor === 1 },
  };
}
