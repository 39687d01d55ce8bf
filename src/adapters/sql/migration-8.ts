// Letters to authorities: what of an incident was sent to whom.

export const authorityLettersSchema: readonly string[] = [
  `create table authority_letters (
    id text primary key,
    organization_id text not null,
    incident_id text not null,
    state text not null,
    attempts integer not null,
    problem text,
    created_at bigint not null,
    sent_at bigint,
    content text not null
  )`,
  `create index authority_letters_by_incident on authority_letters (incident_id, created_at)`,
];
