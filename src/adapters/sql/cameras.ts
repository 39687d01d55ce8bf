// Cameras: the source is a column of JSON, its password a sealed column beside it.

import { z } from 'zod';
import { branded, type CameraId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { CameraRecords } from '../../core/ports/records.ts';
import type { Secret } from '../../core/secret.ts';
import type { Camera, CameraPlace, CameraSource } from '../../core/site/camera.ts';
import { parsedColumn } from './columns.ts';
import type { CameraRow } from './schema-sites.ts';
import type { SecretColumns } from './secrets.ts';
import { changedOne, maybe, type Session } from './session.ts';

const storedSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('demo') }),
  z.object({ kind: z.literal('pushed') }),
  z.object({ kind: z.literal('file'), path: z.string(), loop: z.boolean() }),
  z.object({
    kind: z.literal('rtsp'),
    url: z.string(),
    substreamUrl: z.string().nullable(),
    username: z.string().nullable(),
  }),
]);

const storedKind = z.enum(['demo', 'pushed', 'file', 'rtsp']);

/** Video sources, their passwords sealed. */
export function cameraRecords({ db, atomically }: Session, secrets: SecretColumns): CameraRecords {
  const cameras = () => db.selectFrom('cameras').selectAll().orderBy('created_at').orderBy('id');
  const places = () =>
    db
      .selectFrom('cameras')
      .select(['id', 'organization_id', 'site_id', 'name'])
      .orderBy('created_at')
      .orderBy('id');
  const read = (rows: readonly CameraRow[]) => Promise.all(rows.map((row) => cameraOf(secrets, row)));
  return {
    async insert(camera) {
      const source = await sourceColumns(secrets, camera.id, camera.source);
      await db
        .insertInto('cameras')
        .values({
          id: camera.id,
          organization_id: camera.organizationId,
          site_id: camera.siteId,
          name: camera.name,
          ...source,
          enabled: camera.enabled ? 1 : 0,
          created_at: camera.createdAt,
        })
        .execute();
    },
    async find(id) {
      const row = await cameras().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : cameraOf(secrets, row);
    },
    async place(id) {
      return maybe(await places().where('id', '=', id).executeTakeFirst(), placeOf);
    },
    async places(organizationId) {
      return (await places().where('organization_id', '=', organizationId).execute()).map(placeOf);
    },
    async list(organizationId) {
      return read(await cameras().where('organization_id', '=', organizationId).execute());
    },
    async all() {
      return read(await cameras().execute());
    },
    async idsAt(siteId) {
      const rows = await db
        .selectFrom('cameras')
        .select('id')
        .where('site_id', '=', siteId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(({ id }) => branded<CameraId>(id));
    },
    async kindsInUse() {
      const rows = await db
        .selectFrom('cameras')
        .select('source_kind')
        .distinct()
        .where('enabled', '=', 1)
        .execute();
      return rows.map(({ source_kind }) => storedKind.parse(source_kind));
    },
    async count(organizationId, sourceKind) {
      const { count } = await db
        .selectFrom('cameras')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('organization_id', '=', organizationId)
        .$if(sourceKind !== undefined, (query) => query.where('source_kind', '=', sourceKind ?? ''))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async seal({ id, source }) {
      if (source.kind === 'rtsp') await secrets.prepare(source.password, passwordContext(id));
    },
    async update(id, change) {
      const set = {
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.enabled === undefined ? {} : { enabled: change.enabled ? 1 : 0 }),
        ...(change.source === undefined ? {} : await sourceColumns(secrets, id, change.source)),
      };
      if (Object.keys(set).length === 0) return;
      const result = await db.updateTable('cameras').set(set).where('id', '=', id).executeTakeFirst();
      changedOne(result.numUpdatedRows);
    },
    async delete(id) {
      await atomically(async (all) => {
        await all.deleteFrom('camera_zones').where('camera_id', '=', id).execute();
        await all.deleteFrom('suppressions').where('camera_id', '=', id).execute();
        await all.deleteFrom('cameras').where('id', '=', id).execute();
      });
    },
  };
}

function placeOf(row: Pick<CameraRow, 'id' | 'organization_id' | 'site_id' | 'name'>): CameraPlace {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    name: row.name,
  };
}

/** What a sealed password is bound to. */
export function passwordContext(cameraId: string): string {
  return `camera/${cameraId}/password`;
}

async function sourceColumns(
  secrets: SecretColumns,
  cameraId: string,
  source: CameraSource,
): Promise<Pick<CameraRow, 'source_kind' | 'source' | 'password'>> {
  const password = source.kind === 'rtsp' ? source.password : null;
  return {
    source_kind: source.kind,
    // The schema drops what it does not know: the password never becomes part of the JSON.
    source: JSON.stringify(storedSource.parse(source)),
    password: await secrets.column(password, passwordContext(cameraId)),
  };
}

async function cameraOf(secrets: SecretColumns, row: CameraRow): Promise<Camera> {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    name: row.name,
    source: sourceOf(row.source, await secrets.secret(row.password, passwordContext(row.id))),
    enabled: row.enabled === 1,
    createdAt: branded(row.created_at),
  };
}

function sourceOf(column: string, password: Secret | null): CameraSource {
  const parsed = storedSource.safeParse(parsedColumn(column));
  if (!parsed.success) {
    throw new VedetteError('data-damaged', 'The source of a camera is damaged.', { cause: parsed.error });
  }
  return parsed.data.kind === 'rtsp' ? { ...parsed.data, password } : parsed.data;
}
