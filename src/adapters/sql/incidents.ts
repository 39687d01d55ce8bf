// Incidents and the steps of their lives.

import { type Kysely, type Selectable, sql } from 'kysely';
import { branded, type CameraId, type DeviceId, type SiteId } from '../../core/brand.ts';
import {
  type Incident,
  type IncidentStep,
  incidentKinds,
  incidentStates,
  resolutions,
  severities,
  stepActions,
} from '../../core/incident/incident.ts';
import type { IncidentRecords } from '../../core/ports/records.ts';
import { oneOf, parsedTexts } from './columns.ts';
import type { IncidentRow, IncidentStepRow, Schema } from './schema.ts';
import { maybe, type Session } from './session.ts';

/** Incidents, their cameras and steps. */
export function incidentRecords(session: Session): IncidentRecords {
  return { ...episodes(session), list: (filter) => list(session.db, filter), ...steps(session) };
}

function episodes(
  session: Session,
): Pick<IncidentRecords, 'insert' | 'find' | 'update' | 'current' | 'countUnresolved' | 'unended'> {
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
    async current(siteId, activeSince) {
      const row = await db
        .selectFrom('incidents')
        .selectAll()
        .where('site_id', '=', siteId)
        // Written out: an index of the unresolved ones only serves a query that says so word for word.
        .where('state', '<>', sql.lit('resolved'))
        .where((eb) =>
          eb.or([
            eb('end_at', 'is', null),
            eb('end_at', '>=', activeSince),
            eb('last_seen_at', '>=', activeSince),
          ]),
        )
        .orderBy('opened_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return maybe(row, incidentOf);
    },
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

type Filter = Parameters<IncidentRecords['list']>[0];

async function list(db: Kysely<Schema>, filter: Filter): Promise<readonly Incident[]> {
  if (filter.siteIds?.length === 0) return [];
  const rows = await listed(db, filter).limit(filter.limit).execute();
  const last = rows.at(-1);
  if (last === undefined || rows.length < filter.limit) return rows.map(incidentOf);
  // Who pages on by time must not miss what began in the same millisecond as the last one.
  const same = await listed(db, filter)
    .where('start_at', '=', last.start_at)
    .where('id', '<', last.id)
    .execute();
  return [...rows, ...same].map(incidentOf);
}

function listed(db: Kysely<Schema>, filter: Filter) {
  const { siteId, siteIds, cameraId, states, before, span } = filter;
  return db
    .selectFrom('incidents')
    .selectAll()
    .where('organization_id', '=', filter.organizationId)
    .$if(siteId !== undefined, (query) => query.where('site_id', '=', siteId ?? ''))
    .$if(siteIds !== undefined, (query) => query.where('site_id', 'in', siteIds ?? []))
    .$if(cameraId !== undefined, (query) =>
      query.where('id', 'in', (eb) =>
        eb
          .selectFrom('incident_cameras')
          .select('incident_id')
          .where('camera_id', '=', cameraId ?? ''),
      ),
    )
    .$if(states !== undefined, (query) => query.where('state', 'in', states ?? []))
    .$if(before !== undefined, (query) => query.where('start_at', '<', before ?? 0))
    .$if(span !== undefined, (query) =>
      query
        .where('start_at', '<', span?.endAt ?? 0)
        .where((eb) => eb.or([eb('end_at', 'is', null), eb('end_at', '>', span?.startAt ?? 0)])),
    )
    .orderBy('start_at', 'desc')
    .orderBy('id', 'desc');
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
    .values(incident.cameraIds.map((cameraId) => ({ incident_id: incident.id, camera_id: cameraId })))
    .onConflict((conflict) => conflict.columns(['camera_id', 'incident_id']).doNothing())
    .execute();
}

function rowOf(incident: Incident): IncidentRow {
  return {
    id: incident.id,
    organization_id: incident.organizationId,
    site_id: incident.siteId,
    camera_ids: JSON.stringify(incident.cameraIds),
    sensor_ids: JSON.stringify(incident.sensorIds),
    state: incident.state,
    resolution: incident.resolution,
    kind: incident.kind,
    severity: incident.severity,
    assignee_id: incident.assigneeId,
    escalation: incident.escalation,
    best_score: incident.bestScore,
    start_at: incident.startAt,
    last_seen_at: incident.lastSeenAt,
    end_at: incident.endAt,
    opened_at: incident.openedAt,
    snapshot_id: incident.snapshotId,
  };
}

function incidentOf(row: IncidentRow): Incident {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    cameraIds: parsedTexts(row.camera_ids).map((id) => branded<CameraId>(id)),
    sensorIds: parsedTexts(row.sensor_ids).map((id) => branded<DeviceId>(id)),
    state: oneOf(incidentStates, row.state),
    resolution: row.resolution === null ? null : oneOf(resolutions, row.resolution),
    kind: oneOf(incidentKinds, row.kind),
    severity: oneOf(severities, row.severity),
    assigneeId: row.assignee_id === null ? null : branded(row.assignee_id),
    escalation: row.escalation,
    bestScore: row.best_score,
    startAt: branded(row.start_at),
    lastSeenAt: branded(row.last_seen_at),
    endAt: row.end_at === null ? null : branded(row.end_at),
    openedAt: branded(row.opened_at),
    snapshotId: row.snapshot_id === null ? null : branded(row.snapshot_id),
  };
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
