// Incidents of a camera by severity, without sorting all that it ever had.

export const cameraSeveritySchema: readonly string[] = [
  // Beside the begin, for the same reason.
  `alter table incident_cameras add column incident_severity text not null default 'normal'`,
  `update incident_cameras set incident_severity =
    (select severity from incidents where incidents.id = incident_cameras.incident_id)`,
  `create index incident_cameras_by_severity
    on incident_cameras (camera_id, incident_severity, began_at, incident_id)`,
];
