// People: the members of an organization, what each may do, and where they are signed in.

import { z } from 'zod';
import { branded, type MemberId, type SiteId } from '../../core/brand.ts';
import { type Caller, owned, person } from '../../core/organization/access.ts';
import { changeMember } from '../../core/organization/change-member.ts';
import { mustNotStandAbove } from '../../core/organization/members.ts';
import type { Member } from '../../core/organization/organization.ts';
import { removeMember } from '../../core/organization/remove-member.ts';
import { callerFields, logSecurity, type SecurityEvent } from '../../core/organization/security-log.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import { Person, PersonChange } from '../contract/people.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, type Exchange, memberRoute, type Route } from '../route.ts';

const tag = 'people';
const params = z.object({ memberId: id.transform((value) => branded<MemberId>(value)) });

/** Members of the caller's organization. */
export function peopleRoutes(deps: HttpDeps): readonly Route[] {
  return [listRoute(deps), ...changeRoutes(deps), sessionsRoute(deps)];
}

function listRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-people',
    {
      ...bare,
      method: 'get',
      path: paths.people,
      summary: 'All members.',
      tag,
      answer: { status: 200, description: 'The members, oldest first.', schema: z.array(Person) },
    },
    async ({ caller }) => {
      const members = await deps.records.members.list(caller.organizationId);
      return { json: await Promise.all(members.map((member) => wirePerson(deps, member))) };
    },
  );
}

function changeRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'manage-people',
      {
        ...bare,
        params,
        body: PersonChange,
        method: 'patch',
        path: paths.person('{memberId}'),
        summary: 'Changes the role and the sites of a member, at most to what one is oneself.',
        tag,
        asksProof: true,
        answer: { status: 200, description: 'The member.', schema: Person },
        errors: ['last-admin'],
      },
      async ({ caller, params: { memberId }, body, exchange }) => {
        const siteIds = body.siteIds?.map((siteId) => branded<SiteId>(siteId));
        const member = await changeMember(deps, caller, { memberId, role: body.role, siteIds });
        logPerson(deps, 'person-changed', caller, exchange, { changed: memberId, role: member.role });
        return { json: await wirePerson(deps, member) };
      },
    ),
    memberRoute(
      'manage-people',
      {
        ...bare,
        params,
        method: 'delete',
        path: paths.person('{memberId}'),
        summary: 'Removes a member, with their open invitations and access keys. Their account stays.',
        tag,
        asksProof: true,
        answer: { status: 204, description: 'Removed.' },
        errors: ['last-admin'],
      },
      async ({ caller, params: { memberId }, exchange }) => {
        await removeMember(deps, caller, { memberId });
        logPerson(deps, 'person-removed', caller, exchange, { removed: memberId });
        return null;
      },
    ),
  ];
}

function sessionsRoute(deps: HttpDeps): Route {
  const { records, sessions, events } = deps;
  return memberRoute(
    'manage-people',
    {
      ...bare,
      params,
      method: 'delete',
      path: paths.personSessions('{memberId}'),
      summary: 'Signs a member out everywhere; the caller stays signed in here.',
      tag,
      asksProof: true,
      answer: { status: 204, description: 'Signed out.' },
    },
    async ({ caller, params: { memberId }, exchange }) => {
      const member = owned(await records.members.find(memberId), caller);
      mustNotStandAbove(member.role, person(caller));
      const { session } = caller;
      await sessions.endAll(member.userId, session?.userId === member.userId ? session.id : undefined);
      // Sessions are of the account, whatever it belongs to.
      for (const { id, organizationId } of await records.members.ofUser(member.userId)) {
        events.publish({ type: 'access-changed', organizationId, memberId: id });
      }
      logPerson(deps, 'sessions-ended', caller, exchange, { ended: memberId });
      return null;
    },
  );
}

async function wirePerson({ accounts }: HttpDeps, member: Member): Promise<z.input<typeof Person>> {
  const account = await accounts.find(member.userId);
  const { id, name, email, phone, role, siteIds, createdAt, lastSeenAt } = member;
  return {
    ...{ id, name, email, phone, role, siteIds: [...siteIds], createdAt, lastSeenAt },
    hasSecondFactor: account?.hasSecondFactor ?? false,
    isDisabled: account?.isDisabled ?? true,
  };
}

function logPerson(
  { log }: HttpDeps,
  event: SecurityEvent,
  caller: Caller,
  { peerAddress }: Exchange,
  fields: Readonly<Record<string, string>>,
): void {
  logSecurity(log, event, { peerAddress, ...callerFields(caller), ...fields });
}
