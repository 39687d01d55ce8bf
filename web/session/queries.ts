// Who is here: the queries and intentions of the session.

import { queryOptions } from '@tanstack/react-query';
import { paths } from '../../src/http/contract/paths.ts';
import { Me, type SetupLinkInput, type SignInInput, Welcome } from '../../src/http/contract/session.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export const welcomeQuery = queryOptions({
  queryKey: keys.welcome,
  queryFn: ({ signal }) => request(Welcome, paths.welcome, { signal }),
});

/** Fails with `setup-link-invalid` or `setup-done` where the link does not fit. */
export function setupLinkQuery(token: string) {
  return queryOptions({
    queryKey: keys.setupLink(token),
    queryFn: async ({ signal }) => {
      await send(paths.setupLink, { method: 'POST', body: { token } satisfies SetupLinkInput, signal });
      return true;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => request(Me, paths.me, { signal }),
  staleTime: 5 * 60_000,
});

export function signIn(input: SignInInput): Promise<void> {
  return send(paths.session, { method: 'POST', body: input });
}

export function signOut(): Promise<void> {
  return send(paths.session, { method: 'DELETE' });
}
