// The time lines of several cameras over the span of a clip, with the paths of whom they saw, from the query cache.

import { useQueries } from '@tanstack/react-query';
import { TimeLine } from '../../../src/http/contract/cameras.ts';
import { paths } from '../../../src/http/contract/paths.ts';
import { request } from '../../app/api.ts';
import { keys } from '../../app/query-keys.ts';

/** While the clip grows its footage is read again so often, in ms. */
const readEveryMs = 3_000;

/** What is known of each camera's footage, by its id; without an entry where nothing is known yet. */
export function useFootage(
  cameraIds: readonly string[],
  clip: { readonly from: number; readonly to: number },
  growing: boolean,
): ReadonlyMap<string, TimeLine> {
  return useQueries({
    queries: cameraIds.map((cameraId) => ({
      queryKey: keys.timelinePaths(cameraId, clip.from, clip.to),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        request(TimeLine, `${paths.timeline(cameraId)}?from=${clip.from}&to=${clip.to}&paths=true`, {
          signal,
        }),
      refetchInterval: growing ? readEveryMs : (false as const),
    })),
    combine: (results) =>
      new Map(
        results
          .map(({ data }) => data)
          .filter((line) => line !== undefined)
          .map((line) => [line.cameraId, line]),
      ),
  });
}
