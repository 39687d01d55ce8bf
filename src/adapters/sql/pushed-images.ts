// Pushed images: rows of stills that integrators sent.

import { sql } from 'kysely';
import { z } from 'zod';
import { branded, type ImageId } from '../../core/brand.ts';
import { type Detection, objectKinds } from '../../core/detection/detection.ts';
import { VedetteError } from '../../core/errors.ts';
import {
  imageMediaTypes,
  type ImageObject,
  imageStates,
  lookStates,
  type PushedImage,
  quarantineReasons,
  ways,
} from '../../core/image/pushed-image.ts';
import type { PushedImageRecords } from '../../core/ports/records-images.ts';
import { oneOf, parsedColumn } from './columns.ts';
import { addGarbage } from './footage.ts';
import type { PushedImageRow } from './schema-footage.ts';
import { maybe, type Session } from './session.ts';

const gone = {
  ...{ blob_key: null, size_bytes: null, sha256: null },
  ...{ key_hour: null, key_epoch: null, key_ciphertext: null, sealed_key: null },
} as const;

/** Rows of stills that integrators sent. */
export function pushedImageRecords(session: Session): PushedImageRecords {
  const { db } = session;
  // Written out: the indexes serve only a query that says so word for word.
  const isStored = sql<boolean>`state = 'stored'`;
  const isQuarantined = sql<boolean>`state = 'quarantined'`;
  return {
    insertNew: (images) =>
      session.atomically(async (tx) => {
        if (images.length === 0) return [];
        const rows = await tx
          .insertInto('pushed_images')
          .values(images.map(rowOf))
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returning(['id', 'blob_key'])
          .execute();
        const owned = rows.map(({ blob_key }) => blob_key).filter((key) => key !== null);
        if (owned.length > 0) await tx.deleteFrom('garbage').where('blob_key', 'in', owned).execute();
        return rows.map(({ id }) => branded<ImageId>(id));
      }),
    async find(id) {
      const row = await db.selectFrom('pushed_images').selectAll().where('id', '=', id).executeTakeFirst();
      return maybe(row, imageOf);
    },
    async list(cameraId, { startAt, endAt }, limit) {
      const rows = await db
        .selectFrom('pushed_images')
        .selectAll()
        .where('camera_id', '=', cameraId)
        .where(isStored)
        .where('taken_at', '>=', startAt)
        .where('taken_at', '<', endAt)
        .orderBy('taken_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.reverse().map(imageOf);
    },
    async firstAt(cameraId) {
      const row = await db
        .selectFrom('pushed_images')
        .select('taken_at')
        .where('camera_id', '=', cameraId)
        .where(isStored)
        .orderBy('taken_at')
        .limit(1)
        .executeTakeFirst();
      return maybe(row, ({ taken_at }) => branded(taken_at));
    },
    async quarantined({ organizationId, siteIds }, limit) {
      const rows = await db
        .selectFrom('pushed_images')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where(isQuarantined)
        .$if(siteIds !== undefined, (query) => query.where('site_id', 'in', [...(siteIds ?? [])]))
        .orderBy('received_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(imageOf);
    },
    release: (image, at) =>
      session.atomically(async (tx) => {
        const before = await tx
          .selectFrom('pushed_images')
          .select('blob_key')
          .where('id', '=', image.id)
          .where(isQuarantined)
          .executeTakeFirst();
        if (before === undefined) return false;
        const { id, ...change } = rowOf(image);
        await tx.updateTable('pushed_images').set(change).where('id', '=', id).execute();
        if (change.blob_key === before.blob_key) return true;
        if (change.blob_key !== null)
          await tx.deleteFrom('garbage').where('blob_key', '=', change.blob_key).execute();
        if (before.blob_key !== null) await addGarbage(tx, before.blob_key, at);
        return true;
      }),
    async looked(id, { look, detections, incidentId }) {
      const result = await db
        .updateTable('pushed_images')
        .set({ look, detections: JSON.stringify(detections), incident_id: incidentId })
        .where('id', '=', id)
        .where('look', '<>', 'done')
        .where(isStored)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async page(after, limit) {
      const rows = await db
        .selectFrom('pushed_images')
        .selectAll()
        .where('id', '>', after ?? '')
        .where('blob_key', 'is not', null)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(imageOf);
    },
    async expired(takenBefore, limit, siteId) {
      const rows = await db
        .selectFrom('pushed_images')
        .selectAll()
        .where(isStored)
        .where('taken_at', '<', takenBefore)
        .$if(siteId !== undefined, (query) => query.where('site_id', '=', siteId ?? ''))
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('holds')
                .select('holds.id')
                .whereRef('holds.camera_id', '=', 'pushed_images.camera_id')
                .whereRef('holds.start_at', '<=', 'pushed_images.taken_at')
                .whereRef('holds.end_at', '>', 'pushed_images.taken_at'),
            ),
          ),
        )
        .orderBy('taken_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(imageOf);
    },
    async expiredQuarantine(receivedBefore, limit, siteId) {
      const rows = await db
        .selectFrom('pushed_images')
        .selectAll()
        .where(isQuarantined)
        .where('received_at', '<', receivedBefore)
        .$if(siteId !== undefined, (query) => query.where('site_id', '=', siteId ?? ''))
        .orderBy('received_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(imageOf);
    },
    destroy: (id, at) =>
      session.atomically(async (tx) => {
        const row = await tx
          .selectFrom('pushed_images')
          .select('blob_key')
          .where('id', '=', id)
          .executeTakeFirst();
        if (row === undefined || row.blob_key === null) return;
        await tx
          .updateTable('pushed_images')
          .set({ state: 'destroyed', destroyed_at: at, detections: '[]', ...gone })
          .where('id', '=', id)
          .execute();
        await addGarbage(tx, row.blob_key, at);
      }),
    async forget(destroyedBefore, limit) {
      const result = await db
        .deleteFrom('pushed_images')
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('pushed_images')
            .select('id')
            .where(sql<boolean>`state = 'destroyed'`)
            .where('destroyed_at', '<', destroyedBefore)
            .orderBy('destroyed_at')
            .limit(limit),
        )
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}

function rowOf(image: PushedImage): PushedImageRow {
  const { object } = image;
  return {
    ...{ id: image.id, organization_id: image.organizationId, site_id: image.siteId },
    ...{ camera_id: image.cameraId, way: image.way, pushed_by: image.pushedBy },
    ...{ state: image.state, reason: image.reason, wrong_header: image.wrongHeader },
    ...{ taken_at: image.takenAt, received_at: image.receivedAt, destroyed_at: image.destroyedAt },
    ...{ media_type: image.mediaType, width: image.width, height: image.height },
    is_stripped: image.isStripped ? 1 : 0,
    ...(object === null
      ? gone
      : {
          ...{ blob_key: object.blobKey, size_bytes: object.sizeBytes, sha256: object.sha256 },
          key_hour: object.key.hour,
          key_epoch: object.key.wrappedHourKey.epoch,
          key_ciphertext: object.key.wrappedHourKey.ciphertext,
          sealed_key: object.key.sealedKey,
        }),
    ...{ look: image.look, detections: JSON.stringify(image.detections), incident_id: image.incidentId },
  };
}

function imageOf(row: PushedImageRow): PushedImage {
  return {
    ...{ id: branded(row.id), organizationId: branded(row.organization_id), siteId: branded(row.site_id) },
    cameraId: row.camera_id === null ? null : branded(row.camera_id),
    ...{ way: oneOf(ways, row.way), pushedBy: row.pushed_by, state: oneOf(imageStates, row.state) },
    reason: row.reason === null ? null : oneOf(quarantineReasons, row.reason),
    wrongHeader: row.wrong_header,
    ...{ takenAt: branded(row.taken_at), receivedAt: branded(row.received_at) },
    destroyedAt: row.destroyed_at === null ? null : branded(row.destroyed_at),
    mediaType: oneOf(imageMediaTypes, row.media_type),
    ...{ width: row.width, height: row.height, isStripped: row.is_stripped === 1 },
    object: objectOf(row),
    look: oneOf(lookStates, row.look),
    detections: detectionsOf(row.detections),
    incidentId: row.incident_id === null ? null : branded(row.incident_id),
  };
}

function objectOf(row: PushedImageRow): ImageObject | null {
  const { blob_key, size_bytes, sha256, key_hour, key_epoch, key_ciphertext, sealed_key } = row;
  if (blob_key === null || size_bytes === null || sha256 === null) return null;
  if (key_hour === null || key_epoch === null || key_ciphertext === null || sealed_key === null) return null;
  return {
    ...{ blobKey: blob_key, sizeBytes: size_bytes, sha256: branded(sha256) },
    key: {
      hour: key_hour,
      wrappedHourKey: { epoch: key_epoch, ciphertext: key_ciphertext },
      sealedKey: sealed_key,
    },
  };
}

const detections = z.array(
  z.object({
    kind: z.enum(objectKinds),
    score: z.number(),
    box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  }),
);

function detectionsOf(column: string): readonly Detection[] {
  const parsed = detections.safeParse(parsedColumn(column));
  if (parsed.success) return parsed.data;
  throw new VedetteError('data-damaged', 'What was seen in an image is damaged.', { cause: parsed.error });
}
