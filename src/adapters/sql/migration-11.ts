// Lists of incidents by camera, and of unresolved ones by severity, without reading all there ever were.

export const incidentCamerasSchema: readonly string[] = [
  // When the incident began stands beside each camera of it, so that a camera's incidents are walked in their order.
  `alter table incident_cameras add column began_at bigint not null default 0`,
  `update incident_cameras set began_at =
    (select start_at from incidents where incidents.id = incident_cameras.incident_id)`,
  `drop index incident_cameras_by_camera`,
  `create index incident_cameras_by_begin on incident_cameras (camera_id, began_at, incident_id)`,
  // The duty screen asks for these every few seconds.
  `create index incidents_unresolved_by_severity on incidents (organization_id, severity, start_at, id)
    where state <> 'resolved'`,
  // Nothing asks for the newest unresolved one of a site any more.
  `drop index incidents_unresolved`,
];
