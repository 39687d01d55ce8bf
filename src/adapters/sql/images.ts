// Images: rows of sealed stills.

import { branded } from '../../core/brand.ts';
import type { Image } from '../../core/image/image.ts';
import type { ImageRecords } from '../../core/ports/records.ts';
import { oneOf } from './columns.ts';
import { addGarbage } from './footage.ts';
import type { ImageRow } from './schema-footage.ts';
import { maybe, type Session } from './session.ts';

/** Rows of sealed stills. */
export function imageRecords(session: Session): ImageRecords {
  const { db } = session;
  return {
    async insert(image) {
      await db.insertInto('images').values(rowOf(image)).execute();
    },
    async find(id) {
      const row = await db.selectFrom('images').selectAll().where('id', '=', id).executeTakeFirst();
      return maybe(row, imageOf);
    },
    async page(after, limit) {
      const rows = await db
        .selectFrom('images')
        .selectAll()
        .where('id', '>', after ?? '')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(imageOf);
    },
    async expired(takenBefore, limit) {
      const rows = await db
        .selectFrom('images')
        .selectAll()
        .where('taken_at', '<', takenBefore)
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('incidents')
                .select('incidents.id')
                .whereRef('incidents.snapshot_id', '=', 'images.id')
                .where((each) =>
                  each.or([
                    each('incidents.state', '<>', 'resolved'),
                    each.exists(
                      each
                        .selectFrom('holds')
                        .select('holds.id')
                        .whereRef('holds.incident_id', '=', 'incidents.id'),
                    ),
                  ]),
                ),
            ),
          ),
        )
        .orderBy('taken_at')
        .limit(limit)
        .execute();
      return rows.map(imageOf);
    },
    destroy: (id, at) =>
      session.atomically(async (tx) => {
        const row = await tx
          .deleteFrom('images')
          .where('id', '=', id)
          .returning('blob_key')
          .executeTakeFirst();
        if (row !== undefined) await addGarbage(tx, row.blob_key, at);
      }),
  };
}

function rowOf(image: Image): ImageRow {
  return {
    id: image.id,
    organization_id: image.organizationId,
    site_id: image.siteId,
    camera_id: image.cameraId,
    taken_at: image.at,
    media_type: image.mediaType,
    blob_key: image.blobKey,
    size_bytes: image.sizeBytes,
    sha256: image.sha256,
    key_epoch: image.wrappedKey.epoch,
    key_ciphertext: image.wrappedKey.ciphertext,
  };
}

function imageOf(row: ImageRow): Image {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    cameraId: branded(row.camera_id),
    at: branded(row.taken_at),
    mediaType: oneOf(['image/jpeg'], row.media_type),
    blobKey: row.blob_key,
    sizeBytes: row.size_bytes,
    sha256: branded(row.sha256),
    wrappedKey: { epoch: row.key_epoch, ciphertext: row.key_ciphertext },
  };
}
