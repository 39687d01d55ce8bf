// Schema version 6: how much incidents ask for, who takes care of them, and the devices of sites.

const incidents = [
  `alter table incidents add column sensor_ids text not null default '[]'`,
  `alter table incidents add column severity text not null default 'normal'`,
  `alter table incidents add column assignee_id text`,
  `alter table incidents add column escalation integer not null default 0`,
];

// A device may be gone while what it did is still told: nothing refers to it.
const devices = [
  `create table devices (
    id text primary key, organization_id text not null references organizations (id),
    site_id text not null references sites (id), name text not null, kind text not null,
    enabled integer not null, via text not null, link text not null, settings text not null,
    signing_secret text, state text, created_at bigint not null, last_seen_at bigint)`,
  `create index devices_by_organization on devices (organization_id, created_at, id)`,
  `create index devices_by_site on devices (site_id, created_at, id)`,
  `create index devices_by_via on devices (via, created_at, id)`,
  `create table device_alarms (
    id text primary key, organization_id text not null, site_id text not null references sites (id),
    device_id text not null, incident_id text references incidents (id), wanted text not null,
    sequence integer not null, state text not null, off_at bigint not null, changed_at bigint not null,
    problem text)`,
  `create unique index device_alarms_by_incident on device_alarms (incident_id, device_id)`,
  `create index device_alarms_wanted on device_alarms (wanted, site_id)`,
];

export const incidentLifeSchema: readonly string[] = [...incidents, ...devices];
