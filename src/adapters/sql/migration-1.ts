// Schema version 1: everything a first installation needs. The words are SQLite's; postgres/words.ts has the others.

import { longMs } from './overlap.ts';

/** A number given to rows in the order they are added. */
const sequence = 'sequence integer primary key autoincrement';
const bytes = 'blob';

const people = [
  `create table organizations (
    id text primary key, name text not null, created_at bigint not null)`,
  `create table members (
    id text primary key, organization_id text not null references organizations (id),
    user_id text not null, name text not null, email text not null, role text not null,
    created_at bigint not null, unique (user_id, organization_id))`,
  `create index members_by_organization on members (organization_id, created_at, id)`,
];

const sites = [
  `create table sites (
    id text primary key, organization_id text not null references organizations (id),
    name text not null, time_zone text not null, arming text not null,
    arming_changed_at bigint not null, created_at bigint not null)`,
  `create index sites_by_organization on sites (organization_id, created_at, id)`,
  `create table arming_changes (
    ${sequence}, site_id text not null references sites (id),
    arming text not null, changed_at bigint not null, member_id text)`,
  `create index arming_changes_by_site on arming_changes (site_id, changed_at, sequence)`,
  `create table cameras (
    id text primary key, organization_id text not null references organizations (id),
    site_id text not null references sites (id), name text not null, source_kind text not null,
    source text not null, password text, enabled integer not null, created_at bigint not null)`,
  `create index cameras_by_organization on cameras (organization_id, created_at, id)`,
];

// Footage outlives its camera, so nothing here refers to cameras. Fragments come last in the row: what is read
// before them does not have to walk through their overflow pages.
const footage = [
  `create table recordings (
    id text primary key, organization_id text not null, site_id text not null, camera_id text not null,
    start_at bigint not null, end_at bigint not null, retention_rank integer not null,
    size_bytes bigint not null, sha256 text not null, blob_key text not null unique,
    init_sha256 text not null, key_epoch integer not null, key_ciphertext text not null,
    clock_state text not null, clock_offset_ms double precision not null, fragments ${bytes} not null)`,
  `create index recordings_by_time on recordings (camera_id, start_at, end_at, retention_rank, id)`,
  `create index recordings_by_age on recordings (retention_rank, end_at)`,
  `create index recordings_by_end on recordings (end_at)`,
  `create table footage_totals (camera_id text primary key, size_bytes bigint not null)`,
  `create table gaps (
    id text primary key, organization_id text not null, site_id text not null, camera_id text not null,
    start_at bigint not null, end_at bigint not null, cause text not null)`,
  `create index gaps_by_start on gaps (camera_id, start_at)`,
  `create index gaps_long on gaps (camera_id, end_at) where end_at - start_at > ${longMs}`,
  `create index gaps_by_age on gaps (end_at)`,
  `create table init_segments (
    sha256 text primary key, bytes ${bytes} not null, codec text not null,
    width integer not null, height integer not null, timescale bigint not null)`,
  `create table garbage (${sequence}, blob_key text not null unique, added_at bigint not null)`,
  `create table holds (
    id text primary key, organization_id text not null, camera_id text not null, incident_id text not null,
    start_at bigint not null, end_at bigint not null)`,
  `create index holds_by_time on holds (camera_id, start_at, end_at)`,
  `create index holds_by_incident on holds (incident_id, camera_id)`,
  `create table tracks (
    id text primary key, camera_id text not null, kind text not null,
    start_at bigint not null, end_at bigint not null, best_score double precision not null,
    best_x double precision not null, best_y double precision not null,
    best_width double precision not null, best_height double precision not null)`,
  `create index tracks_by_start on tracks (camera_id, start_at)`,
  `create index tracks_long on tracks (camera_id, end_at) where end_at - start_at > ${longMs}`,
  `create index tracks_by_age on tracks (end_at)`,
  `create table images (
    id text primary key, organization_id text not null, site_id text not null, camera_id text not null,
    taken_at bigint not null, media_type text not null, blob_key text not null unique,
    size_bytes bigint not null, sha256 text not null, key_epoch integer not null, key_ciphertext text not null)`,
  `create index images_by_time on images (taken_at)`,
  `create table clock_jumps (${sequence}, start_at bigint not null, end_at bigint not null)`,
];

const incidents = [
  `create table incidents (
    id text primary key, organization_id text not null, site_id text not null, camera_ids text not null,
    state text not null, resolution text, kind text not null, best_score double precision not null,
    start_at bigint not null, last_seen_at bigint not null, end_at bigint, opened_at bigint not null,
    snapshot_id text)`,
  `create index incidents_by_organization on incidents (organization_id, start_at, id)`,
  `create index incidents_by_site on incidents (site_id, start_at, id)`,
  `create index incidents_unresolved on incidents (site_id, opened_at) where state <> 'resolved'`,
  `create index incidents_unresolved_by_organization on incidents (organization_id, site_id)
    where state <> 'resolved'`,
  `create index incidents_unended on incidents (opened_at) where end_at is null`,
  `create index incidents_by_snapshot on incidents (snapshot_id)`,
  `create table incident_cameras (
    incident_id text not null references incidents (id), camera_id text not null,
    primary key (incident_id, camera_id))`,
  `create index incident_cameras_by_camera on incident_cameras (camera_id, incident_id)`,
  `create table incident_steps (
    ${sequence}, incident_id text not null references incidents (id), taken_at bigint not null,
    action text not null, member_id text, detail text not null)`,
  `create index incident_steps_by_incident on incident_steps (incident_id, taken_at, sequence)`,
  `create index incident_steps_resolved on incident_steps (taken_at, incident_id) where action = 'resolved'`,
];

// An alert stays when its channel goes: it says who was told.
const alerts = [
  `create table channels (
    id text primary key, organization_id text not null references organizations (id), name text not null,
    kind text not null, target text not null, signing_secret text, created_at bigint not null)`,
  `create index channels_by_organization on channels (organization_id, created_at, id)`,
  `create table alerts (
    id text primary key, organization_id text not null, incident_id text not null references incidents (id),
    channel_id text not null, state text not null, attempts integer not null, created_at bigint not null,
    handed_over_at bigint, problem text, unique (incident_id, channel_id))`,
];

const messages = [
  `create table outbox (
    ${sequence}, id text not null unique, topic text not null, key text not null, payload text not null)`,
  `create table queue_messages (
    ${sequence}, id text not null unique, topic text not null, key text not null, payload text not null,
    state text not null, attempt integer not null, published_at bigint not null, due_at bigint not null,
    ended_at bigint, reason text)`,
  `create index queue_by_state on queue_messages (topic, state, sequence, due_at)`,
  `create index queue_by_key on queue_messages (topic, key, state, sequence)`,
  `create index queue_by_age on queue_messages (state, published_at)`,
];

export const firstSchema: readonly string[] = [
  ...people,
  ...sites,
  ...footage,
  ...incidents,
  ...alerts,
  ...messages,
];
