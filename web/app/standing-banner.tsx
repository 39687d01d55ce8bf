// Says in words what does not work as usual; and while live updates are off, has what is on screen read again.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { paths } from '../../src/http/contract/paths.ts';
import { StandingAnswer } from '../../src/http/contract/standing.ts';
import { Notice } from '../ui/notice.tsx';
import { request } from './api.ts';
import { keys } from './query-keys.ts';

/** A service that goes away is told within this, in ms, of when the server finds out; sooner where a call fails by it. */
const askEveryMs = 4_000;
/** Without live updates, what is on screen is read again so often, in ms. */
const readAgainMs = 5_000;

export function StandingBanner() {
  const queryClient = useQueryClient();
  const { data } = useQuery({
    queryKey: keys.standing,
    queryFn: ({ signal }) => request(StandingAnswer, paths.standing, { signal }),
    refetchInterval: askEveryMs,
    retry: false,
  });
  const degraded = data?.degraded ?? [];
  const isBlind = degraded.some(({ name }) => name === 'updates-off');
  useEffect(() => {
    if (!isBlind) return;
    const timer = window.setInterval(() => {
      for (const queryKey of [keys.cameras, keys.sites, keys.incidents])
        void queryClient.invalidateQueries({ queryKey });
    }, readAgainMs);
    return () => window.clearInterval(timer);
  }, [isBlind, queryClient]);
  const named = degraded.map(({ name }) => name).join(' ');
  const before = useRef(named);
  useEffect(() => {
    // How cameras are depends on who is there to record them, and nobody who is gone says so.
    if (before.current !== named) void queryClient.invalidateQueries({ queryKey: keys.cameras });
    before.current = named;
  }, [named, queryClient]);
  return (
    <div role="status" className="standing">
      {degraded.length > 0 && (
        <Notice tone="busy" icon="warning" announced={false}>
          <strong>Not everything works as usual</strong>
          <ul className="standing-list">
            {degraded.map(({ name, sentence }) => (
              <li key={name}>{sentence}</li>
            ))}
          </ul>
          <p className="standing-end">
            This goes away by itself. If it stays, tell whoever runs this installation.
          </p>
        </Notice>
      )}
    </div>
  );
}
