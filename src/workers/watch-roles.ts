// Who does which work, where processes have roles of their own: each says so again and again, and doors miss what nobody does.

import type { EpochMs } from '../core/brand.ts';
import type { Cache } from '../core/ports/cache.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records } from '../core/ports/records.ts';
import { type Repeated, repeat } from '../core/repeat.ts';
import { degradedBy, type MissingRole, type WorkRole, workRoles } from '../core/standing.ts';

/** How often a process says which roles it has, and how long that is believed: two times may be lost. */
const told = { everyMs: 10_000, lifeMs: 30_000 } as const;
/** How often a door asks. */
const askEveryMs = 5_000;
/**
 * A role that nobody has is missed after this, in ms: a cache that forgot everything has heard everybody again by then, and who starts
 * all processes at once sees no alarm.
 */
const patienceMs = 15_000;
/** What cameras there are is asked so often at most, while a role is not there: some never have it. */
const needsEveryMs = 30_000;

interface RolesDeps {
  readonly cache: Cache;
  readonly clock: Clock;
  readonly log: Log;
}

const keyOf = (role: WorkRole) => `role/${role}`;

/**
 * Says in the shared cache that this process has these roles. Nothing is taken back at the end: whoever is replaced is
 * followed within the life of what it said.
 */
export function tellRoles({ cache, clock, log }: RolesDeps, roles: readonly WorkRole[]): Repeated {
  const here = Uint8Array.of(1);
  return repeat(
    { clock, log },
    { everyMs: told.everyMs, failed: 'The roles of this process could not be told' },
    async () => {
      const telling = roles.map((role) => cache.set(keyOf(role), here, told.lifeMs));
      const failed = (await Promise.allSettled(telling)).find(({ status }) => status === 'rejected');
      // That the cache is away is told already, once.
      if (failed !== undefined) log.debug('The roles of this process could not be told', { roles });
    },
  );
}

export interface WatchedRoles {
  readonly missing: readonly MissingRole[];
  stop(): Promise<void>;
}

/**
 * Watches what is told. Alerts are everybody's, so whoever delivers and tends is missed wherever nobody does; recorders,
 * and those who take in images and look at them, where a camera waits for them.
 */
export function watchRoles({ records, ...deps }: RolesDeps & { readonly records: Records }): WatchedRoles {
  const { cache, clock, log } = deps;
  const absent = new Map<WorkRole, { readonly since: EpochMs; readonly sinceMs: number }>();
  let missing: readonly MissingRole[] = [];
  let needs: { readonly roles: ReadonlySet<WorkRole>; readonly askedMs: number } | null = null;

  async function needed(): Promise<ReadonlySet<WorkRole>> {
    const nowMs = clock.monotonicMs();
    if (needs !== null && nowMs - needs.askedMs < needsEveryMs) return needs.roles;
    const kinds = await records.cameras.kindsInUse();
    const roles: WorkRole[] = ['deliver', 'tend'];
    if (kinds.some((kind) => kind !== 'pushed')) roles.push('record');
    if (kinds.includes('pushed')) roles.push('ingest', 'detect');
    needs = { roles: new Set(roles), askedMs: nowMs };
    return needs.roles;
  }

  async function look(): Promise<void> {
    const found = await Promise.all(
      workRoles.map(async (role) => ({ role, isTold: (await cache.get(keyOf(role))) !== null })),
    );
    const nowMs = clock.monotonicMs();
    for (const { role, isTold } of found) {
      if (isTold) absent.delete(role);
      else if (!absent.has(role)) absent.set(role, { since: clock.now(), sinceMs: nowMs });
    }
    const overdue = workRoles.flatMap((role) => {
      const since = absent.get(role);
      return since !== undefined && nowMs - since.sinceMs >= patienceMs ? [{ role, since: since.since }] : [];
    });
    const waitedFor = overdue.length === 0 ? new Set<WorkRole>() : await needed();
    note(overdue.filter(({ role }) => waitedFor.has(role)));
  }

  function note(next: readonly MissingRole[]): void {
    const [before, after] = [missing, next].map((roles) => roles.map(({ role }) => role));
    missing = next;
    if (String(before) === String(after)) return;
    const fields = { roles: after, degraded: degradedBy([], next) };
    if (next.length === 0) log.info('Every role is there again', fields);
    else log.warn('No process has these roles', fields);
  }

  const watching = repeat({ clock, log }, { everyMs: askEveryMs, failed: 'Roles could not be watched' }, () =>
    look().catch((error: unknown) => {
      // Nobody knows now who is there, and nobody is missed before they had time to say so again.
      absent.clear();
      missing = [];
      log.debug('Nobody can be asked who does what', { error });
    }),
  );
  return {
    get missing() {
      return missing;
    },
    stop: () => watching.stop(),
  };
}
