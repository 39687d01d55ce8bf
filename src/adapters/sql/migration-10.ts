// Where what was seen went: the paths of a track. Of older ones nobody noted any.

export const pathsSchema: readonly string[] = [
  `alter table tracks add column paths text not null default '[]'`,
];
