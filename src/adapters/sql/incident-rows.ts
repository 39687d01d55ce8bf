// Incidents as rows, and rows as incidents.

import { branded, type CameraId, type DeviceId } from '../../core/brand.ts';
import {
  type Incident,
  incidentKinds,
  incidentStates,
  resolutions,
  severities,
} from '../../core/incident/incident.ts';
import { oneOf, parsedTexts } from './columns.ts';
import type { IncidentRow } from './schema-incidents.ts';

export function rowOf(incident: Incident): IncidentRow {
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
    told_level: incident.level,
    best_score: incident.bestScore,
    start_at: incident.startAt,
    last_seen_at: incident.lastSeenAt,
    end_at: incident.endAt,
    opened_at: incident.openedAt,
    snapshot_id: incident.snapshotId,
  };
}

export function incidentOf(row: IncidentRow): Incident {
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
    level: row.told_level,
    bestScore: row.best_score,
    startAt: branded(row.start_at),
    lastSeenAt: branded(row.last_seen_at),
    endAt: row.end_at === null ? null : branded(row.end_at),
    openedAt: branded(row.opened_at),
    snapshotId: row.snapshot_id === null ? null : branded(row.snapshot_id),
  };
}
