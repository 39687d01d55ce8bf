// Access keys: only their hashes are here.

import { branded, type SiteId } from '../../core/brand.ts';
import { type AccessKey, machinePermissions } from '../../core/organization/access-key.ts';
import type { AccessKeyRecords } from '../../core/ports/records.ts';
import { oneOf, parsedTexts } from './columns.ts';
import type { AccessKeyRow } from './schema-people.ts';
import { changedOne, maybe, type Session } from './session.ts';

/** Keys of machines. */
export function accessKeyRecords({ db }: Session): AccessKeyRecords {
  const keys = () => db.selectFrom('access_keys').selectAll();
  return {
    async insert(key) {
      await db.insertInto('access_keys').values(rowOf(key)).execute();
    },
    async find(id) {
      return maybe(await keys().where('id', '=', id).executeTakeFirst(), accessKeyOf);
    },
    async findBySha256(sha256) {
      return maybe(await keys().where('sha256', '=', sha256).executeTakeFirst(), accessKeyOf);
    },
    async list(organizationId) {
      const rows = await keys()
        .where('organization_id', '=', organizationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(accessKeyOf);
    },
    async used(id, at) {
      const result = await db
        .updateTable('access_keys')
        .set({ last_used_at: at })
        .where('id', '=', id)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows);
    },
    async delete(id) {
      await db.deleteFrom('access_keys').where('id', '=', id).execute();
    },
  };
}

function rowOf(key: AccessKey): AccessKeyRow {
  return {
    id: key.id,
    organization_id: key.organizationId,
    name: key.name,
    permissions: JSON.stringify(key.permissions),
    site_ids: key.siteIds === null ? null : JSON.stringify(key.siteIds),
    created_by: key.createdBy,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
    first_characters: key.start,
    sha256: key.sha256,
  };
}

function accessKeyOf(row: AccessKeyRow): AccessKey {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    name: row.name,
    permissions: parsedTexts(row.permissions).map((name) => oneOf(machinePermissions, name)),
    siteIds: row.site_ids === null ? null : parsedTexts(row.site_ids).map((id) => branded<SiteId>(id)),
    createdBy: branded(row.created_by),
    createdAt: branded(row.created_at),
    expiresAt: branded(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : branded(row.last_used_at),
    start: row.first_characters,
    sha256: branded(row.sha256),
  };
}
