// The names of permissions, as pages and the description of the API know them.

/** The same as core's table of permissions; a test compares them. */
export const permissionNames = [
  'view',
  'view-live',
  'view-footage',
  'export',
  'arm',
  'resolve',
  'hold-evidence',
  'manage-messages',
  'manage-sites',
  'manage-cameras',
  'manage-channels',
  'manage-people',
  'manage-organization',
  'read-ledger',
] as const;
