// Who is here: the queries and intentions of the session.

import { queryOptions } from '@tanstack/react-query';
import { paths } from '../../src/http/contract/paths.ts';
import { Me, type SignInInput, Welcome } from '../../src/http/contract/session.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

export const welcomeQuery = queryOptions({
  queryKey: keys.welcome,
  queryFn: ({ signal }) => request(Welcome, paths.welcome, { signal }),
});

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
