// The gate: who is calling, and whether they may.

import { VedetteError } from '../core/errors.ts';
import { requirePermission } from '../core/organization/access.ts';
import type { Member } from '../core/organization/organization.ts';
import type { Identity } from '../core/ports/identity.ts';
import type { Records } from '../core/ports/records.ts';
import type { Route } from './route.ts';

/** The member behind a request, or null where nobody is signed in. Errors: `not-allowed` (belongs nowhere). */
export async function memberOf(
  { identity, records }: { identity: Identity; records: Records },
  request: Request,
): Promise<Member | null> {
  const user = await identity.user(request.headers);
  if (user === null) return null;
  const [member] = await records.members.ofUser(user.id);
  if (member === undefined) {
    throw new VedetteError(
      'not-allowed',
      'Your account belongs to no organization. Ask an admin to add you.',
    );
  }
  return member;
}

/** Who may pass: anybody on public routes, else members with the permission. */
export async function admit(
  deps: { identity: Identity; records: Records },
  route: Pick<Route, 'allow'>,
  request: Request,
): Promise<Member | null> {
  if (route.allow === 'public') return null;
  const member = await memberOf(deps, request);
  if (member === null) throw new VedetteError('not-signed-in');
  requirePermission(member, route.allow);
  return member;
}
