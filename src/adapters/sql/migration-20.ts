// How long a site keeps pushed images.

export const pushedDaysSchema: readonly string[] = [
  // Null: as long as the installation does.
  'alter table sites add column pushed_days integer',
  `create index pushed_images_by_site on pushed_images (site_id, taken_at, id) where state = 'stored'`,
];
