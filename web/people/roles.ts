// Roles in words, and what a role may decide about others. The server decides; a test compares with its law.

import type { Person } from '../../src/http/contract/people.ts';

export type Role = Person['role'];

/** From the one that decides most to the one that decides nothing. */
export const rolesByRank = ['admin', 'manager', 'owner', 'viewer'] as const satisfies readonly Role[];

export const roleWords = {
  admin: { name: 'Admin', allows: 'Everything, also the rules of the organization and its keys.' },
  manager: { name: 'Manager', allows: 'Works for every site: cameras, incidents, alerts and people.' },
  owner: { name: 'Owner', allows: 'Watches, arms and looks after incidents at their own sites.' },
  viewer: { name: 'Viewer', allows: 'Only watches, at the sites shared with them.' },
} as const satisfies Record<Role, { name: string; allows: string }>;

/** Whether the role reaches every site, or only sites that are named. */
export function reachesEverySite(role: Role): boolean {
  return role === 'admin' || role === 'manager';
}

/** The roles that somebody with the role `own` may give: none above it. */
export function rolesToGive(own: Role): readonly Role[] {
  return rolesByRank.slice(rolesByRank.indexOf(own));
}

/** Why `self` cannot change or remove this person, in a sentence; null where it is possible. */
export function whyUntouchable(
  person: Pick<Person, 'id' | 'name' | 'role'>,
  self: { readonly memberId: string; readonly role: Role },
  people: readonly Pick<Person, 'id' | 'role'>[],
): string | null {
  if (!rolesToGive(self.role).includes(person.role)) {
    return `${person.name} is ${withArticle(person.role)}: your role (${self.role}) cannot decide about that.`;
  }
  const isSelf = person.id === self.memberId;
  if (person.role === 'admin' && people.filter(({ role }) => role === 'admin').length <= 1) {
    const only = isSelf ? 'You are' : `${person.name} is`;
    return `${only} the only admin, and an organization needs one. Make somebody else an admin first.`;
  }
  return isSelf ? 'This is you. Somebody else with your role can change or remove you.' : null;
}

/** "an admin", "a viewer" */
export function withArticle(role: Role): string {
  return role === 'admin' || role === 'owner' ? `an ${role}` : `a ${role}`;
}
