// Who may do what: one table of permissions and roles, asked by every route.

import type { OrganizationId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import type { Member, Role } from './organization.ts';

/** Roles that have each permission; it holds for everything of the member's own organization. */
const rolesByPermission = {
  view: ['admin', 'manager', 'owner', 'viewer'],
  arm: ['admin', 'manager', 'owner'],
  resolve: ['admin', 'manager', 'owner'],
  'manage-sites': ['admin', 'manager'],
  'manage-cameras': ['admin', 'manager'],
  'manage-channels': ['admin', 'manager'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof rolesByPermission;

/** Whether a role has a permission. */
export function allows(role: Role, permission: Permission): boolean {
  return rolesByPermission[permission].some((allowed) => allowed === role);
}

/** Stops who lacks the permission. Errors: `not-allowed`. */
export function requirePermission(member: Member, permission: Permission): void {
  if (!allows(member.role, permission)) {
    throw new VedetteError('not-allowed', `Your role (${member.role}) does not allow this. Ask an admin.`);
  }
}

/**
 * The row, if it is there and belongs to the organization. What belongs to others looks exactly like what does
 * not exist. Errors: `not-found`.
 */
export function owned<T extends { readonly organizationId: OrganizationId }>(
  row: T | null,
  organizationId: OrganizationId,
): T {
  if (row === null || row.organizationId !== organizationId) throw new VedetteError('not-found');
  return row;
}
