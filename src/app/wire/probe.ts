// The probes of a process without the role `http`, where whoever keeps it running asks for them.

import { createProbe } from '../../http/probe.ts';
import type { HealthDeps } from '../../http/routes/health.ts';
import { listen, type RunningServer } from '../../http/server.ts';
import type { Settings } from '../settings.ts';

/** Null where nobody asks. Errors: `port-in-use`, `settings-invalid` (host). */
export async function openProbe(
  deps: HealthDeps,
  { VEDETTE_HOST: host, VEDETTE_PROBE_PORT: port }: Settings,
  publicUrl: string,
): Promise<RunningServer | null> {
  if (port === undefined) return null;
  const server = await listen(createProbe(deps, publicUrl), { host, port });
  deps.log.info('Probes are answered', { url: server.url });
  return server;
}
