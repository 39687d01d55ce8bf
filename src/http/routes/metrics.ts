// Figures for an operator's Prometheus. They name nobody and nothing, and are all the same not for everybody.

import { VedetteError } from '../../core/errors.ts';
import { expositionMediaType } from '../../core/metrics/exposition.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import type { Secret } from '../../core/secret.ts';
import { anyQuery, bare, publicRoute, type Route } from '../route.ts';

/** Where Prometheus looks by convention, outside of /api. */
export const metricsPath = '/metrics';

export interface MetricsDeps {
  readonly metrics: Pick<Metrics, 'text'>;
  /** What whoever asks has to show as `Authorization: Bearer`; null where none is set. */
  readonly metricsToken: Secret | null;
}

/**
 * Where a token is set, whoever shows it is told. Where none is, nobody is told beside the pages, which strangers reach, and
 * everybody is on the port of the probes, which only those reach who keep the process running.
 */
export function metricsRoute(
  { metrics, metricsToken }: MetricsDeps,
  { withoutToken }: { readonly withoutToken: 'nobody' | 'everybody' },
): Route {
  return publicRoute(
    {
      ...bare,
      query: anyQuery,
      method: 'get',
      path: metricsPath,
      summary:
        'Figures in the text format of Prometheus, for whoever shows the token of VEDETTE_METRICS_TOKEN; not there where none is set.',
      tag: 'health',
      answer: { status: 200, description: 'The figures.', mediaType: 'text/plain' },
      errors: ['not-found', 'not-signed-in'],
    },
    async ({ exchange: { request } }) => {
      if (metricsToken !== null) await requireToken(request, metricsToken);
      else if (withoutToken === 'nobody') {
        throw new VedetteError(
          'not-found',
          'Figures are told on the port of the probes, and here to whoever has a token: set VEDETTE_METRICS_TOKEN.',
        );
      }
      return new Response(await metrics.text(), {
        headers: { 'content-type': expositionMediaType, 'cache-control': 'no-store' },
      });
    },
  );
}

/** Compares digests, so that the time it takes says nothing of the token. Errors: `not-signed-in`. */
async function requireToken(request: Request, token: Secret): Promise<void> {
  const [, shown = ''] = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const [given, wanted] = await Promise.all([digest(shown), digest(token.reveal())]);
  if (given.every((byte, index) => byte === wanted[index])) return;
  throw new VedetteError(
    'not-signed-in',
    'Show the token of VEDETTE_METRICS_TOKEN as Authorization: Bearer.',
  );
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
