// The query cache: the only place where server state lives in the pages.

import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './api.ts';

/** Live updates keep the cache fresh; this only bounds how long a missed one can matter, in ms. */
const staleTimeMs = 30_000;

/** Makes the cache; `onSignedOut` is called when the server no longer knows who asks. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && error.code === 'not-signed-in') onSignedOut();
      },
    }),
    defaultOptions: {
      queries: { staleTime: staleTimeMs, retry: worthRetrying },
      mutations: { retry: false },
    },
  });
}

/** A refusal stays a refusal; an unreachable or starting server is asked twice more. */
export function worthRetrying(failures: number, error: unknown): boolean {
  const passing = !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
  return passing && failures < 2;
}
