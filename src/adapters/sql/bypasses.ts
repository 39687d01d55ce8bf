// Bypassed cameras.

import type { Selectable } from 'kysely';
import { branded, type EpochMs } from '../../core/brand.ts';
import type { BypassRecords } from '../../core/ports/records-arming.ts';
import type { Bypass } from '../../core/site/bypass.ts';
import { armedByColumns, armedByOf } from './armed-by.ts';
import type { BypassRow } from './schema-sites.ts';
import type { Session } from './session.ts';

/** Stands for "no end", so that one comparison finds what goes on. */
const never = Number.MAX_SAFE_INTEGER;

/** Cameras whose sites are armed without them. `ended_at` is when it ended or will end. */
export function bypassRecords(session: Session): BypassRecords {
  const { db } = session;
  const bypasses = () => db.selectFrom('bypasses').selectAll();
  return {
    begin: (bypass) =>
      session.atomically(async (tx) => {
        const by = armedByColumns(bypass.by);
        await end({ ...session, db: tx }, bypass.siteId, {
          cameraId: bypass.cameraId,
          at: bypass.since,
          by: bypass.by,
        });
        await tx
          .insertInto('bypasses')
          .values({
            organization_id: bypass.organizationId,
            site_id: bypass.siteId,
            camera_id: bypass.cameraId,
            since: bypass.since,
            until: bypass.until ?? never,
            by_kind: by.kind,
            by_id: by.id,
            ended_at: bypass.until ?? never,
            ended_by_kind: null,
            ended_by_id: null,
          })
          .execute();
      }),
    end: (siteId, which) => end(session, siteId, which),
    async isBypassed(cameraId, at) {
      const row = await db
        .selectFrom('bypasses')
        .select('sequence')
        .where('camera_id', '=', cameraId)
        .where('ended_at', '>', at)
        .where('since', '<=', at)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    async active(organizationId, at) {
      const rows = await bypasses()
        .where('organization_id', '=', organizationId)
        .where('ended_at', '>', at)
        .where('since', '<=', at)
        .execute();
      return rows.toSorted((a, b) => a.sequence - b.sequence).map(bypassOf);
    },
    async list(siteId, limit, before) {
      const rows = await bypasses()
        .where('site_id', '=', siteId)
        .$if(before !== undefined, (query) => query.where('since', '<', before ?? branded<EpochMs>(0)))
        .orderBy('since', 'desc')
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute();
      return rows.map(bypassOf);
    },
  };
}

const end: (session: Session, ...args: Parameters<BypassRecords['end']>) => Promise<number> = async (
  { db },
  siteId,
  { cameraId, at, by },
) => {
  const columns = armedByColumns(by);
  const result = await db
    .updateTable('bypasses')
    .set({ ended_at: at, ended_by_kind: columns.kind, ended_by_id: columns.id })
    .where('site_id', '=', siteId)
    .$if(cameraId !== undefined, (query) => query.where('camera_id', '=', cameraId ?? ''))
    .where('since', '<=', at)
    .where('ended_at', '>', at)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
};

function bypassOf(row: Selectable<BypassRow>): Bypass {
  return {
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    cameraId: branded(row.camera_id),
    since: branded(row.since),
    until: row.until === never ? null : branded(row.until),
    by: armedByOf(row.by_kind, row.by_id),
    endedAt: row.ended_by_kind === null ? null : branded(row.ended_at),
    endedBy: row.ended_by_kind === null ? null : armedByOf(row.ended_by_kind, row.ended_by_id),
  };
}
