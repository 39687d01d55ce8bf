// What is counted and measured: the parts that say what they do, joined to the series that operators read.

import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { DiskUse } from '../../core/footage/retention.ts';
import type { ImageRows } from '../../core/image/image-rows.ts';
import type { Running } from '../../core/leader.ts';
import type { Meters, Metrics, SayAny } from '../../core/metrics/metrics.ts';
import { answerLifeMs } from '../../core/metrics/question.ts';
import { type LedWork, ledWorks, queueTopics } from '../../core/metrics/series.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { cameraStates, detectionStates } from '../../core/site/camera.ts';
import { degradedBy, degradedModeNames, type Standing } from '../../core/standing.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import type { StoreDeps } from '../../recorder/spool/store.ts';
import type { DeliveryDeps } from '../../workers/deliver.ts';
import type { ExpiryTold } from '../../workers/expire-destroy.ts';
import { version } from '../package.ts';
import { allRoles, type Role } from '../roles.ts';
import type { House } from './house.ts';
import type { StandingHouse } from './standing.ts';

/** Objects that are to be removed are counted so far. */
const maxWaitingObjects = 1_000;
/** How finely lateness of timers is measured, in ms: each look wakes the process. */
const lagResolutionMs = 20;

/** Has everything read that every process has, and what those who tend or deliver ask the queue and the records. */
export function readFigures(
  house: House,
  {
    roles,
    standing,
    breakers,
  }: { readonly roles: readonly Role[] } & Pick<StandingHouse, 'standing' | 'breakers'>,
): void {
  const { metrics, clock } = house;
  readProcess(metrics, clock, roles);
  readStanding(metrics, standing, breakers);
  if (roles.includes('tend') || roles.includes('deliver')) {
    metrics.ask('queue', (say) => askQueue(house, say));
    metrics.ask('outbox', askOutbox(house));
  }
  if (roles.includes('tend')) {
    metrics.ask('garbage', async (say) => {
      const keys = await house.records.garbage.list(maxWaitingObjects, clock.now());
      say('vedette_expiry_waiting_objects', keys.length, {});
    });
  }
}

function readProcess(metrics: Metrics, clock: Clock, roles: readonly Role[]): void {
  const startedAt = Date.now() / 1000 - process.uptime();
  metrics.read('process_start_time_seconds', (say) => say(startedAt, {}));
  metrics.read('process_cpu_seconds_total', (say) => {
    const { user, system } = process.cpuUsage();
    say((user + system) / 1e6, {});
  });
  metrics.read('process_resident_memory_bytes', (say) => say(process.memoryUsage.rss(), {}));
  metrics.read('vedette_heap_used_bytes', (say) => say(process.memoryUsage().heapUsed, {}));
  metrics.read('vedette_build_info', (say) => say(1, { version, node: process.versions.node }));
  metrics.read('vedette_role', (say) => {
    for (const role of allRoles) say(roles.includes(role) ? 1 : 0, { role });
  });
  readLag(metrics, clock);
}

/** Begun anew once a life of an answer, so that two who read do not take it from each other. */
function readLag(metrics: Metrics, clock: Clock): void {
  const delays = monitorEventLoopDelay({ resolution: lagResolutionMs });
  delays.enable();
  let lag = 0;
  let readMs = Number.NEGATIVE_INFINITY;
  metrics.read('vedette_event_loop_lag_p99_seconds', (say) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - readMs >= answerLifeMs) {
      lag = Math.max(0, delays.percentile(99) / 1e9 - lagResolutionMs / 1000);
      delays.reset();
      readMs = nowMs;
    }
    say(lag, {});
  });
}

function readStanding(
  metrics: Metrics,
  standing: Pick<Standing, 'dependencies' | 'missing'>,
  breakers: StandingHouse['breakers'],
): void {
  metrics.read('vedette_service_up', (say) => {
    for (const { name, state } of standing.dependencies) say(state === 'up' ? 1 : 0, { service: name });
  });
  metrics.read('vedette_service_breaker_open', (say) => {
    for (const { name, breaker } of breakers) say(breaker.state === 'closed' ? 0 : 1, { service: name });
  });
  metrics.read('vedette_degraded', (say) => {
    const degraded = degradedBy(standing.dependencies, standing.missing);
    for (const mode of degradedModeNames) say(degraded.includes(mode) ? 1 : 0, { mode });
  });
}

/** Of topics that do not answer nothing is said, and of none where none does. */
async function askQueue({ queue }: Pick<House, 'queue'>, say: SayAny): Promise<void> {
  const asked = await Promise.allSettled(
    queueTopics.map(async (topic) => {
      const [waiting, dead] = await Promise.all([queue.depth(topic), queue.deadLetterCount(topic)]);
      say('vedette_queue_waiting_messages', waiting, { topic });
      say('vedette_queue_dead_letters', dead, { topic });
    }),
  );
  const failed = asked.find((each) => each.status === 'rejected');
  if (failed !== undefined && asked.every(({ status }) => status === 'rejected')) throw failed.reason;
}

