// The status of one camera: kept in the cache for whoever asks, and told when it changes.

import { branded, type EpochMs } from '../../core/brand.ts';
import { complaint } from '../../core/complaint.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Camera, CameraStatus } from '../../core/site/camera.ts';
import { cameraStatusKey } from '../../core/site/camera-cache.ts';

/** A recorder that is gone is forgotten after this. */
const statusTtlMs = 60_000;
const refreshEveryMs = 10_000;
/** Weight of the newest fragment in the measured rates. */
const rateWeight = 0.3;

export interface StatusKeeper {
  readonly now: CameraStatus;
  set(change: Partial<Omit<CameraStatus, 'cameraId' | 'since'>>): void;
  /** A fragment was stored: measures pictures and bits a second. */
  measured(fragment: { frames: number; bytes: number; durationMs: number; endAt: EpochMs }): void;
  /** Writes the status again where it is getting old. */
  tick(): void;
  /** The camera is gone. */
  forget(): Promise<void>;
}

export interface StatusDeps {
  readonly cache: Cache;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Log;
}

export function keepStatus(deps: StatusDeps, camera: Pick<Camera, 'id' | 'organizationId'>): StatusKeeper {
  const { cache, clock } = deps;
  const unkept = complaint(deps, { says: 'The status of a camera could not be kept', level: 'warn' });
  let toldAtMs = Number.NEGATIVE_INFINITY;
  /** Writes follow each other, so that the last one wins. */
  let writing: Promise<void> = Promise.resolve();
  let now: CameraStatus = {
    cameraId: camera.id,
    state: 'starting',
    since: clock.now(),
    problem: null,
    notice: null,
    picture: null,
    framesPerSecond: 0,
    bitsPerSecond: 0,
    lastFragmentAt: null,
    detection: 'waiting',
  };

  function tell(): void {
    const status = now;
    toldAtMs = clock.monotonicMs();
    const bytes = new TextEncoder().encode(JSON.stringify(status));
    writing = writing
      .then(() => cache.set(cameraStatusKey(camera.id), bytes, statusTtlMs))
      .then(unkept.well, unkept.failed);
    deps.events.publish({ organizationId: camera.organizationId, type: 'camera-status', status });
  }

  return {
    get now() {
      return now;
    },
    set(change) {
      const next = { ...now, ...change };
      if (JSON.stringify(next) === JSON.stringify(now)) return;
      const since = next.state === now.state ? now.since : clock.now();
      now = { ...next, since };
      tell();
    },
    measured({ frames, bytes, durationMs, endAt }) {
      if (durationMs <= 0) return;
      const seconds = durationMs / 1000;
      now = {
        ...now,
        framesPerSecond: smooth(now.framesPerSecond, frames / seconds, 10),
        bitsPerSecond: smooth(now.bitsPerSecond, (bytes * 8) / seconds, 1),
        lastFragmentAt: branded<EpochMs>(endAt),
      };
    },
    tick() {
      if (clock.monotonicMs() - toldAtMs >= refreshEveryMs) tell();
    },
    async forget() {
      await writing;
      unkept.giveUp();
      await cache.delete(cameraStatusKey(camera.id));
    },
  };
}

/** Moves `value` towards `measured`; rounded to 1 / `parts`. */
function smooth(value: number, measured: number, parts: number): number {
  const next = value === 0 ? measured : value + (measured - value) * rateWeight;
  return Math.round(next * parts) / parts;
}

/** What RFC 6381 calls "avc1.640028", people call H.264. */
export function codecName(codec: string): string {
  if (/^avc[13]/.test(codec)) return 'H.264';
  if (/^h(vc|ev)1/.test(codec)) return 'H.265';
  if (/^av01/.test(codec)) return 'AV1';
  return codec.split('.')[0] ?? codec;
}
