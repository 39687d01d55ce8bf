// Schema version 3: messages of the outbox may wait for their time.

export const timersSchema: readonly string[] = [
  `alter table outbox add column due_at bigint not null default 0`,
  `create index outbox_by_due on outbox (due_at, sequence)`,
];
