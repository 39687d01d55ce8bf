// The query cache: the only place where server state lives in the pages.

import { QueryClient } from '@tanstack/react-query';
import { ApiError, wasCancelled } from './api.ts';

/** Live updates keep the cache fresh; this only bounds how long a missed one can matter, in ms. */
const staleTimeMs = 30_000;

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: staleTimeMs, retry: worthRetrying },
      mutations: { retry: false },
    },
  });
}

/** A refusal stays a refusal; an unreachable or starting server is asked twice more. */
export function worthRetrying(failures: number, error: unknown): boolean {
  if (wasCancelled(error)) return false;
  const passing = !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
  return passing && failures < 2;
}
