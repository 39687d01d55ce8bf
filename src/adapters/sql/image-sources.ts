// Image sources: the secret is a sealed column.

import { branded, type SiteId } from '../../core/brand.ts';
import type { ImageSource } from '../../core/image/image-source.ts';
import type { ImageSourceRecords } from '../../core/ports/records-images.ts';
import { secret as secretOf } from '../../core/secret.ts';
import { parsedTexts } from './columns.ts';
import type { ImageSourceRow } from './schema-people.ts';
import type { SecretColumns } from './secrets.ts';
import { changedOne, type Session } from './session.ts';

/** Who may send images over Kafka. */
export function imageSourceRecords({ db }: Session, secrets: SecretColumns): ImageSourceRecords {
  const sources = () => db.selectFrom('image_sources').selectAll();
  return {
    seal: ({ id, secret }) => secrets.prepare(secret, imageSourceSecretContext(id)),
    async insert(source) {
      await db
        .insertInto('image_sources')
        .values(await rowOf(secrets, source))
        .execute();
    },
    async find(id) {
      const row = await sources().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : sourceOf(secrets, row);
    },
    async list(organizationId) {
      const rows = await sources()
        .where('organization_id', '=', organizationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return Promise.all(rows.map((row) => sourceOf(secrets, row)));
    },
    async count(organizationId) {
      const { count } = await db
        .selectFrom('image_sources')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('organization_id', '=', organizationId)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async renew(source) {
      const { secret, renewed_at } = await rowOf(secrets, source);
      const result = await db
        .updateTable('image_sources')
        .set({ secret, renewed_at })
        .where('id', '=', source.id)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows);
    },
    async used(id, at) {
      const result = await db
        .updateTable('image_sources')
        .set({ last_used_at: at })
        .where('id', '=', id)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows);
    },
    async delete(id) {
      await db.deleteFrom('image_sources').where('id', '=', id).execute();
    },
    async deleteOf(memberId) {
      await db.deleteFrom('image_sources').where('created_by', '=', memberId).execute();
    },
  };
}

async function rowOf(secrets: SecretColumns, source: ImageSource): Promise<ImageSourceRow> {
  return {
    id: source.id,
    organization_id: source.organizationId,
    name: source.name,
    site_ids: source.siteIds === null ? null : JSON.stringify(source.siteIds),
    created_by: source.createdBy,
    created_at: source.createdAt,
    renewed_at: source.renewedAt,
    last_used_at: source.lastUsedAt,
    secret: (await secrets.column(source.secret, imageSourceSecretContext(source.id))) ?? '',
  };
}

async function sourceOf(secrets: SecretColumns, row: ImageSourceRow): Promise<ImageSource> {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    name: row.name,
    siteIds: row.site_ids === null ? null : parsedTexts(row.site_ids).map((id) => branded<SiteId>(id)),
    createdBy: branded(row.created_by),
    createdAt: branded(row.created_at),
    renewedAt: branded(row.renewed_at),
    lastUsedAt: row.last_used_at === null ? null : branded(row.last_used_at),
    secret: (await secrets.secret(row.secret, imageSourceSecretContext(row.id))) ?? secretOf(''),
  };
}

/** What the secret of a source is bound to. */
export function imageSourceSecretContext(id: string): string {
  return `image-source/${id}/secret`;
}
