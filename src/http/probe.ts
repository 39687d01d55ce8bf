// The probes of a process that has no pages: whether it lives, and whether it can do its work. Nothing else is answered.

import { VedetteError } from '../core/errors.ts';
import type { Http } from './app.ts';
import { secure } from './guard.ts';
import { problemResponse } from './problem.ts';
import { type HealthDeps, probeRoutes } from './routes/health.ts';

/** Answers `/healthz` and `/readyz` as a process with pages does. It listens nowhere: see `listen`. */
export function createProbe(deps: HealthDeps, publicUrl: string): Pick<Http, 'fetch' | 'leave' | 'stop'> {
  const routes = probeRoutes(deps);
  return {
    async fetch(request, peerAddress = 'unknown') {
      try {
        const { pathname } = new URL(request.url);
        const route = routes.find(({ path }) => path === pathname);
        if (route === undefined || request.method !== 'GET') {
          throw new VedetteError(
            'not-found',
            'This process has no pages and no API: it answers probes only.',
          );
        }
        const { signal } = request;
        const exchange = { request, params: {}, caller: null, signedIn: null, peerAddress, signal };
        return secure(await route.handle(exchange), publicUrl);
      } catch (error) {
        return secure(problemResponse(error, deps.log, request), publicUrl);
      }
    },
    leave() {},
    async stop() {},
  };
}
