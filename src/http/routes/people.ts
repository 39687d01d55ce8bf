// People: the members of an organization, what each may do, and where they are signed in.

import { z } from 'zod';
import { branded, type MemberId, type SiteId } from '../../core/brand.ts';
import type { Caller } from '../../core/organization/access.ts';
import { changeMember } from '../../core/organization/change-member.ts';
import { endSessionsOf } from '../../core/organization/end-sessions.ts';
import type { Member } from '../../core/organization/organization.ts';
import { removeMember } from '../../core/organization/remove-member.ts';
import { callerFields, logSecurity, type SecurityEvent } from '../../core/organization/security-log.ts';
import type { Account } from '../../core/ports/accounts.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import { Person, PersonChange } from '../contract/people.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, type Exchange, memberRoute, type Route } from '../route.ts';

const tag = 'people';
const params = z.object({ memberId: id.transform((value) => branded<MemberId>(value)) });

/** Members of the caller's organization. */
export function peopleRoutes(deps: HttpDeps): readonly Route[] {
  return [listRoute(deps), changeRoute(deps), removeRoute(deps), sessionsRoute(deps)];
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
      const accounts = await deps.accounts.findMany(members.map(({ userId }) => userId));
      const byId = new Map(accounts.map((account) => [account.id, account]));
      return { json: members.map((member) => wirePerson(member, byId.get(member.userId))) };
    },
  );
}

function changeRoute(deps: HttpDeps): Route {
  return memberRoute(
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
      return { json: wirePerson(member, (await deps.accounts.find(member.userId)) ?? undefined) };
    },
  );
}

function removeRoute(deps: HttpDeps): Route {
  return memberRoute(
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
  );
}

function sessionsRoute(deps: HttpDeps): Route {
  return memberRoute(
    'manage-people',
    {
      ...bare,
      params,
      method: 'delete',
      path: paths.personSessions('{memberId}'),
      summary: 'Ends the sessions of a member that are about this organization, but not the caller’s own.',
      tag,
      asksProof: true,
      answer: { status: 204, description: 'Signed out.' },
    },
    async ({ caller, params: { memberId }, exchange }) => {
      await endSessionsOf(deps, caller, { memberId });
      logPerson(deps, 'sessions-ended', caller, exchange, { ended: memberId });
      return null;
    },
  );
}

function wirePerson(member: Member, account: Account | undefined): z.input<typeof Person> {
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
