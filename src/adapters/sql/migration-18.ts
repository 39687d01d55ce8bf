// Who sends images over Kafka.

export const imageSourcesSchema: readonly string[] = [
  `create table image_sources (
    id text primary key, organization_id text not null references organizations (id), name text not null,
    site_ids text, created_by text not null, created_at bigint not null, renewed_at bigint not null,
    last_used_at bigint, secret text not null)`,
  'create index image_sources_by_organization on image_sources (organization_id, created_at, id)',
  'create index image_sources_by_creator on image_sources (created_by)',
];
