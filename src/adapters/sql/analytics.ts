// What became of incidents, counted in the database.

import type { Kysely } from 'kysely';
import { branded, type SiteId } from '../../core/brand.ts';
import { resolutions } from '../../core/incident/incident.ts';
import type { AnalyticsRecords, IncidentsOf } from '../../core/ports/records-analytics.ts';
import { oneOf } from './columns.ts';
import type { Schema } from './schema.ts';
import type { Session } from './session.ts';

/** Counts and waits. */
export function analyticsRecords({ db }: Session): AnalyticsRecords {
  return {
    async outcomesBySite(of) {
      if (of.siteIds.length === 0) return [];
      const rows = await began(db, of)
        .select((eb) => ['incidents.site_id', 'resolution', eb.fn.countAll<number>().as('count')])
        .groupBy(['incidents.site_id', 'resolution'])
        .execute();
      return rows.map(countedOf);
    },
    async outcomesByCamera(of) {
      if (of.siteIds.length === 0) return [];
      const rows = await began(db, of)
        .innerJoin('incident_cameras', 'incident_cameras.incident_id', 'incidents.id')
        .select((eb) => [
          'incidents.site_id',
          'incident_cameras.camera_id',
          'resolution',
          eb.fn.countAll<number>().as('count'),
        ])
        .groupBy(['incidents.site_id', 'incident_cameras.camera_id', 'resolution'])
        .execute();
      return rows.map((row) => ({ ...countedOf(row), cameraId: branded(row.camera_id) }));
    },
    async reactions(of) {
      if (of.siteIds.length === 0) return [];
      const rows = await began(db, of)
        .innerJoin('incident_steps', 'incident_steps.incident_id', 'incidents.id')
        .where('incident_steps.action', 'in', ['acknowledged', 'resolved'])
        .where('incident_steps.member_id', 'is not', null)
        .select(['incidents.id', 'opened_at', 'member_id', 'taken_at'])
        .orderBy('incidents.id')
        .orderBy('taken_at')
        .orderBy('sequence')
        .execute();
      return rows
        .filter((row, index) => row.id !== rows[index - 1]?.id)
        .map((row) => ({
          memberId: branded(row.member_id ?? ''),
          waitMs: Math.max(0, row.taken_at - row.opened_at),
        }));
    },
  };
}

function began(db: Kysely<Schema>, { organizationId, siteIds, span }: IncidentsOf) {
  return db
    .selectFrom('incidents')
    .where('incidents.organization_id', '=', organizationId)
    .where('incidents.site_id', 'in', siteIds)
    .where('incidents.start_at', '>=', span.startAt)
    .where('incidents.start_at', '<', span.endAt);
}

function countedOf(row: { site_id: string; resolution: string | null; count: number }) {
  return {
    siteId: branded<SiteId>(row.site_id),
    resolution: row.resolution === null ? null : oneOf(resolutions, row.resolution),
    count: Number(row.count),
  };
}
