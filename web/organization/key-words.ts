// Access keys in words: what a machine can be allowed, and how long.

import type { AccessKey } from '../../src/http/contract/organization.ts';
import type { Permission } from '../app/may.ts';

/** What machines can be allowed, in the words of who makes a key. A test compares with the law of core. */
export const machinePermissionWords = {
  view: 'See sites, cameras and incidents',
  'view-live': 'Watch live',
  'view-footage': 'Watch footage',
  export: 'Take footage out',
  arm: 'Arm and disarm',
  'manage-sites': 'Add and change sites',
  'manage-cameras': 'Add, change and remove cameras and devices',
  'report-sensors': 'Report what sensors feel',
  'push-images': 'Push images',
  'manage-channels': 'Say where alerts go',
  'read-ledger': 'Read the ledger',
} as const satisfies Partial<Record<Permission, string>>;

export type MachinePermission = keyof typeof machinePermissionWords;

/** The permissions that somebody who has `own` can give to a key. */
export function permissionsToGive(own: readonly Permission[]): MachinePermission[] {
  return Object.keys(machinePermissionWords).filter((name): name is MachinePermission =>
    own.some((permission) => permission === name),
  );
}

export function permissionWords(permission: Permission): string {
  return Object.entries(machinePermissionWords).find(([name]) => name === permission)?.[1] ?? permission;
}

/** How long a key can work, in days; the contract allows a year and a day. */
export const lifeChoices = [
  { days: 1, words: '1 day' },
  { days: 7, words: '7 days' },
  { days: 30, words: '30 days' },
  { days: 90, words: '90 days' },
  { days: 366, words: '1 year' },
] as const;

/** A key that ends sooner than this should be replaced, in ms. */
const soonMs = 14 * 86_400_000;

/** Whether it works, as a chip. */
export function keyState(
  { expiresAt }: Pick<AccessKey, 'expiresAt'>,
  now: number,
): { tone: 'good' | 'busy' | 'bad'; words: string } {
  if (expiresAt <= now) return { tone: 'bad', words: 'Expired' };
  return expiresAt - now < soonMs ? { tone: 'busy', words: 'Ends soon' } : { tone: 'good', words: 'Works' };
}
