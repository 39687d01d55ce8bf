// Live updates: one stream of server-sent events keeps the query cache true.

import type { QueryClient } from '@tanstack/react-query';
import type { Camera } from '../../src/http/contract/cameras.ts';
import { LiveUpdate } from '../../src/http/contract/live.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { isGrowing } from '../camera/time-line/chunks.ts';
import { keys } from './query-keys.ts';
import { serverNow } from './server-clock.ts';

/** A broken stream is opened again after this, growing to the longest, in ms. */
const firstRetryMs = 1000;
const longestRetryMs = 15_000;
/** Time lines grow by a fragment a second; they are read again at most this often, in ms. */
const timelineEveryMs = 2000;
/** Images may be pushed every second, and each that a tile shows is made small for it: at most one so often, in ms. */
const newestImageEveryMs = 10_000;

export type Connection = 'connected' | 'reconnecting';

export interface Live {
  /** Says how the stream is doing, now and on every change, until the returned function is called. */
  watch(listener: () => void): () => void;
  connection(): Connection;
  stop(): void;
}

/** Opens the stream and applies what it says to `queryClient`. */
export function startLive(queryClient: QueryClient): Live {
  const listeners = new Set<() => void>();
  const apply = applier(queryClient);
  let connection: Connection = 'connected';
  let retryMs = firstRetryMs;
  let source: EventSource | null = null;
  let timer: number | undefined;

  function become(next: Connection) {
    if (connection === next) return;
    connection = next;
    for (const listener of listeners) listener();
  }

  function open() {
    source = new EventSource(paths.events);
    source.addEventListener('open', () => {
      retryMs = firstRetryMs;
      // What happened while nobody listened is unknown: everything on screen is read again.
      if (connection === 'reconnecting') void queryClient.invalidateQueries();
      become('connected');
    });
    source.addEventListener('error', () => {
      become('reconnecting');
      if (source?.readyState !== EventSource.CLOSED) return;
      // Refused rather than cut: perhaps the session has ended.
      void queryClient.invalidateQueries({ queryKey: keys.me });
      window.clearTimeout(timer);
      timer = window.setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    });
    for (const { shape } of LiveUpdate.options) {
      source.addEventListener(shape.type.value, (event) => apply(event.data));
    }
  }

  open();
  return {
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connection: () => connection,
    stop() {
      window.clearTimeout(timer);
      source?.close();
    },
  };
}

function applier(queryClient: QueryClient): (data: string) => void {
  const grown = new Set<string>();
  const pushed = new Set<string>();

  function readGrownTimelines() {
    for (const cameraId of grown) {
      void queryClient.invalidateQueries({
        queryKey: keys.timelines(cameraId),
        predicate: ({ queryKey: [, , , to] }) => typeof to === 'number' && isGrowing(to, serverNow()),
      });
    }
    grown.clear();
  }

  /** The first at once: whoever looks at an empty tile sees what comes. */
  function noteImage(cameraId: string) {
    const queryKey = keys.newestImage(cameraId);
    const known = queryClient.getQueryState(queryKey);
    if (known === undefined || pushed.has(cameraId)) return;
    pushed.add(cameraId);
    const waitMs = Math.max(0, known.dataUpdatedAt + newestImageEveryMs - Date.now());
    window.setTimeout(() => {
      pushed.delete(cameraId);
      void queryClient.invalidateQueries({ queryKey });
    }, waitMs);
  }

  return (data) => {
    const parsed = LiveUpdate.safeParse(parsedJson(data));
    if (!parsed.success) return;
    const update = parsed.data;
    switch (update.type) {
      case 'camera-status':
        queryClient.setQueryData<Camera[]>(keys.cameras, (cameras) =>
          cameras?.map((camera) =>
            camera.id === update.cameraId ? { ...camera, status: update.status } : camera,
          ),
        );
        return;
      case 'camera-changed':
        void queryClient.invalidateQueries({ queryKey: keys.cameras });
        return;
      case 'site-changed':
        void queryClient.invalidateQueries({ queryKey: keys.sites });
        return;
      case 'timeline-grew':
        if (grown.size === 0) window.setTimeout(readGrownTimelines, timelineEveryMs);
        grown.add(update.cameraId);
        noteImage(update.cameraId);
        return;
      case 'incident-changed':
        void queryClient.invalidateQueries({ queryKey: keys.incidents });
        void queryClient.invalidateQueries({ queryKey: keys.incident(update.incidentId) });
        void queryClient.invalidateQueries({ queryKey: keys.sites });
    }
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
