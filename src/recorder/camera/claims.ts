// Claims: which cameras this recorder records, where several share them.

import type { CameraId } from '../../core/brand.ts';
import { complaint } from '../../core/complaint.ts';
import type { Camera } from '../../core/site/camera.ts';
import { type Lease, lease, leaseRoundMs } from '../../core/lease.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';

type ClaimedCamera = Pick<Camera, 'id' | 'createdAt'>;

export interface CameraClaims {
  /** How often `round` is to be called. */
  readonly roundMs: number;
  /** Renews what is claimed and takes what is free; returns those that this recorder records. */
  round(cameras: readonly ClaimedCamera[]): Promise<ReadonlySet<CameraId>>;
  /** Gives up a camera that is recorded no more, so that another recorder may take it at once. */
  release(cameraId: CameraId): Promise<void>;
}

/** The only recorder records every camera. */
export const everyCamera: CameraClaims = {
  roundMs: 10_000,
  round: async (cameras) => new Set(cameras.map(({ id }) => id)),
  release: async () => {},
};

export interface SharedClaimsOptions {
  /** Names this recorder, the same after a restart: what lies in its spool is its own to seal. */
  readonly recorderId: string;
  /** Most cameras recorded here. */
  readonly maxCameras: number;
  readonly ttlMs?: number;
  /** For whom to look at first; default `Math.random`. */
  readonly random?: () => number;
}

/** A recorder that died is followed after this and two rounds. */
const defaultTtlMs = 15_000;
/** Free cameras taken in one round: recorders that start together share them. */
const maxTaken = 16;
/** Cameras of others looked at in one round. */
const maxLookedAt = 64;

/**
 * Claims through leases in a cache that all recorders share. While the cache does not answer, what is recorded is
 * recorded on: footage that two recorders have is better than footage that none has.
 */
export function sharedClaims(
  deps: { cache: Cache; clock: Clock; log: Log },
  { recorderId, maxCameras, ttlMs = defaultTtlMs, random = Math.random }: SharedClaimsOptions,
): CameraClaims {
  const { clock } = deps;
  const away = complaint(deps, {
    says: 'The cache does not answer; this recorder goes on with its cameras',
    level: 'warn',
  });
  const leases = new Map<CameraId, Lease>();
  const claimed = new Set<CameraId>();

  function leaseOf(id: CameraId): Lease {
    const known = leases.get(id);
    if (known !== undefined) return known;
    const made = lease(deps, { name: `camera/${id}`, holder: recorderId, ttlMs });
    leases.set(id, made);
    return made;
  }

  async function renew(id: CameraId): Promise<void> {
    if (!(await leaseOf(id).round())) claimed.delete(id);
  }

  async function take(cameras: readonly ClaimedCamera[]): Promise<void> {
    const newSince = clock.now() - ttlMs;
    let taken = 0;
    for (const { id, createdAt } of some(cameras, random)) {
      if (claimed.size >= maxCameras || taken >= maxTaken) return;
      if (!(await leaseOf(id).round({ isNew: createdAt > newSince }))) continue;
      claimed.add(id);
      taken += 1;
    }
  }

  return {
    roundMs: leaseRoundMs(ttlMs),
    async round(cameras) {
      const known = new Set(cameras.map(({ id }) => id));
      for (const id of leases.keys()) if (!known.has(id) && !claimed.has(id)) leases.delete(id);
      try {
        await Promise.all([...claimed].filter((id) => known.has(id)).map(renew));
        await take(cameras.filter(({ id }) => !claimed.has(id)));
        away.well();
      } catch (error) {
        away.failed(error);
      }
      return new Set([...claimed].filter((id) => known.has(id)));
    },
    async release(id) {
      claimed.delete(id);
      // What is done is done: a lease that cannot be given up ends by itself, and nothing that is sealed waits for it.
      await leases
        .get(id)
        ?.release()
        .catch((error: unknown) =>
          deps.log.debug('A claim could not be given up; it ends by itself', { cameraId: id, error }),
        );
      leases.delete(id);
    },
  };
}

/** Some of them, in an order of this round's own: recorders then seldom ask for the same. */
function some(cameras: readonly ClaimedCamera[], random: () => number): readonly ClaimedCamera[] {
  const first = Math.floor(random() * cameras.length);
  return [...cameras.slice(first), ...cameras.slice(0, first)].slice(0, maxLookedAt);
}
