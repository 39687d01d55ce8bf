// Live updates: server-sent events of what the caller reaches (WHATWG HTML §9.2).

import type { CameraId, SiteId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { type Caller, reaches } from '../../core/organization/access.ts';
import type { LiveEvent } from '../../core/ports/events.ts';
import { LiveUpdate } from '../contract/live.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { stillCalling } from '../gate.ts';
import { accessCheckMs, heartbeatMs, maxEventStreams, maxWaitingEvents } from '../limits.ts';
import { bare, type Exchange, memberRoute, type Route } from '../route.ts';

/** A page whose stream ends because a process stops comes back after this. */
const returnMs = 250;

/** What changes, told as it happens. */
export function liveRoutes(deps: HttpDeps): readonly Route[] {
  let streams = 0;
  return [
    memberRoute(
      'view',
      {
        ...bare,
        method: 'get',
        path: paths.events,
        summary: 'What just happened, as server-sent events; the event name is the type of the update.',
        tag: 'live',
        answer: { status: 200, description: 'Updates, see LiveUpdate.', mediaType: 'text/event-stream' },
        errors: ['too-many-requests'],
      },
      async ({ caller, exchange }) => {
        if (streams >= maxEventStreams) {
          throw new VedetteError('too-many-requests', 'Too many pages are open at the same time.');
        }
        streams += 1;
        const body = eventStream(deps, caller, exchange, () => {
          streams -= 1;
        });
        return new Response(body, {
          headers: {
            'content-type': 'text/event-stream',
            'cache-control': 'no-store',
            // Reverse proxies must hand events on at once.
            'x-accel-buffering': 'no',
          },
        });
      },
    ),
  ];
}

function eventStream(
  deps: HttpDeps,
  caller: Caller,
  { request, signal }: Exchange,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const ended = new AbortController();
  const encoder = new TextEncoder();
  const end = () => ended.abort();
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (text: string) => {
          if (ended.signal.aborted) return;
          // A reader that does not keep up is let go; it comes back and loads everything again.
          if ((controller.desiredSize ?? 0) <= 0) return end();
          controller.enqueue(encoder.encode(text));
        };
        // This process stops, and another one waits already.
        const leave = () => {
          send(`retry: ${returnMs}\n\n`);
          end();
        };
        const places = placesOf(caller);
        const unsubscribe = deps.events.subscribe((event) => {
          if (event.organizationId !== caller.organizationId) return;
          if (event.type === 'presence' || event.type === 'cut-asked') return;
          if (event.type !== 'access-changed') {
            if (places.includes(event)) send(eventText(event));
          } else if (event.memberId === null || event.memberId === caller.member?.id) {
            // The page comes back by itself, and is asked anew who it is.
            end();
          }
        });
        ended.signal.addEventListener('abort', () => {
          unsubscribe();
          signal.removeEventListener('abort', leave);
          onEnd();
          try {
            controller.close();
          } catch {
            // The reader cancelled: it is closed already.
          }
        });
        if (signal.aborted) return end();
        signal.addEventListener('abort', leave);
        void live(deps, { caller, request, places, ended, send });
      },
      cancel: end,
    },
    { highWaterMark: maxWaitingEvents },
  );
}

interface Listening {
  readonly caller: Caller;
  readonly request: Request;
  readonly places: Places;
  readonly ended: AbortController;
  readonly send: (text: string) => void;
}

/** Sends heartbeats, and ends the stream when its caller may do something else than when it began. */
async function live(deps: HttpDeps, { caller, request, places, ended, send }: Listening): Promise<void> {
  try {
    await places.load(deps);
    send('retry: 2000\n: welcome\n\n');
    let spokenMs = deps.clock.monotonicMs();
    for (;;) {
      await deps.clock.sleep(accessCheckMs, ended.signal);
      if (!isSame(await stillCalling(deps, request), caller)) return;
      if (deps.clock.monotonicMs() - spokenMs < heartbeatMs) continue;
      spokenMs = deps.clock.monotonicMs();
      send(': still here\n\n');
    }
  } catch (error) {
    if (!ended.signal.aborted) deps.log.debug('An event stream ended', { error });
  } finally {
    ended.abort();
  }
}

/** Whether the same caller still may and reaches the same. */
function isSame(now: Caller | null, then: Caller): boolean {
  if (now === null || now.organizationId !== then.organizationId) return false;
  if (now.permissions.symmetricDifference(then.permissions).size > 0) return false;
  if (now.reach === 'every-site' || then.reach === 'every-site') return now.reach === then.reach;
  return now.reach.symmetricDifference(then.reach).size === 0;
}

type SeenEvent = Exclude<LiveEvent, { readonly type: 'access-changed' | 'presence' | 'cut-asked' }>;

/** Which events are at sites that the caller reaches. */
interface Places {
  load(deps: Pick<HttpDeps, 'records'>): Promise<void>;
  includes(event: SeenEvent): boolean;
}

function placesOf(caller: Caller): Places {
  // Some events name a camera only, and asking for its site costs too much for each. Cameras do not move.
  const siteOf = new Map<CameraId, SiteId>();
  return {
    async load({ records }) {
      if (caller.reach === 'every-site') return;
      for (const { id, siteId } of await records.cameras.places(caller.organizationId))
        siteOf.set(id, siteId);
    },
    includes(event) {
      if (caller.reach === 'every-site') return true;
      if (event.type === 'camera-changed') siteOf.set(event.cameraId, event.siteId);
      if ('siteId' in event) return reaches(caller, event.siteId);
      const siteId = siteOf.get(event.type === 'camera-status' ? event.status.cameraId : event.cameraId);
      return siteId !== undefined && reaches(caller, siteId);
    },
  };
}

function eventText(event: SeenEvent): string {
  const update = LiveUpdate.parse(
    event.type === 'camera-status' ? { ...event, cameraId: event.status.cameraId } : event,
  );
  return `event: ${update.type}\ndata: ${JSON.stringify(update)}\n\n`;
}
