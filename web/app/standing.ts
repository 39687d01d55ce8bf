// What does not work as usual, as the pages know it.

import { queryOptions } from '@tanstack/react-query';
import { paths } from '../../src/http/contract/paths.ts';
import { StandingAnswer } from '../../src/http/contract/standing.ts';
import { request } from './api.ts';
import { keys } from './query-keys.ts';

/** The banner asks for it again and again; whoever else reads it has the same answer. */
export const standingQuery = queryOptions({
  queryKey: keys.standing,
  queryFn: ({ signal }) => request(StandingAnswer, paths.standing, { signal }),
  retry: false,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The sentence that says that no process records; null while one does, or nobody knows. */
export function unrecordedSentence(standing: StandingAnswer | undefined): string | null {
  return standing?.degraded.find(({ name }) => name === 'nothing-recorded')?.sentence ?? null;
}
