// Who leads work that one of several processes does.

export const leadershipsSchema: readonly string[] = [
  'create table leaderships (work text primary key, holder text not null, number integer not null)',
];
