// The arming worker: schedules at their edges, exit delays that end, entries that nobody ended.

import { branded, type CameraId, type EntryId, type SiteId } from '../core/brand.ts';
import { type Entry, entriesTopic, isTooFarAhead, retimeEntry } from '../core/incident/entry.ts';
import { settleEntry } from '../core/incident/entry-due.ts';
import type { TriggerDeps } from '../core/incident/handle-trigger.ts';
import { patientWithStops, type ConsumeOptions, type Handler, type Queue } from '../core/ports/queue.ts';
import { repeat } from '../core/repeat.ts';
import { armingsTopic } from '../core/site/arming.ts';
import { keepSchedule, schedulesTopic } from '../core/site/plan-schedule.ts';

/** How what is due is done. */
const limits = {
  /** Sites at the same time: on the full hour many schedules have an edge. */
  concurrency: 8,
  /** With the back-off about an hour: outlives a full disk that somebody clears. */
  maxAttempts: 20,
  toleratedStops: patientWithStops,
  backoff: { firstMs: 500, maxMs: 300_000 },
  timeoutMs: 30_000,
} as const satisfies ConsumeOptions;

/** An entry whose timer was lost, or lies too far ahead since the clock was set back, is found this much late. */
const sweepEveryMs = 10_000;
/** A timer that is on its way is left to come. */
const lateMs = 5_000;

export interface ArmingDeps extends TriggerDeps {
  readonly queue: Queue;
}

/**
 * Carries out what is due, beginning with the schedules' edges that were missed, until it is stopped. `cut` is called
 * for cameras whose open recording should be sealed.
 */
export function startArming(deps: ArmingDeps, cut: (cameraId: CameraId) => void): { stop(): Promise<void> } {
  const { queue, records, clock, events, log } = deps;
  const settle = async (entryId: EntryId) => {
    // A schedule may have disarmed in time, while nothing ran or in this very moment: its edges come first.
    const entry = await records.entries.find(entryId);
    if (entry?.state === 'running') await keepSchedule(deps, entry.siteId);
    for (const cameraId of await settleEntry(deps, entryId)) cut(cameraId);
  };
  const lookAfter = async (entry: Entry) => {
    if (isTooFarAhead(entry, clock.now()))
      await records.transaction((tx) => retimeEntry({ tx, clock }, entry));
    if (entry.dueAt + lateMs < clock.now()) await settle(entry.id);
  };
  const handlers: readonly [topic: string, handle: Handler][] = [
    [
      schedulesTopic,
      async ({ payload }) => withId(payload, 'siteId', (id) => keepSchedule(deps, branded<SiteId>(id))),
    ],
    [entriesTopic, async ({ payload }) => withId(payload, 'entryId', (id) => settle(branded<EntryId>(id)))],
    [
      armingsTopic,
      async ({ payload }) =>
        withId(payload, 'siteId', async (id) => {
          const site = await records.sites.find(branded<SiteId>(id));
          if (site === null) return;
          events.publish({ type: 'site-changed', organizationId: site.organizationId, siteId: site.id });
        }),
    ],
  ];
  const consumers = handlers.map(([topic, handle]) => queue.consume(topic, limits, handle));
  const missed = keepAll(deps);
  const sweep = repeat(
    { clock, log },
    { everyMs: sweepEveryMs, failed: 'Entries could not be looked after' },
    async () => {
      for (const entry of await records.entries.allRunning()) {
        await lookAfter(entry).catch((error: unknown) =>
          log.error('An entry could not be looked after', { entryId: entry.id, error }),
        );
      }
    },
  );
  return {
    async stop() {
      await Promise.all([missed, sweep.stop(), ...consumers.map((consumer) => consumer.stop())]);
    },
  };
}

/** Makes up for the edges of every site that came while nothing ran. */
async function keepAll(deps: ArmingDeps): Promise<void> {
  const { records, log } = deps;
  try {
    for (const { siteId } of await records.schedules.list()) {
      await keepSchedule(deps, siteId).catch((error: unknown) => {
        log.error('The schedule of a site could not be kept', { siteId, error });
      });
    }
  } catch (error) {
    log.error('Schedules could not be read', { error });
  }
}

/** Runs `work` with the id that the payload names; a payload that names none is dropped. */
async function withId(payload: string, name: string, work: (id: string) => Promise<void>): Promise<void> {
  const message: unknown = JSON.parse(payload);
  const id =
    typeof message === 'object' && message !== null
      ? Object.entries(message).find(([key]) => key === name)?.[1]
      : null;
  if (typeof id === 'string') await work(id);
}
