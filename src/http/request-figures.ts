// Counts requests: by the template of the address they came to, never by the address itself.

import type { Meters } from '../core/metrics/metrics.ts';
import type { Counter, Histogram } from '../core/metrics/tallies.ts';
import type { Route } from './route.ts';

/** Pages, files, and what does not exist: of these there are as many addresses as somebody cares to ask for. */
const other = { method: '(any)', path: '(other)' } as const;

type Asked = Pick<Route, 'method' | 'path'> | typeof other;

/** Notes an answer with its status, after so many ms; null where no route answered. */
export type NoteRequest = (route: Pick<Route, 'method' | 'path'> | null, status: number, ms: number) => void;

interface RouteFigures {
  readonly time: Histogram;
  /** By the hundreds of the status. */
  readonly answers: Counter[];
}

/** Looks the counters of a route up once: a request costs an addition. */
export function requestFigures(metrics: Meters): NoteRequest {
  const known = new Map<Asked, RouteFigures>();

  function figuresOf(route: Asked): RouteFigures {
    const found = known.get(route);
    if (found !== undefined) return found;
    const labels = { route: route.path, method: methodOf(route) };
    const made: RouteFigures = {
      time: metrics.histogram('vedette_http_request_duration_seconds', labels),
      answers: [],
    };
    known.set(route, made);
    return made;
  }

  return (route, status, ms) => {
    const asked = route ?? other;
    const { time, answers } = figuresOf(asked);
    time.observe(ms / 1000);
    const hundreds = Math.floor(status / 100);
    answers[hundreds] ??= metrics.counter('vedette_http_requests_total', {
      ...{ route: asked.path, method: methodOf(asked), status: `${hundreds}xx` },
    });
    answers[hundreds].add();
  };
}

function methodOf({ method }: Asked): string {
  return method.toUpperCase();
}
