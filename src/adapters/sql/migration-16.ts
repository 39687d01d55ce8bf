// Events for integrators that wait to be sent, and what was last told of cameras.

export const outgoingEventsSchema: readonly string[] = [
  // No references: an event outlives what it speaks of.
  `create table outgoing_events (
    sequence integer primary key autoincrement, id text not null unique, type text not null,
    organization_id text not null, site_id text, camera_id text, subject text not null,
    happened_at integer not null, data text not null)`,
  `create index outgoing_events_by_age on outgoing_events (happened_at)`,
  `create table told_cameras (camera_id text primary key, is_online integer not null)`,
];
