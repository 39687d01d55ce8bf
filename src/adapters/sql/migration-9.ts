// Lists of incidents in the order that somebody wants, without reading all there ever were.

export const incidentListsSchema: readonly string[] = [
  // Walked once a severity, the most severe first.
  `create index incidents_by_severity on incidents (organization_id, severity, start_at, id)`,
  `create index incidents_waiting on incidents (organization_id, opened_at, id) where state = 'open'`,
  // What needs a look is asked for all the time, and is little beside what was.
  `create index incidents_unresolved_by_start on incidents (organization_id, start_at, id) where state <> 'resolved'`,
  `create index incidents_by_assignee on incidents (assignee_id, start_at, id) where assignee_id is not null`,
];
