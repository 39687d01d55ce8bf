// Health: does the process live, and can it do its work. Nothing is said of how.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { HttpDeps } from '../dependencies.ts';
import { readyTimeoutMs } from '../limits.ts';
import { anyQuery, bare, publicRoute, type Route } from '../route.ts';

const tag = 'health';
const Health = z.object({ status: z.literal('ok') });
/** A broker that is away makes nothing worse that a restart could mend: it is told, and the answer is yes all the same. */
const Ready = Health.extend({ broker: z.enum(['connected', 'away']).optional() });
const answer = { status: 200, description: 'It is.', schema: Health } as const;

/** Addresses of the probes, by convention outside of /api. */
export const healthPaths = { live: '/healthz', ready: '/readyz' } as const;

/** Whether the program lives and is ready. */
export function healthRoutes(deps: HttpDeps): readonly Route[] {
  let wasReady = true;

  /** Probes come every few seconds: the log has what changes, not every answer. */
  async function requireReady(): Promise<void> {
    try {
      await checkStores(deps);
      if (!wasReady) deps.log.info('Ready again');
      wasReady = true;
    } catch (error) {
      if (wasReady) deps.log.warn('Not ready', { error });
      wasReady = false;
      throw error;
    }
  }

  return [
    publicRoute(
      {
        ...bare,
        query: anyQuery,
        method: 'get',
        path: healthPaths.live,
        summary: 'Whether the process lives.',
        tag,
        answer,
      },
      async () => ({ json: { status: 'ok' } }),
    ),
    publicRoute(
      {
        ...bare,
        query: anyQuery,
        method: 'get',
        path: healthPaths.ready,
        summary: 'Whether the stores answer; and, where there is an MQTT broker, whether it does.',
        tag,
        answer: { ...answer, schema: Ready },
        errors: ['not-ready'],
      },
      async () => {
        await requireReady();
        const { mqtt } = deps;
        if (mqtt === null) return { json: { status: 'ok' } };
        return { json: { status: 'ok', broker: mqtt.connected ? 'connected' : 'away' } };
      },
    ),
  ];
}

async function checkStores({ records, blobs, clock }: HttpDeps): Promise<void> {
  const done = new AbortController();
  const timeUp = clock.sleep(readyTimeoutMs, done.signal).then(() => 'slow' as const);
  timeUp.catch(() => {});
  try {
    const stores = Promise.all([records.organizations.count(), blobs.freeBytes()]);
    stores.catch(() => {});
    const answered = await Promise.race([stores, timeUp]);
    if (answered === 'slow') throw new VedetteError('not-ready', 'The stores answer too slowly.');
    if (answered[1] === 0) throw new VedetteError('not-ready', 'The disk is full. Make room on it.');
  } catch (error) {
    const known = error instanceof VedetteError && error.code === 'not-ready';
    throw known ? error : new VedetteError('not-ready', 'The stores do not answer.', { cause: error });
  } finally {
    done.abort();
  }
}