/** The outbox does not say since when a message waits: it is measured from when this process saw it have its turn. */
function askOutbox({ records, clock }: Pick<House, 'records' | 'clock'>): (say: SayAny) => Promise<void> {
  let seen: { readonly id: string; readonly sinceMs: number } | null = null;
  return async (say) => {
    const { count, firstId } = await records.outbox.due(clock.now());
    const nowMs = clock.monotonicMs();
    if (firstId === null) seen = null;
    else if (seen?.id !== firstId) seen = { id: firstId, sinceMs: nowMs };
    say('vedette_outbox_due_messages', count, {});
    say('vedette_outbox_oldest_due_seconds', seen === null ? 0 : (nowMs - seen.sinceMs) / 1000, {});
  };
}

/** Has the cameras of this process read, and its disk. */
export function readRecorder(metrics: Metrics, recorder: Pick<Recorder, 'figures'>, folder: string): void {
  metrics.read('vedette_cameras', (say) => {
    const { cameras } = recorder.figures();
    for (const state of cameraStates) say(cameras.filter((each) => each.state === state).length, { state });
  });
  metrics.read('vedette_cameras_by_detection', (say) => {
    const { cameras } = recorder.figures();
    for (const detection of detectionStates)
      say(cameras.filter((each) => each.detection === detection).length, { detection });
  });
  metrics.read('vedette_cameras_claimed', (say) => say(recorder.figures().cameras.length, {}));
  metrics.read('vedette_recorder_frames_total', (say) => {
    const { total } = recorder.figures();
    say(total.framesRecorded, { what: 'recorded' });
    say(total.framesDecoded, { what: 'decoded' });
    say(total.framesDetected, { what: 'detected' });
    say(total.framesDamaged, { what: 'damaged' });
    say(total.framesLost, { what: 'lost' });
  });
  metrics.read('vedette_recorder_written_bytes_total', (say) => say(recorder.figures().total.bytes, {}));
  metrics.read('vedette_recorder_recordings_total', (say) => say(recorder.figures().total.recordings, {}));
  metrics.read('vedette_recorder_waiting_recordings', (say) => say(recorder.figures().waitingRecordings, {}));
  metrics.ask('disk', async (say) => {
    const { bavail, blocks, bsize } = await statfs(folder);
    say('vedette_data_free_bytes', bavail * bsize, {});
    say('vedette_data_size_bytes', blocks * bsize, {});
  });
}

export function gapFigures(metrics: Meters): NonNullable<StoreDeps['onGap']> {
  return ({ cause, startAt, endAt }) => {
    metrics.counter('vedette_recorder_gaps_total', { cause }).add();
    metrics.counter('vedette_recorder_gap_seconds_total', { cause }).add((endAt - startAt) / 1000);
  };
}

/** Wraps what is led, so that it shows whether this process does it. */
export function ledFigures(
  metrics: Metrics,
): (name: LedWork, start: () => Running | Promise<Running>) => () => Promise<Running> {
  const led = new Set<LedWork>();
  return (name, start) => {
    // Of a process that could lead it.
    metrics.read('vedette_leads', (say) => {
      for (const work of ledWorks) say(led.has(work) ? 1 : 0, { work });
    });
    return async () => {
      const running = await start();
      led.add(name);
      return {
        async stop() {
          led.delete(name);
          await running.stop();
        },
      };
    };
  };
}

export function alertFigures({
  metrics,
  clock,
}: Pick<House, 'metrics' | 'clock'>): NonNullable<DeliveryDeps['onAttempt']> {
  return ({ kind, createdAt }, outcome) => {
    metrics.counter('vedette_alerts_total', { kind, outcome }).add();
    if (outcome !== 'handed-over') return;
    const waitedMs = Math.max(0, clock.now() - createdAt);
    metrics.histogram('vedette_alert_hand_over_seconds', { kind }).observe(waitedMs / 1000);
  };
}

/** What expiry does; what a sweep found is told as long as expiry runs here, for it is another process's then. */
export function expiryFigures({ metrics, clock }: Pick<House, 'metrics' | 'clock'>): ExpiryTold & {
  end(): void;
} {
  let swept: (DiskUse & { readonly at: number }) | null = null;
  metrics.read('vedette_expiry_last_sweep_timestamp_seconds', (say) => {
    if (swept !== null) say(swept.at / 1000, {});
  });
  metrics.read('vedette_footage_bytes', (say) => {
    if (swept !== null) say(swept.totalBytes, {});
  });
  metrics.read('vedette_store_free_bytes', (say) => {
    if (swept !== null && swept.freeBytes !== null) say(swept.freeBytes, {});
  });
  return {
    destroyed(what, { count, bytes }) {
      metrics.counter('vedette_expiry_destroyed_total', { what }).add(count);
      metrics.counter('vedette_expiry_destroyed_bytes_total', { what }).add(bytes);
    },
    overwrote: ({ count }) => metrics.counter('vedette_expiry_overwritten_total', {}).add(count),
    swept(use) {
      swept = { ...use, at: clock.now() };
    },
    end() {
      swept = null;
    },
  };
}

/** The same rows; what becomes of each image is counted where it is written. */
export function measuredRows(rows: ImageRows, metrics: Meters): ImageRows {
  return {
    ...rows,
    async insert(image) {
      const isNew = await rows.insert(image);
      const { way, reason } = image;
      if (!isNew) metrics.counter('vedette_images_repeated_total', { way }).add();
      else if (reason === null) metrics.counter('vedette_images_stored_total', { way }).add();
      else metrics.counter('vedette_images_quarantined_total', { reason }).add();
      return isNew;
    },
  };
}
