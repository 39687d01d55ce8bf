// Schema version 2: people beyond the first administrator, their invitations, providers and access keys.

const members = [
  `alter table organizations add column require_second_factor integer not null default 0`,
  `alter table members add column phone text`,
  `alter table members add column alerts_by_email integer not null default 0`,
  `alter table members add column last_seen_at bigint`,
  `create table member_sites (
    member_id text not null references members (id), site_id text not null references sites (id),
    primary key (member_id, site_id))`,
  `create index member_sites_by_site on member_sites (site_id, member_id)`,
];

// Who invited and who made a key may be gone: nothing refers to them.
const access = [
  `create table invitations (
    id text primary key, organization_id text not null references organizations (id),
    email text not null, role text not null, site_ids text not null, invited_by text not null,
    created_at bigint not null, expires_at bigint not null, token_sha256 text not null unique,
    unique (organization_id, email))`,
  `create index invitations_by_expiry on invitations (expires_at)`,
  `create table providers (
    id text primary key, organization_id text not null references organizations (id),
    name text not null, issuer text not null, client_id text not null, client_secret text not null,
    role_claim text, role_by_value text not null, default_role text, created_at bigint not null)`,
  `create index providers_by_organization on providers (organization_id, created_at, id)`,
  `create table provider_domains (
    domain text primary key, provider_id text not null references providers (id))`,
  `create index provider_domains_by_provider on provider_domains (provider_id, domain)`,
  `create table provider_links (
    provider_id text not null references providers (id), subject text not null, user_id text not null,
    primary key (provider_id, subject), unique (provider_id, user_id))`,
  `create table access_keys (
    id text primary key, organization_id text not null references organizations (id),
    name text not null, permissions text not null, site_ids text, created_by text not null,
    created_at bigint not null, expires_at bigint not null, last_used_at bigint,
    first_characters text not null, sha256 text not null unique)`,
  `create index access_keys_by_organization on access_keys (organization_id, created_at, id)`,
];

// Whose footage a header belongs to, so that nobody is given one that is not theirs.
const footage = [`create index recordings_by_init on recordings (init_sha256, camera_id)`];

export const peopleSchema: readonly string[] = [...members, ...access, ...footage];
