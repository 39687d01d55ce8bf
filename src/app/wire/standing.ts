// How the services behind this process are doing: a breaker before each, and somebody who asks.

import { type Breaker, breaker, forCallers } from '../../core/breaker.ts';
import { type ErrorCode, errorCode, VedetteError } from '../../core/errors.ts';
import { guardedBlobs, guardedCache } from '../../core/guarded.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Mqtt } from '../../core/ports/mqtt.ts';
import { type MissingRole, workRoles } from '../../core/standing.ts';
import { type Dependency, type Watched, watchDependencies } from '../../workers/watch-dependencies.ts';
import { tellRoles, watchRoles } from '../../workers/watch-roles.ts';
import type { Role } from '../roles.ts';
import type { House } from './house.ts';

const watchEveryMs = 3_000;
const restMs = 1_000;
const failures = 2;
/** A key service may cost money by the call. */
const keysEveryMs = 60_000;
/** Longest time in ms for an answer, before the service counts as away. */
const timeouts = { records: 5_000, cache: 4_000, queue: 8_000, blobs: 20_000, keys: 10_000, broker: 5_000 };
/** A broker may take so long to be connected, in ms, before it counts as away. */
const connectMs = 10_000;
/** A topic that every installation has. */
const someTopic = 'alerts';

/** Answers that say no, and come from a store that lives. */
const answers: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['not-found', 'conflict', 'request-invalid', 'body-too-large', 'footage-damaged'] as const),
  ...(['data-full', 'key-destroyed'] as const),
]);

export interface StandingHouse {
  readonly standing: Watched;
  readonly breakers: readonly Pick<Dependency, 'name' | 'breaker'>[];
  readonly presence: Presence;
  /** The same stores, which fail at once while they are away. */
  readonly cache: Cache;
  readonly blobs: Blobs;
  /** Whether what other processes say is not heard just now: live events go over one of the two. */
  readonly isDeaf: () => boolean;
}

/** Begins to ask. Where the stores are in this process, they are asked all the same: a disk can hang, too. */
export function openStanding(house: House, mqtt: Mqtt | null, roles: readonly Role[]): StandingHouse {
  const guard = (name: keyof typeof timeouts, code: ErrorCode): Breaker =>
    breaker({
      ...{ clock: house.clock, failures, restMs, timeoutMs: timeouts[name] },
      isFailure: (error) => !answers.has(errorCode(error)),
      away: () => new VedetteError(code),
    });
  const openedMs = house.clock.monotonicMs();
  const cache = guard('cache', 'cache-unavailable');
  const blobs = guard('blobs', 'blobs-unavailable');
  const dependencies: readonly Dependency[] = [
    {
      name: 'records',
      breaker: guard('records', 'records-unavailable'),
      probe: () => house.records.organizations.count(),
    },
    { name: 'cache', breaker: cache, probe: () => house.cache.get('standing') },
    {
      name: 'queue',
      breaker: guard('queue', 'queue-unavailable'),
      probe: () => house.queue.depth(someTopic),
    },
    { name: 'blobs', breaker: blobs, probe: () => house.blobs.head('standing') },
    {
      name: 'keys',
      breaker: guard('keys', 'key-unavailable'),
      probe: () => house.keys.wrap(new Uint8Array(16), 'standing'),
      everyMs: keysEveryMs,
    },
    ...(mqtt === null
      ? []
      : [
          {
            name: 'broker' as const,
            breaker: guard('broker', 'broker-unavailable'),
            probe: async () => {
              const isNew = house.clock.monotonicMs() - openedMs < connectMs;
              if (!mqtt.connected && !isNew) throw new VedetteError('broker-unavailable');
            },
          },
        ]),
  ];
  const isShared = house.shared !== null;
  // The watcher asks.
  const told = (it: Breaker, code: ErrorCode) => forCallers(it, () => new VedetteError(code));
  const shared = isShared ? guardedCache(house.cache, told(cache, 'cache-unavailable')) : house.cache;
  const presence = isShared ? openPresence({ ...house, cache: shared }, roles) : nobodyMissing;
  const watched = watchDependencies(house, dependencies, {
    everyMs: watchEveryMs,
    missing: () => presence.missing,
  });
  return {
    standing: watched,
    breakers: dependencies,
    presence,
    isDeaf: () => isShared && !(watched.isUp('cache') && watched.isUp('queue')),
    cache: shared,
    blobs: isShared ? guardedBlobs(house.blobs, told(blobs, 'blobs-unavailable')) : house.blobs,
  };
}

interface Presence {
  readonly missing: readonly MissingRole[];
  stop(): Promise<void>;
}

/** One process has all roles. */
const nobodyMissing: Presence = { missing: [], stop: async () => {} };

/** Says what this process does, and where it has pages, watches that somebody does the rest. */
function openPresence(house: House, roles: readonly Role[]): Presence {
  const mine = workRoles.filter((role) => roles.includes(role));
  const telling = mine.length === 0 ? null : tellRoles(house, mine);
  const watching = roles.includes('http') ? watchRoles(house) : null;
  return {
    get missing() {
      return watching?.missing ?? [];
    },
    async stop() {
      await Promise.all([telling?.stop(), watching?.stop()]);
    },
  };
}
