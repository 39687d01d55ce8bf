// Incidents and the steps of their lives.

import { type Kysely, type Selectable, sql } from 'kysely';
import { branded, type SiteId } from '../../core/brand.ts';
import { type Incident, type IncidentStep, stepActions } from '../../core/incident/incident.ts';
import type { IncidentRecords } from '../../core/ports/records-incidents.ts';
import { oneOf } from './columns.ts';
import { listIncidents } from './incident-list.ts';
import { incidentOf, rowOf } from './incident-rows.ts';
import type { IncidentStepRow } from './schema-incidents.ts';
import type { Schema } from './schema.ts';
import { maybe, type Session } from './session.ts';

/** Incidents, their cameras and steps. */
export function incidentRecords(session: Session): IncidentRecords {
  return { ...episodes(session), list: (filter) => listIncidents(session.db, filter), ...steps(session) };
}

function episodes(
  session: Session,
): Pick<IncidentRecords, 'insert' | 'find' | 'update' | 'countUnresolved' | 'unended'> {
  const { db } = session;
  return {
    insert: (incident) =>
      session.atomically(async (tx) => {
        await tx.insertInto('incidents').values(rowOf(incident)).execute();
        await indexCameras(tx, incident);
      }),
    async find(id) {
      const row = await db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
      return maybe(row, incidentOf);
    },
    update: (incident, expectedState) =>
      session.atomically(async (tx) => {
        // Setting the id again would have SQLite look for everything that refers to it.
        const { id, ...changed } = rowOf(incident);
        const { numUpdatedRows } = await tx
          .updateTable('incidents')
          .set(changed)
          .where('id', '=', id)
          .where('state', '=', expectedState)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await indexCameras(tx, incident);
        return true;
      }),
    async countUnresolved(organizationId, siteIds) {
      if (siteIds?.length === 0) return new Map();
      const rows = await db
        .selectFrom('incidents')
        .select((eb) => ['site_id', eb.fn.countAll<number>().as('count')])
        .where('organization_id', '=', organizationId)
        .where('state', '<>', sql.lit('resolved'))
        .$if(siteIds !== undefined, (query) => query.where('site_id', 'in', siteIds ?? []))
        .groupBy('site_id')
        .execute();
      return new Map(rows.map((row) => [branded<SiteId>(row.site_id), Number(row.count)]));
    },
    async unended() {
      const rows = await db
        .selectFrom('incidents')
        .selectAll()
        .where('end_at', 'is', null)
        .orderBy('opened_at')
        .orderBy('id')
        .execute();
      return rows.map(incidentOf);
    },
  };
}

function steps({ db }: Session): Pick<IncidentRecords, 'addStep' | 'steps'> {
  return {
    async addStep(step) {
      await db
        .insertInto('incident_steps')
        .values({
          incident_id: step.incidentId,
          taken_at: step.at,
          action: step.action,
          member_id: step.memberId,
          detail: step.detail,
        })
        .execute();
    },
    async steps(id) {
      const rows = await db
        .selectFrom('incident_steps')
        .selectAll()
        .where('incident_id', '=', id)
        .orderBy('taken_at')
        .orderBy('sequence')
        .execute();
      return rows.map(stepOf);
    },
  };
}

async function indexCameras(tx: Kysely<Schema>, incident: Incident): Promise<void> {
  if (incident.cameraIds.length === 0) return;
  await tx
    .insertInto('incident_cameras')
    .values(
      incident.cameraIds.map((cameraId) => ({
        incident_id: incident.id,
        camera_id: cameraId,
        began_at: incident.startAt,
        incident_severity: incident.severity,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['incident_id', 'camera_id'])
        .doUpdateSet((eb) => ({
          began_at: eb.ref('excluded.began_at'),
          incident_severity: eb.ref('excluded.incident_severity'),
        }))
        // Most changes of an incident leave these alone, and are not written here.
        .where((eb) =>
          eb.or([
            eb('incident_cameras.began_at', '<>', eb.ref('excluded.began_at')),
            eb('incident_cameras.incident_severity', '<>', eb.ref('excluded.incident_severity')),
          ]),
        ),
    )
    .execute();
}

function stepOf(row: Selectable<IncidentStepRow>): IncidentStep {
  return {
    incidentId: branded(row.incident_id),
    at: branded(row.taken_at),
    action: oneOf(stepActions, row.action),
    memberId: row.member_id === null ? null : branded(row.member_id),
    detail: row.detail,
  };
}
