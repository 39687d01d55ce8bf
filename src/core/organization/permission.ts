// The names of permissions.

export const permissions = [
  'view',
  'be-alerted',
  'view-live',
  'view-footage',
  'export',
  'arm',
  'resolve',
  'hold-evidence',
  'manage-messages',
  'manage-sites',
  'manage-cameras',
  'report-sensors',
  'push-images',
  'manage-channels',
  'manage-people',
  'manage-organization',
  'read-ledger',
] as const;
export type Permission = (typeof permissions)[number];
