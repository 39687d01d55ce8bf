// The query cache: the only place where server state lives in the pages.

import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, wasCancelled } from './api.ts';
import { keys } from './query-keys.ts';

/** Live updates keep the cache fresh; this only bounds how long a missed one can matter, in ms. */
const staleTimeMs = 30_000;

export function makeQueryClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: (error, { queryKey }) => askWhy(client, error, queryKey) }),
    mutationCache: new MutationCache({ onError: (error) => askWhy(client, error) }),
    defaultOptions: {
      queries: { staleTime: staleTimeMs, retry: worthRetrying },
      mutations: { retry: false },
    },
  });
  return client;
}

/** Where the server cannot do something just now, the banner says why before anybody has to wonder. */
function askWhy(client: QueryClient, error: unknown, queryKey: readonly unknown[] = []): void {
  if (!(error instanceof ApiError) || error.status !== 503 || queryKey[0] === keys.standing[0]) return;
  void client.invalidateQueries({ queryKey: keys.standing }, { cancelRefetch: false });
}

/** A refusal stays a refusal; an unreachable or starting server is asked twice more. */
export function worthRetrying(failures: number, error: unknown): boolean {
  if (wasCancelled(error)) return false;
  const passing = !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
  return passing && failures < 2;
}
