// Keeps what does not work as usual true while a frame is shown, and has read again what hangs on it.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { StandingAnswer } from '../../src/http/contract/standing.ts';
import { isWithoutRecorder } from '../camera/status.ts';
import { camerasQuery } from '../overview/queries.ts';
import { keys } from './query-keys.ts';
import { standingQuery } from './standing.ts';

/** A service that goes away is told within this, in ms. */
const askEveryMs = 10_000;
/** What nobody tells of is read again so often, in ms. */
const readAgainMs = 5_000;
const withoutUpdates = [keys.cameras, keys.sites, keys.incidents, keys.newestImages];
const withoutRecorder = [keys.cameras];

/** What is degraded, what matters most first. */
export function useStanding(): StandingAnswer['degraded'] {
  const queryClient = useQueryClient();
  const { data } = useQuery({ ...standingQuery, staleTime: 0, refetchInterval: askEveryMs });
  const degraded = data?.degraded ?? [];
  useReadAgain(
    degraded.some(({ name }) => name === 'updates-off'),
    withoutUpdates,
  );
  const named = degraded.map(({ name }) => name).join(' ');
  const before = useRef(named);
  useEffect(() => {
    // How cameras are depends on who is there to record them, and nobody who is gone says so.
    if (before.current !== named) void queryClient.invalidateQueries({ queryKey: keys.cameras });
    before.current = named;
  }, [named, queryClient]);
  const { data: cameras } = useQuery({ ...camerasQuery, enabled: false });
  // That one records again, the process that answers may know later than the one that was asked how it stands.
  useReadAgain(cameras?.some(({ status }) => isWithoutRecorder(status)) === true, withoutRecorder);
  return degraded;
}

function useReadAgain(isWanted: boolean, queryKeys: readonly (readonly string[])[]): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!isWanted) return;
    const timer = window.setInterval(() => {
      for (const queryKey of queryKeys) void queryClient.invalidateQueries({ queryKey });
    }, readAgainMs);
    return () => window.clearInterval(timer);
  }, [isWanted, queryClient, queryKeys]);
}
