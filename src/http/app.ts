// The HTTP edge: every request passes the guard and the gate, reaches one route, and leaves with safe headers.

import { type Context, Hono } from 'hono';
import { type ErrorCode, VedetteError } from '../core/errors.ts';
import type { DegradedMode, DependencyName, Standing } from '../core/standing.ts';
import type { HttpDeps, HttpSettings } from './dependencies.ts';
import { admit, type GateDeps } from './gate.ts';
import { checkHost, checkOrigin, secure } from './guard.ts';
import { hashing } from './limits.ts';
import { problemResponse, requestFailures } from './problem.ts';
import { rememberedKeys } from './remembered-keys.ts';
import { requestFigures } from './request-figures.ts';
import type { Route } from './route.ts';
import { allRoutes } from './routes/all.ts';
import { servePage } from './routes/pages.ts';
import { type Turns, turns } from './turns.ts';

export interface Http {
  /** Answers a request; never throws. `peerAddress` is the network address it came from. */
  fetch(request: Request, peerAddress?: string): Promise<Response>;
  /** Every route, for tests and documentation. */
  readonly routes: readonly Route[];
  /** Ends streams, whose readers come back elsewhere; other requests are still answered. */
  leave(): void;
  /** Refuses new requests, and ends streams. */
  stop(): Promise<void>;
}

interface Bindings {
  readonly peerAddress: string;
  /** Which route answers; null where it is none. */
  route: Route | null;
}

type RouteContext = Context<{ Bindings: Bindings }>;

/** Makes the HTTP edge. It listens nowhere: see `listen`. */
export function createHttp(deps: HttpDeps, settings: HttpSettings): Http {
  const stopping = new AbortController();
  let isStopped = false;
  const routes = allRoutes(deps, settings);
  const failures = requestFailures(deps);
  const remembered = rememberedKeys(deps);
  const gate = { ...deps, remembered };
  const hashingTurns = turns(hashing);
  const note = requestFigures(deps.metrics);
  const app = new Hono<{ Bindings: Bindings }>();
  for (const route of routes) {
    const { honoPath, names } = addressOf(route.path);
    app.on(route.method.toUpperCase(), honoPath, (context) => {
      context.env.route = route;
      return promptly(deps, route, () =>
        answer(gate, route, { names, context, stopping: stopping.signal, hashingTurns }),
      );
    });
  }
  app.notFound(({ req }) => notRouted(settings, req.raw));
  app.onError((error, { req }) => problemResponse(error, failures, req.raw));

  async function answered(request: Request, bindings: Bindings): Promise<Response> {
    try {
      if (isStopped) throw new VedetteError('not-ready');
      checkHost(request, settings.publicUrl);
      checkOrigin(request, settings.publicUrl);
      return secure(await app.fetch(request, bindings), settings.publicUrl);
    } catch (error) {
      return secure(problemResponse(error, failures, request), settings.publicUrl);
    }
  }

  return {
    routes,
    async fetch(request, peerAddress = 'unknown') {
      const bindings: Bindings = { peerAddress, route: null };
      const begunMs = deps.clock.monotonicMs();
      const response = await answered(request, bindings);
      note(bindings.route, response.status, deps.clock.monotonicMs() - begunMs);
      return response;
    },
    leave() {
      stopping.abort(new VedetteError('not-ready'));
    },
    async stop() {
      isStopped = true;
      stopping.abort(new VedetteError('not-ready'));
      remembered.stop();
    },
  };
}

/** Routes that work while the database is away. */
const withoutRecords: ReadonlySet<string> = new Set(['health', 'description']);

interface Arrival {
  readonly names: ReadonlyMap<string, string>;
  readonly context: RouteContext;
  readonly stopping: AbortSignal;
  readonly hashingTurns: Turns;
}

/**
 * While the database is away, or what a route needs beside it, everybody is told at once: waiting would end the same, after
 * half a minute, with a thousand others and what they sent. Who asks only is told when it goes away meanwhile; what changes
 * something goes on, for it may yet be done.
 */
async function promptly(
  { standing }: HttpDeps,
  { tag, method, refusedIn }: Route,
  work: () => Promise<Response>,
): Promise<Response> {
  if (withoutRecords.has(tag)) return work();
  if (!standing.isUp('records')) throw new VedetteError('records-unavailable');
  if (refusedIn !== null) requireNot(standing, refusedIn);
  if (method !== 'get') return work();
  const down = standing.untilDown('records');
  const gone = Promise.withResolvers<never>();
  const giveUp = () => gone.reject(new VedetteError('records-unavailable'));
  down.addEventListener('abort', giveUp);
  const answering = work();
  answering.catch(() => {});
  try {
    return await Promise.race([answering, gone.promise]);
  } finally {
    down.removeEventListener('abort', giveUp);
  }
}

/** What is said while a service is away. */
const awayCodes = {
  ...({ records: 'records-unavailable', cache: 'cache-unavailable', queue: 'queue-unavailable' } as const),
  ...({ blobs: 'blobs-unavailable', keys: 'key-unavailable', broker: 'broker-unavailable' } as const),
} satisfies Record<DependencyName, ErrorCode>;

/** Errors: that of the service whose absence means it. */
function requireNot({ dependencies }: Standing, mode: DegradedMode): void {
  const away = dependencies.find(
    ({ state, alsoDegrades = [] }) => state === 'down' && alsoDegrades.includes(mode),
  );
  if (away !== undefined) throw new VedetteError(awayCodes[away.name]);
}

async function answer(deps: GateDeps, route: Route, arrival: Arrival): Promise<Response> {
  const { names, context, stopping, hashingTurns } = arrival;
  const { peerAddress } = context.env;
  const request = context.req.raw;
  const { caller, signedIn } = await admit(deps, route, request);
  let signal: AbortSignal | null = null;
  const handle = () =>
    route.handle({
      request,
      params: paramsOf(names, context.req.param()),
      caller,
      signedIn,
      peerAddress,
      // Made for those that ask: joining two signals costs 0.05 ms.
      get signal() {
        signal ??= AbortSignal.any([request.signal, stopping]);
        return signal;
      },
    });
  return route.hashesPassword ? hashingTurns(peerAddress, handle) : handle();
}

async function notRouted(settings: HttpSettings, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/api' || pathname.startsWith('/api/')) {
    throw new VedetteError('not-found', 'There is no such address in this API, or not with this method.');
  }
  return servePage(settings.pagesFolder, request);
}

/**
 * The router's form of an address: "{index}.m4s" is a whole segment there, checked for its ending. `names` says
 * which ending belongs to which parameter.
 */
function addressOf(path: string): { honoPath: string; names: ReadonlyMap<string, string> } {
  const names = new Map<string, string>();
  const honoPath = path.replace(/\{(\w+)\}(\.\w+)?/g, (_, name: string, ending = '') => {
    names.set(name, ending);
    return ending === '' ? `:${name}` : `:${name}{[^/]+\\${ending}}`;
  });
  return { honoPath, names };
}

function paramsOf(
  names: ReadonlyMap<string, string>,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, ending] of names) {
    const value = given[name] ?? '';
    params[name] = ending === '' ? value : value.slice(0, -ending.length);
  }
  return params;
}
