// The role `tend`: what one process does for all of them.

import { endStaleIncidents } from '../../core/incident/end-stale-incidents.ts';
import type { CameraId } from '../../core/brand.ts';
import { leader, type Running } from '../../core/leader.ts';
import type { LedWork } from '../../core/metrics/series.ts';
import { recordedLease } from '../../core/recorded-lease.ts';
import { repeat } from '../../core/repeat.ts';
import { type Expiry, startExpiry } from '../../workers/expire.ts';
import type { StoreDoubt } from '../../workers/expire-doubt.ts';
import { startRelay } from '../../workers/relay.ts';
import { retentionOf } from '../retention.ts';
import type { Settings } from '../settings.ts';
import { openSensors } from './devices.ts';
import { expiryFigures, ledFigures } from './figures.ts';
import type { House } from './house.ts';
import { type HouseWithBroker, openAutomation, withBroker } from './mqtt.ts';

const bytesPerGigabyte = 1e9;
/** An incident whose camera died is ended at most this much late. */
const staleEveryMs = 60_000;
/** Expired invitations are worth nothing, but hold the addresses of people. */
const invitationsEveryMs = 3_600_000;
/** What a crash of the leader may delay its work by, in ms, about: alerts wait in the outbox while no process leads, and what is done once a minute has time. */
const leadMs = { soon: 3_000, later: 30_000 } as const;

/**
 * Makes work run in one process at a time; where there is only one, at once. Who leads is written in the records, without
 * which there is nothing to lead: no other service has to be there.
 */
export type Lead = (
  name: LedWork,
  start: () => Running | Promise<Running>,
  /** `soon` without it: each turn is written in the records. */
  follow?: keyof typeof leadMs,
) => Promise<Running>;

export function leadOf(house: House): Lead {
  const { shared, clock, records } = house;
  const led = ledFigures(house.metrics);
  if (shared === null) return async (name, start) => led(name, start)();
  return async (name, work, follow = 'soon') => {
    const start = led(name, work);
    const ttlMs = leadMs[follow];
    const options = { name, holder: shared.processId, ttlMs };
    const lease = recordedLease({ leaderships: records.leaderships, clock }, options);
    return leader(house, { name, lease, ttlMs }, start);
  };
}

export function openExpiry(house: House, settings: Settings, doubt: StoreDoubt): Expiry {
  const told = expiryFigures(house);
  const expiry = startExpiry(
    { ...house, told, doubt },
    {
      ...retentionOf(settings),
      pushedDays: settings.VEDETTE_RETENTION_PUSHED_DAYS,
      quotaBytes: settings.VEDETTE_QUOTA_GB === 0 ? null : settings.VEDETTE_QUOTA_GB * bytesPerGigabyte,
      reserveBytes: settings.VEDETTE_RESERVE_GB * bytesPerGigabyte,
    },
  );
  return {
    ...expiry,
    async stop() {
      await expiry.stop();
      told.end();
    },
  };
}

/** Hands what was committed to the queue: in one process, so that it stays in order. */
export function openRelay(house: House, lead: Lead): Promise<Running> {
  return lead('relay', () => startRelay(house));
}

/** Home automation, and sensors over MQTT: each process that listens hears everything, so one does. */
export async function openBrokerWork(
  house: HouseWithBroker,
  settings: Settings,
  options: { readonly publicUrl: string; readonly cut: (cameraId: CameraId) => void; readonly lead: Lead },
): Promise<Running> {
  const { publicUrl, cut, lead } = options;
  if (house.mqtt === null) return { stop: async () => {} };
  return lead('mqtt', () =>
    withBroker(house, settings, async (connected) => {
      await using opening = new AsyncDisposableStack();
      const automation = openAutomation(connected, settings, publicUrl);
      opening.defer(() => automation.stop());
      const sensors = openSensors(connected, cut);
      opening.defer(() => sensors.stop());
      const running = opening.move();
      return { stop: () => running.disposeAsync() };
    }),
  );
}

/** Incidents that nobody ends, and invitations that nobody took. */
export function openUpkeep(house: House, lead: Lead): Promise<Running> {
  const { records, clock } = house;
  const start = () => {
    const stale = repeat(
      house,
      { everyMs: staleEveryMs, failed: 'Old incidents could not be ended' },
      async () => {
        await endStaleIncidents(house);
      },
    );
    const withered = repeat(
      house,
      { everyMs: invitationsEveryMs, failed: 'Expired invitations could not be removed' },
      async () => {
        await records.invitations.deleteExpired(clock.now());
      },
    );
    return {
      stop: async () => {
        await Promise.all([stale.stop(), withered.stop()]);
      },
    };
  };
  return lead('upkeep', start, 'later');
}
