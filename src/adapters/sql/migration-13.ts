// How often an incident was escalated is counted apart from the level that was told: levels that have nobody are skipped.

export const toldLevelSchema: readonly string[] = [
  `alter table incidents add column told_level integer not null default 0`,
  `update incidents set told_level = escalation`,
];
