// The access law: one table of permissions and roles, and the one place that says what a caller reaches.

import type { AccessKeyId, OrganizationId, SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import type { Session } from '../ports/identity.ts';
import type { Member, Role } from './organization.ts';
import { reachesEverySite } from './organization.ts';
import { type Permission, permissions } from './permission.ts';

/** What each permission allows, and the roles that have it, at the sites that the member reaches. */
export const permissionTable = {
  view: {
    allows: 'see sites, cameras, incidents and their pictures',
    roles: ['admin', 'manager', 'owner', 'viewer'],
  },
  'be-alerted': {
    allows: 'say what they are told, and over what',
    roles: ['admin', 'manager', 'owner', 'viewer'],
  },
  'view-live': { allows: 'watch live', roles: ['admin', 'manager', 'owner', 'viewer'] },
  'view-footage': { allows: 'watch footage', roles: ['admin', 'manager', 'owner', 'viewer'] },
  export: { allows: 'take footage out', roles: ['admin', 'manager', 'owner'] },
  arm: { allows: 'arm and disarm', roles: ['admin', 'manager', 'owner'] },
  resolve: { allows: 'acknowledge and resolve incidents', roles: ['admin', 'manager', 'owner'] },
  'hold-evidence': { allows: 'keep evidence from expiring', roles: ['admin', 'manager', 'owner'] },
  'manage-messages': { allows: 'send evidence in messages', roles: ['admin', 'manager', 'owner'] },
  'manage-sites': { allows: 'add and change sites', roles: ['admin', 'manager'] },
  'manage-cameras': { allows: 'add, change and remove cameras and devices', roles: ['admin', 'manager'] },
  'report-sensors': { allows: 'report what sensors feel', roles: ['admin', 'manager'] },
  'push-images': { allows: 'push images', roles: ['admin', 'manager'] },
  'manage-channels': { allows: 'say where alerts go', roles: ['admin', 'manager'] },
  'manage-people': { allows: 'invite, change and remove people', roles: ['admin', 'manager'] },
  'manage-organization': {
    allows: 'change rules, providers and access keys of the organization',
    roles: ['admin'],
  },
  'read-ledger': { allows: 'read the ledger', roles: ['admin', 'manager'] },
} as const satisfies Record<Permission, { allows: string; roles: readonly Role[] }>;

/** The sites a caller reaches: every one of the organization, or these. */
export type Reach = 'every-site' | ReadonlySet<SiteId>;

/** Who calls, and what they may do: a member with a session, or a machine with an access key. */
export interface Caller {
  readonly organizationId: OrganizationId;
  readonly permissions: ReadonlySet<Permission>;
  readonly reach: Reach;
  /** Null where a machine calls. */
  readonly member: Member | null;
  readonly session: Session | null;
  /** Null where a person calls. */
  readonly accessKeyId: AccessKeyId | null;
}

/** Whether a role has a permission. */
export function allows(role: Role, permission: Permission): boolean {
  const allowed: readonly Role[] = permissionTable[permission].roles;
  return allowed.includes(role);
}

/** What of an organization is reached: all that core needs to know of a caller to find only what is theirs. */
export type Scope = Pick<Caller, 'organizationId' | 'reach'>;

/** A member who calls. */
export function memberCaller(member: Member, session: Session): Caller {
  return {
    organizationId: member.organizationId,
    permissions: permissionsOf(member.role),
    reach: reachOf(member),
    member,
    session,
    accessKeyId: null,
  };
}

// Made once: every request asks.
const permissionsByRole = new Map<Role, ReadonlySet<Permission>>();

/** All permissions of a role. */
export function permissionsOf(role: Role): ReadonlySet<Permission> {
  const known = permissionsByRole.get(role);
  if (known !== undefined) return known;
  const made = new Set(permissions.filter((permission) => allows(role, permission)));
  permissionsByRole.set(role, made);
  return made;
}

/** Stops who lacks the permission. Errors: `not-allowed`. */
export function requirePermission(caller: Caller, permission: Permission): void {
  if (caller.permissions.has(permission)) return;
  const who = caller.member === null ? 'This access key' : `Your role (${caller.member.role})`;
  throw new VedetteError('not-allowed', `${who} does not allow this. Ask an admin.`);
}

/** The sites that a member reaches. */
export function reachOf(member: Pick<Member, 'role' | 'siteIds'>): Reach {
  return reachesEverySite(member.role) ? 'every-site' : new Set(member.siteIds);
}

/** Whether the caller reaches this site of their organization. */
export function reaches(caller: Pick<Caller, 'reach'>, siteId: SiteId): boolean {
  return caller.reach === 'every-site' || caller.reach.has(siteId);
}

/** The reach as a filter of records: nothing where every site is reached. */
export function siteFilter({ reach }: Pick<Caller, 'reach'>): { siteIds?: readonly SiteId[] } {
  return reach === 'every-site' ? {} : { siteIds: [...reach] };
}

// A site has no `siteId` but is one, and would be found out of reach: `arming` keeps it out, `ownedSite` is for it.
type Ownable = {
  readonly organizationId: OrganizationId;
  readonly siteId?: SiteId;
  readonly arming?: never;
};

/** Whether the row belongs to the caller's organization and, where it is at a site, the caller reaches that site. */
export function isOwned(row: Ownable, caller: Scope): boolean {
  if (row.organizationId !== caller.organizationId) return false;
  return row.siteId === undefined || reaches(caller, row.siteId);
}

/**
 * The row, if it is there and the caller's: see `isOwned`. What belongs to others looks exactly like what does not
 * exist. Errors: `not-found`.
 */
export function owned<T extends Ownable>(row: T | null, caller: Scope): T {
  if (row === null || !isOwned(row, caller)) throw new VedetteError('not-found');
  return row;
}

/** The site, if it belongs to the caller's organization and the caller reaches it. Errors: `not-found`. */
export function ownedSite<T extends { readonly organizationId: OrganizationId; readonly id: SiteId }>(
  site: T | null,
  caller: Scope,
): T {
  if (site !== null && site.organizationId === caller.organizationId && reaches(caller, site.id)) return site;
  throw new VedetteError('not-found');
}

/** The member who calls; for what only a person may do. Errors: `not-allowed` (a machine calls). */
export function person(caller: Caller): Member {
  if (caller.member === null) {
    throw new VedetteError('not-allowed', 'This is for people: an access key cannot do it.');
  }
  return caller.member;
}
