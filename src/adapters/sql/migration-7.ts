// Schema version 7: what each person wants to be told, over what, and an alert for each occasion.

// A row of its own for each browser of a person; what it needs to read our messages is sealed.
const people = [
  `create table alert_preferences (
    member_id text primary key, organization_id text not null, wishes text not null)`,
  `create index alert_preferences_by_organization on alert_preferences (organization_id)`,
  `create table proven_phones (
    member_id text primary key, organization_id text not null, number text not null, proven_at bigint not null)`,
  `create index proven_phones_by_organization on proven_phones (organization_id)`,
  `create table push_subscriptions (
    id text primary key, organization_id text not null, member_id text not null, user_id text not null,
    name text not null, endpoint text not null, p256dh text not null, auth text not null,
    created_at bigint not null, unique (member_id, endpoint))`,
  `create index push_subscriptions_by_organization on push_subscriptions (organization_id, created_at, id)`,
  `create index push_subscriptions_by_endpoint on push_subscriptions (endpoint)`,
  `create table push_keys (id integer primary key, public_key text not null, private_key text not null)`,
  `create table escalation_chains (
    organization_id text not null, site_id text not null, levels text not null, changed_at bigint not null,
    primary key (organization_id, site_id))`,
];

// Whoever asked for e-mail goes on to get it as an incident opens; whoever did not goes on to get none.
const wishes = [
  `insert into alert_preferences (member_id, organization_id, wishes)
    select id, organization_id,
      case alerts_by_email
        when 1 then '{"channels":["email"],"atOnce":true}'
        else '{"channels":["push"],"atOnce":false}' end
    from members`,
  `alter table members drop column alerts_by_email`,
];

// Personal alerts went over the member's e-mail, whose channel has the member's id.
const alerts = [
  `create table alerts_7 (
    id text primary key, organization_id text not null, incident_id text not null references incidents (id),
    channel_id text not null, kind text not null, member_id text, occasion text not null, state text not null,
    attempts integer not null, created_at bigint not null, handed_over_at bigint, problem text,
    unique (incident_id, channel_id, occasion))`,
  `insert into alerts_7
    select alerts.id, alerts.organization_id, incident_id, channel_id,
      coalesce(channels.kind, case when members.id is null then 'webhook' else 'email' end),
      members.id, 'opened', state, attempts, alerts.created_at, handed_over_at, problem
    from alerts left join channels on channels.id = channel_id left join members on members.id = channel_id`,
  `drop table alerts`,
  `alter table alerts_7 rename to alerts`,
];

export const tellingSchema: readonly string[] = [...people, ...wishes, ...alerts];
