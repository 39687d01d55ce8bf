// Schema version 4: delays, entries, bypassed cameras and schedules of sites, and who armed.

const sites = [
  `alter table sites add column arming_effective_at bigint not null default 0`,
  `alter table sites add column arming_before text not null default 'disarmed'`,
  `alter table sites add column exit_delay_seconds integer not null default 0`,
  `alter table sites add column entry_delay_seconds integer not null default 0`,
  `alter table sites add column arm_by_mqtt integer not null default 0`,
];

const changes = [
  `alter table arming_changes add column effective_at bigint not null default 0`,
  `alter table arming_changes add column arming_before text not null default 'disarmed'`,
  `alter table arming_changes add column by_kind text not null default 'access-key'`,
  `alter table arming_changes add column by_id text`,
  // Before this version a member or a machine armed, and of machines nothing was written down.
  `update arming_changes set by_kind = 'member', by_id = member_id where member_id is not null`,
  `alter table arming_changes drop column member_id`,
];

// Who and which camera may be gone: nothing refers to them.
const tables = [
  `create table entries (
    id text primary key, organization_id text not null references organizations (id),
    site_id text not null references sites (id), start_at bigint not null, due_at bigint not null,
    delay_ms integer not null, state text not null, ended_at bigint, ended_by_kind text, ended_by_id text,
    waiting text not null, snapshot_id text, snapshot_score double precision not null, incident_id text)`,
  `create unique index entries_running on entries (site_id) where state = 'running'`,
  `create index entries_running_by_organization on entries (organization_id) where state = 'running'`,
  `create index entries_by_site on entries (site_id, start_at, id)`,
  `create index entries_disarmed on entries (site_id, ended_at) where state = 'disarmed'`,
  `create table bypasses (
    sequence integer primary key autoincrement, organization_id text not null references organizations (id),
    site_id text not null references sites (id), camera_id text not null, since bigint not null,
    until bigint not null, by_kind text not null, by_id text,
    ended_at bigint not null, ended_by_kind text, ended_by_id text)`,
  `create index bypasses_by_site on bypasses (site_id, since, sequence)`,
  `create index bypasses_by_camera on bypasses (camera_id, ended_at)`,
  `create index bypasses_by_organization on bypasses (organization_id, ended_at)`,
  `create table schedules (
    site_id text primary key references sites (id),
    organization_id text not null references organizations (id), schedule text not null, since bigint not null,
    next_at bigint, next_arming text, timer_at bigint)`,
  `create index schedules_by_organization on schedules (organization_id, site_id)`,
];

export const armingSchema: readonly string[] = [...sites, ...changes, ...tables];
