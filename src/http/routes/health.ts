// Health: does the process live, can it do its work, and what does not work as usual. Nothing is said of where.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import {
  type DependencyStanding,
  degradedBy,
  degradedModes,
  dependencyNames,
  workRoles,
} from '../../core/standing.ts';
import { paths } from '../contract/paths.ts';
import { DegradedModeName, StandingAnswer } from '../contract/standing.ts';
import type { HttpDeps } from '../dependencies.ts';
import { readyTimeoutMs } from '../limits.ts';
import { anyQuery, bare, publicRoute, type Route } from '../route.ts';

const tag = 'health';
const Health = z.object({ status: z.literal('ok') });
/**
 * What each service is, and what does not work as usual. A broker that is away makes nothing worse that a restart could
 * mend: it is told, and the answer is yes all the same.
 */
const Ready = Health.extend({
  broker: z.enum(['connected', 'away']).optional(),
  services: z.partialRecord(z.enum(dependencyNames), z.enum(['up', 'down'])),
  /** Roles that no process has although work waits for them; left out where there is none. */
  missing: z.array(z.enum(workRoles)).optional(),
  degraded: z.array(DegradedModeName),
});
const answer = { status: 200, description: 'It is.', schema: Health } as const;

/** Addresses of the probes, by convention outside of /api. */
export const healthPaths = { live: '/healthz', ready: '/readyz' } as const;

/** What the probes look at. */
export type HealthDeps = Pick<HttpDeps, 'standing' | 'drain' | 'clock' | 'blobs' | 'mqtt' | 'log'>;

/** Whether the program lives and is ready, for machines; and what does not work as usual, for people. */
export function healthRoutes(deps: HealthDeps): readonly Route[] {
  return [...probeRoutes(deps), standingRoute(deps)];
}

/** What machines ask of every process, whatever its roles. */
export function probeRoutes(deps: HealthDeps): readonly Route[] {
  return [liveRoute(), readyRoute(deps)];
}

function liveRoute(): Route {
  return publicRoute(
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
  );
}

function readyRoute(deps: HealthDeps): Route {
  let wasReady = true;

  /** Probes come every few seconds: the log has what changes, not every answer. */
  async function requireReady(): Promise<readonly DependencyStanding[]> {
    try {
      if (deps.drain.isDraining) throw new VedetteError('not-ready', 'This process is about to stop.');
      const dependencies = await looked(deps);
      await requireRoom(deps);
      if (!wasReady) deps.log.info('Ready again');
      wasReady = true;
      return dependencies;
    } catch (error) {
      if (wasReady) deps.log.warn('Not ready', { error });
      wasReady = false;
      throw error;
    }
  }

  return publicRoute(
    {
      ...bare,
      query: anyQuery,
      method: 'get',
      path: healthPaths.ready,
      summary:
        'Whether this process can do its work: yes as long as the database answers and there is room. Names each service, roles that no process has, and what does not work as usual.',
      tag,
      answer: { ...answer, schema: Ready },
      errors: ['not-ready'],
    },
    async () => {
      const dependencies = await requireReady();
      const { mqtt } = deps;
      const { missing } = deps.standing;
      return {
        json: {
          status: 'ok',
          ...(mqtt === null ? {} : { broker: mqtt.connected ? 'connected' : 'away' }),
          services: Object.fromEntries(dependencies.map(({ name, state }) => [name, state])),
          ...(missing.length === 0 ? {} : { missing: missing.map(({ role }) => role) }),
          degraded: degradedBy(dependencies, missing),
        },
      };
    },
  );
}

function standingRoute({ standing }: HealthDeps): Route {
  return publicRoute(
    {
      ...bare,
      method: 'get',
      path: paths.standing,
      summary: 'What does not work as usual just now, in sentences for people.',
      tag,
      answer: { status: 200, description: 'Empty where all is well.', schema: StandingAnswer },
    },
    async () => ({
      json: {
        degraded: degradedBy(standing.dependencies, standing.missing).map((name) => ({
          name,
          sentence: degradedModes[name],
        })),
      },
    }),
  );
}

/**
 * Errors: `not-ready`, where the database is away: no page and no call works without it. Of others that take their time
 * what was found last is said: one that hangs must not take out all processes.
 */
async function looked({ standing, clock }: HealthDeps): Promise<readonly DependencyStanding[]> {
  const all = inTime(clock, standing.look());
  if ((await inTime(clock, standing.look(['records']))) === null)
    throw new VedetteError('not-ready', 'The database answers too slowly.');
  const dependencies = (await all) ?? standing.dependencies;
  if (standing.isUp('records')) return dependencies;
  throw new VedetteError('not-ready', 'The stores do not answer.');
}

/** Errors: `not-ready`, where the disk is full. */
async function requireRoom({ blobs, clock }: HealthDeps): Promise<void> {
  // A store that is away is told among the services; footage waits for it.
  const free = await inTime(
    clock,
    blobs.freeBytes().catch(() => null),
  );
  if (free === 0) throw new VedetteError('not-ready', 'The disk is full. Make room on it.');
}

/** Null where it takes longer than whoever asks will wait. */
async function inTime<T>(clock: Clock, work: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const late = clock.sleep(readyTimeoutMs, over.signal).then(() => null);
  late.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
