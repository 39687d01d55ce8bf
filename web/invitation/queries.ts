// An invitation, seen by who has its link.

import { queryOptions } from '@tanstack/react-query';
import { paths } from '../../src/http/contract/paths.ts';
import { type InvitationAcceptance, InvitationPreview } from '../../src/http/contract/people.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

/** Fails with `invitation-invalid` where the link is worth nothing any more. */
export function invitationQuery(token: string) {
  return queryOptions({
    queryKey: keys.invitationLook(token),
    queryFn: ({ signal }) =>
      request(InvitationPreview, paths.invitationLook, { method: 'POST', body: { token }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Makes the invited person a member, and signs them in. Errors: `invitation-invalid`, `not-allowed`, `conflict`. */
export function acceptInvitation(acceptance: InvitationAcceptance): Promise<void> {
  return send(paths.invitationAccept, { method: 'POST', body: acceptance });
}
