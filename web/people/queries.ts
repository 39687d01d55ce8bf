// People and invitations, as the pages know them, and the intentions on them.

import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { paths } from '../../src/http/contract/paths.ts';
import {
  Invitation,
  InvitationCreated,
  type InvitationInput,
  Person,
  type PersonChange,
} from '../../src/http/contract/people.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export const peopleQuery = queryOptions({
  queryKey: keys.people,
  queryFn: ({ signal }) => request(z.array(Person), paths.people, { signal }),
});

export const invitationsQuery = queryOptions({
  queryKey: keys.invitations,
  queryFn: ({ signal }) => request(z.array(Invitation), paths.invitations, { signal }),
});

export function changePerson(memberId: string, change: PersonChange): Promise<void> {
  return send(paths.person(memberId), { method: 'PATCH', body: change });
}

export function removePerson(memberId: string): Promise<void> {
  return send(paths.person(memberId), { method: 'DELETE' });
}

export function signOutPerson(memberId: string): Promise<void> {
  return send(paths.personSessions(memberId), { method: 'DELETE' });
}

export function invite(input: InvitationInput): Promise<InvitationCreated> {
  return request(InvitationCreated, paths.invitations, { method: 'POST', body: input });
}

export function withdrawInvitation(invitationId: string): Promise<void> {
  return send(paths.invitation(invitationId), { method: 'DELETE' });
}
