// Zones: a column of JSON a camera, because they change together; and suppressions, a row each.

import { z } from 'zod';
import { branded, type ZoneId } from '../../core/brand.ts';
import { objectKinds } from '../../core/detection/detection.ts';
import type { Suppression } from '../../core/detection/suppression.ts';
import { armedArmings, type CameraZones, lineDirections, zoneKinds } from '../../core/detection/zone.ts';
import { VedetteError } from '../../core/errors.ts';
import type { SuppressionRecords, ZoneRecords } from '../../core/ports/records-zones.ts';
import { oneOf, parsedColumn } from './columns.ts';
import type { CameraZonesRow, SuppressionRow } from './schema-sites.ts';
import { changedOne, maybe, type Session } from './session.ts';

const storedZones = z.array(
  z.object({
    id: z.string().transform((value) => branded<ZoneId>(value)),
    name: z.string(),
    kind: z.enum(zoneKinds),
    points: z.array(z.object({ x: z.number(), y: z.number() })),
    objectKinds: z.array(z.enum(objectKinds)),
    armings: z.array(z.enum(armedArmings)),
    minHeight: z.number(),
    dwellSeconds: z.number(),
    direction: z.enum(lineDirections),
  }),
);

/** What is watched for in each camera's picture. */
export function zoneRecords({ db }: Session): ZoneRecords {
  const stored = () => db.selectFrom('camera_zones').selectAll();
  return {
    async find(cameraId) {
      return maybe(await stored().where('camera_id', '=', cameraId).executeTakeFirst(), zonesOf);
    },
    async all() {
      return (await stored().orderBy('camera_id').execute()).map(zonesOf);
    },
    async replace(next) {
      const row = zonesRow(next);
      const result =
        next.version === 1
          ? await db
              .insertInto('camera_zones')
              .values(row)
              .onConflict((conflict) => conflict.column('camera_id').doNothing())
              .executeTakeFirst()
          : await db
              .updateTable('camera_zones')
              .set(row)
              .where('camera_id', '=', next.cameraId)
              .where('version', '=', next.version - 1)
              .executeTakeFirst();
      return ('numUpdatedRows' in result ? result.numUpdatedRows : result.numInsertedOrUpdatedRows) === 1n;
    },
  };
}

/** What was judged false, and where it stands. */
export function suppressionRecords({ db }: Session): SuppressionRecords {
  const stored = () => db.selectFrom('suppressions').selectAll().orderBy('created_at').orderBy('id');
  return {
    async insert(suppression) {
      await db.insertInto('suppressions').values(suppressionRow(suppression)).execute();
    },
    async find(id) {
      return maybe(await stored().where('id', '=', id).executeTakeFirst(), suppressionOf);
    },
    async ofCamera(cameraId) {
      return (await stored().where('camera_id', '=', cameraId).execute()).map(suppressionOf);
    },
    async all() {
      return (await stored().execute()).map(suppressionOf);
    },
    async delete(id) {
      const result = await db.deleteFrom('suppressions').where('id', '=', id).executeTakeFirst();
      changedOne(result.numDeletedRows);
    },
  };
}

function zonesRow({
  cameraId,
  organizationId,
  siteId,
  version,
  changedAt,
  zones,
}: CameraZones): CameraZonesRow {
  return {
    camera_id: cameraId,
    organization_id: organizationId,
    site_id: siteId,
    version,
    changed_at: changedAt,
    zones: JSON.stringify(zones),
  };
}

function zonesOf(row: CameraZonesRow): CameraZones {
  const parsed = storedZones.safeParse(parsedColumn(row.zones));
  if (!parsed.success) {
    throw new VedetteError('data-damaged', 'The zones of a camera are damaged.', { cause: parsed.error });
  }
  return {
    cameraId: branded(row.camera_id),
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    version: row.version,
    changedAt: row.changed_at === null ? null : branded(row.changed_at),
    zones: parsed.data,
  };
}

function suppressionRow({ box, ...suppression }: Suppression): SuppressionRow {
  return {
    id: suppression.id,
    organization_id: suppression.organizationId,
    site_id: suppression.siteId,
    camera_id: suppression.cameraId,
    kind: suppression.kind,
    ...box,
    created_at: suppression.createdAt,
    created_by: suppression.by,
    incident_id: suppression.incidentId,
  };
}

function suppressionOf(row: SuppressionRow): Suppression {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    cameraId: branded(row.camera_id),
    kind: oneOf(objectKinds, row.kind),
    box: { x: row.x, y: row.y, width: row.width, height: row.height },
    createdAt: branded(row.created_at),
    by: branded(row.created_by),
    incidentId: branded(row.incident_id),
  };
}
