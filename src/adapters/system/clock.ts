// The machine's clock.

import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { branded, type EpochMs } from '../../core/brand.ts';
import type { Clock } from '../../core/ports/clock.ts';

/** Longest time `setTimeout` takes (2³¹ − 1 ms, 24.8 days); longer sleeps are several. */
const maxTimeoutMs = 2_147_483_647;

/** How long an answer about NTP is good: it changes rarely, and every recording asks. */
const qualityCacheMs = 60_000;

/** chronyd rewrites its drift file about once an hour while it follows a server; three missed hours mean it does not. */
const driftFileFreshMs = 3 * 3_600_000;

type Quality = Awaited<ReturnType<Clock['quality']>>;

/**
 * The machine's clock. `runFolder` and `stateFolder` are where the NTP services of Linux leave their traces;
 * where there are none (another system, a container) the quality is `unknown`.
 */
export function systemClock({ runFolder = '/run', stateFolder = '/var/lib' } = {}): Clock {
  let known: { quality: Promise<Quality>; atMs: number } | null = null;
  return {
    now: () => branded<EpochMs>(Date.now()),
    monotonicMs: () => performance.now(),
    async sleep(ms, signal) {
      let leftMs = Math.max(0, ms);
      do {
        const stepMs = Math.min(leftMs, maxTimeoutMs);
        await timeout(stepMs, signal);
        leftMs -= stepMs;
      } while (leftMs > 0);
    },
    quality() {
      const atMs = performance.now();
      if (known === null || atMs - known.atMs > qualityCacheMs) {
        known = { quality: readQuality(runFolder, stateFolder), atMs };
      }
      return known.quality;
    },
  };
}

/** `setTimeout` of node:timers/promises rejects with an error of its own; the port wants `signal.reason`. */
function timeout(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** systemd-timesyncd touches `synchronized` when it is (systemd-timesyncd.service(8)); chronyd keeps a drift file. */
async function readQuality(runFolder: string, stateFolder: string): Promise<Quality> {
  if (await exists(join(runFolder, 'systemd/timesync/synchronized'))) return 'synchronized';
  for (const name of ['chrony/chrony.drift', 'chrony/drift']) {
    const ageMs = await fileAgeMs(join(stateFolder, name));
    if (ageMs !== null && ageMs < driftFileFreshMs) return 'synchronized';
  }
  if (await exists(join(runFolder, 'systemd/timesync'))) return 'unsynchronized';
  return 'unknown';
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function fileAgeMs(path: string): Promise<number | null> {
  return stat(path).then(
    (found) => Date.now() - found.mtimeMs,
    () => null,
  );
}
