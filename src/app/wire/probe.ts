// The probes of a process on a port of their own, where whoever keeps it running asks for them, and for its figures.

import { createProbe } from '../../http/probe.ts';
import type { HealthDeps } from '../../http/routes/health.ts';
import type { MetricsDeps } from '../../http/routes/metrics.ts';
import { listen, type RunningServer } from '../../http/server.ts';
import type { Settings } from '../settings.ts';

/**
 * Null where nobody asks, or asks at the port of the pages, which answer probes, too. Errors: `port-in-use`, `settings-invalid`
 * (host).
 */
export async function openProbe(
  deps: HealthDeps & Omit<MetricsDeps, 'metricsToken'>,
  settings: Settings,
  { publicUrl, hasPages }: { readonly publicUrl: string; readonly hasPages: boolean },
): Promise<RunningServer | null> {
  const {
    VEDETTE_HOST: host,
    VEDETTE_PROBE_PORT: port,
    VEDETTE_METRICS_TOKEN: metricsToken = null,
  } = settings;
  if (port === undefined || (hasPages && port !== 0 && port === settings.VEDETTE_PORT)) return null;
  const server = await listen(createProbe({ ...deps, metricsToken }, publicUrl), { host, port });
  deps.log.info('Probes are answered', { url: server.url });
  return server;
}
