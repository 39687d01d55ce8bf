// Schema version 1 on PostgreSQL: the recordings in partitions by day, and what only a server needs.

import { firstSchema } from '../migration-1.ts';

// A partition a day by when a recording begins: what is asked for is nearly always within a day or two, retention
// empties whole days, and the indexes of a day fit into memory. Uniqueness can only be had together with the day; an
// id is made once, for one recording, whose begin never changes.
const recordings = [
  `create table recordings (
    id text not null, organization_id text not null, site_id text not null, camera_id text not null,
    start_at bigint not null, end_at bigint not null, retention_rank integer not null,
    size_bytes bigint not null, sha256 text not null, blob_key text not null,
    init_sha256 text not null, key_epoch integer not null, key_ciphertext text not null,
    clock_state text not null, clock_offset_ms double precision not null, fragments blob not null,
    primary key (id, start_at), unique (blob_key, start_at)) partition by range (start_at)`,
  // All that a time line draws.
  `create index recordings_by_time on recordings (camera_id, start_at) include (end_at, retention_rank, id)`,
];

/** The last transaction of each connection that wrote something: what tells whether a commit was done. */
const commits = [
  // Room in the pages, so that a row is changed where it is.
  `create table commits (
    connection_id text primary key, number bigint not null, committed_at timestamptz not null)
    with (fillfactor = 50)`,
];

const replaced = /^create (table recordings |index recordings_by_time )/;

export const firstPostgresSchema: readonly string[] = [
  ...recordings,
  ...firstSchema.filter((statement) => !replaced.test(statement)),
  ...commits,
];
