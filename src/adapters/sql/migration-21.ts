// Which header of a record was wrong.

export const wrongHeaderSchema: readonly string[] = [
  // Null: none, or it was put aside by a version that did not say.
  'alter table pushed_images add column wrong_header text',
];
