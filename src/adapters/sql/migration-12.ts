// Secrets of devices can be changed while the devices go on: the one before counts for a while.

export const deviceSecretsSchema: readonly string[] = [
  `alter table devices add column previous_secret text`,
  `alter table devices add column previous_until bigint`,
];
