// Keeps the live stream open while a frame is shown, and says how it is doing.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Connection, startLive } from './live.ts';

/** A stream that comes back sooner than this was never missed, in ms. */
const hintAfterMs = 2500;

/** Open while `wanted`. */
export function useLive(wanted: boolean): Connection {
  const queryClient = useQueryClient();
  const [connection, setConnection] = useState<Connection>('connected');
  useEffect(() => {
    if (!wanted) return;
    const live = startLive(queryClient);
    let timer: number | undefined;
    const unwatch = live.watch(() => {
      window.clearTimeout(timer);
      if (live.connection() === 'connected') setConnection('connected');
      else timer = window.setTimeout(() => setConnection('reconnecting'), hintAfterMs);
    });
    return () => {
      window.clearTimeout(timer);
      unwatch();
      live.stop();
      void queryClient.invalidateQueries({ refetchType: 'none' });
    };
  }, [queryClient, wanted]);
  return connection;
}
