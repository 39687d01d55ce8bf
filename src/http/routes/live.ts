// Live updates: server-sent events of the caller's organization (WHATWG HTML §9.2).

import { VedetteError } from '../../core/errors.ts';
import type { Member } from '../../core/organization/organization.ts';
import type { LiveEvent } from '../../core/ports/events.ts';
import { LiveUpdate } from '../contract/live.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { memberOf } from '../gate.ts';
import { heartbeatMs, maxEventStreams, maxWaitingEvents, sessionCheckMs } from '../limits.ts';
import { bare, type Exchange, memberRoute, type Route } from '../route.ts';

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
  caller: Member,
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
        const unsubscribe = deps.events.subscribe((event) => {
          if (event.organizationId === caller.organizationId) send(eventText(event));
        });
        ended.signal.addEventListener('abort', () => {
          unsubscribe();
          signal.removeEventListener('abort', end);
          onEnd();
          try {
            controller.close();
          } catch {
            // The reader cancelled: it is closed already.
          }
        });
        if (signal.aborted) return end();
        signal.addEventListener('abort', end);
        send('retry: 2000\n: welcome\n\n');
        void keepAlive(deps, caller, request, ended, send);
      },
      cancel: end,
    },
    { highWaterMark: maxWaitingEvents },
  );
}

/** Sends heartbeats, and ends the stream when its session has ended. */
async function keepAlive(
  deps: HttpDeps,
  caller: Member,
  request: Request,
  ended: AbortController,
  send: (text: string) => void,
): Promise<void> {
  let checkedMs = deps.clock.monotonicMs();
  try {
    for (;;) {
      await deps.clock.sleep(heartbeatMs, ended.signal);
      if (deps.clock.monotonicMs() - checkedMs >= sessionCheckMs) {
        const member = await memberOf(deps, request);
        if (member?.organizationId !== caller.organizationId) return;
        checkedMs = deps.clock.monotonicMs();
      }
      send(': still here\n\n');
    }
  } catch (error) {
    if (!ended.signal.aborted) deps.log.debug('An event stream ended', { error });
  } finally {
    ended.abort();
  }
}

function eventText(event: LiveEvent): string {
  const update = LiveUpdate.parse(
    event.type === 'camera-status' ? { ...event, cameraId: event.status.cameraId } : event,
  );
  return `event: ${update.type}\ndata: ${JSON.stringify(update)}\n\n`;
}
