// How much incidents ask for, who takes care of them, and how far they were escalated.

const incidents = [
  `alter table incidents add column sensor_ids text not null default '[]'`,
  `alter table incidents add column severity text not null default 'normal'`,
  `alter table incidents add column assignee_id text`,
  `alter table incidents add column escalation integer not null default 0`,
];

export const incidentLifeSchema: readonly string[] = [...incidents];
