// The probes of a process: whether it lives, whether it can do its work, and its figures. Nothing else is answered.

import { VedetteError } from '../core/errors.ts';
import type { Http } from './app.ts';
import { secure } from './guard.ts';
import { problemResponse, requestFailures } from './problem.ts';
import { type HealthDeps, probeRoutes } from './routes/health.ts';
import { type MetricsDeps, metricsRoute } from './routes/metrics.ts';

/** Answers `/healthz` and `/readyz` as a process with pages does, and `/metrics`. It listens nowhere: see `listen`. */
export function createProbe(
  deps: HealthDeps & MetricsDeps,
  publicUrl: string,
): Pick<Http, 'fetch' | 'leave' | 'stop'> {
  const routes = [...probeRoutes(deps), metricsRoute(deps, { withoutToken: 'everybody' })];
  const failures = requestFailures(deps);
  return {
    async fetch(request, peerAddress = 'unknown') {
      try {
        const { pathname } = new URL(request.url);
        const route = routes.find(({ path }) => path === pathname);
        if (route === undefined || request.method !== 'GET') {
          throw new VedetteError(
            'not-found',
            'There are no pages and no API here: /healthz, /readyz and /metrics are.',
          );
        }
        const { signal } = request;
        const exchange = { request, params: {}, caller: null, signedIn: null, peerAddress, signal };
        return secure(await route.handle(exchange), publicUrl);
      } catch (error) {
        return secure(problemResponse(error, failures, request), publicUrl);
      }
    },
    leave() {},
    async stop() {},
  };
}
