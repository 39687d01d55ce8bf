// Schema version 5: zones of cameras, and what was judged false in them.

export const zonesSchema: readonly string[] = [
  `create table camera_zones (
    camera_id text primary key,
    organization_id text not null,
    site_id text not null,
    version integer not null,
    changed_at bigint,
    zones text not null
  )`,
  `create table suppressions (
    id text primary key,
    organization_id text not null,
    site_id text not null,
    camera_id text not null,
    kind text not null,
    x double precision not null,
    y double precision not null,
    width double precision not null,
    height double precision not null,
    created_at bigint not null,
    created_by text not null,
    incident_id text not null
  )`,
  `create index suppressions_by_camera on suppressions (camera_id, created_at)`,
];
