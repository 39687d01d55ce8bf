// The time line of a camera from the query cache: the day that ends with what is in view.

import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { TimeLine } from '../../src/http/contract/cameras.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { chunksOf, isGrowing, joined, type TimeLineContent } from './time-line/chunks.ts';
import { longestSpanMs } from './time-line/view.ts';

/** The newest hour is read again so often while somebody looks at it, in ms. */
const readEveryMs = 3000;
/** What lies wholly in the past changes only when footage expires. */
const settledMs = 10 * 60_000;

export interface LoadedTimeLine {
  readonly line: TimeLineContent;
  /** True until every chunk has been read once. */
  readonly loading: boolean;
}

/** Everything known of the day before `to`. */
export function useTimeLine(cameraId: string, to: number, now: number): LoadedTimeLine {
  return useQueries({
    queries: chunksOf(to - longestSpanMs, to, now).map((chunk) => ({
      queryKey: keys.timeline(cameraId, chunk.from, chunk.to),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        request(TimeLine, `${paths.timeline(cameraId)}?from=${chunk.from}&to=${chunk.to}`, { signal }),
      staleTime: settledMs,
      refetchInterval: isGrowing(chunk.to, now) ? readEveryMs : (false as const),
    })),
    combine,
  });
}

function combine(results: UseQueryResult<TimeLine>[]): LoadedTimeLine {
  return {
    line: joined(results.map((result) => result.data).filter((data) => data !== undefined)),
    loading: results.some((result) => result.isPending),
  };
}
