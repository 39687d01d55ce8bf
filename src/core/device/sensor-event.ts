// What a sensor says becomes its state, and where the site is armed, an incident: opened, or joined.

import { branded, type CameraId, type DeviceId, type EpochMs } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { orWithoutCache } from '../guarded.ts';
import { handleTrigger, type TriggerDeps } from '../incident/handle-trigger.ts';
import type { Incident } from '../incident/incident.ts';
import type { Trigger } from '../incident/trigger.ts';
import type { Cache } from '../ports/cache.ts';
import type { Device, Sensor, SensorState } from './device.ts';

/** Late news counts for this long, in ms: what a sensor kept while the network was away. */
const maxLateMs = 24 * 3_600_000;
/** A sensor's clock may go ahead by this much, in ms. */
const maxAheadMs = 60_000;
/** An event that is being handled keeps others away for this long, in ms: above what handling takes. */
const underWayMs = 30_000;
const underWay = Uint8Array.of(0);
const heard = Uint8Array.of(1);
/** Events of one sensor in a minute: more than any door opens. */
const maxEventsAMinute = 120;

export interface SensorDeps extends TriggerDeps {
  readonly cache: Cache;
}

export interface SensorEvent {
  readonly state: SensorState;
  /** When it happened. */
  readonly at: EpochMs;
}

/** What came of an event. */
export interface Reported {
  readonly incident: Incident | null;
  /** Cameras whose open recording should be sealed now. */
  readonly cutCameras: readonly CameraId[];
}

const nothing: Reported = { incident: null, cutCameras: [] };

/**
 * Writes down what a sensor says; what opens or moves where the site is armed opens an incident or joins the open one,
 * judged by the arming at its own time. Saying the same again changes nothing. Errors: `request-invalid` (no sensor,
 * from the future, or older than a day), `too-many-requests`.
 */
export async function reportEvent(
  deps: SensorDeps,
  device: Device,
  { state, at }: SensorEvent,
): Promise<Reported> {
  const now = deps.clock.now();
  if (device.kind !== 'sensor') throw new VedetteError('request-invalid', 'This device is no sensor.');
  if (at > now + maxAheadMs) {
    throw new VedetteError('request-invalid', 'This lies ahead. Set the clock of the sender.', {
      fields: { at: 'At most a minute ahead.' },
    });
  }
  if (at < now - maxLateMs) {
    throw new VedetteError('request-invalid', 'This is older than a day.', {
      fields: { at: 'At most a day ago.' },
    });
  }
  // A sensor that speaks too often is a nuisance; one that is not heard because nobody counts is a burglary.
  const uncounted = { count: 0, leftMs: 0 };
  const counting = () => deps.cache.increment(`sensor-events/${device.id}`, 60_000);
  const { count, leftMs } = await orWithoutCache(counting, uncounted);
  if (count > maxEventsAMinute) {
    throw new VedetteError('too-many-requests', `A sensor may say ${maxEventsAMinute} things a minute.`, {
      retryAfterMs: leftMs,
    });
  }
  // What lies ahead by a little happens now: an incident must not begin in the future.
  const when = branded<EpochMs>(Math.min(at, now));
  await deps.records.devices.seen(device.id, when, state);
  const { organizationId, siteId } = device;
  deps.events.publish({ type: 'site-changed', organizationId, siteId });
  if (!device.enabled || state === 'closed' || state === 'clear') return nothing;
  const { incident, cutCameras } = await handleTrigger(deps, sensorTrigger(device, { state, at: when }));
  return { incident, cutCameras };
}

/** The trigger of a sensor that was opened, or felt motion. */
export function sensorTrigger(sensor: Sensor, { state, at }: SensorEvent): Trigger {
  const touch = { zoneId: null, kind: sensor.role, armings: sensor.armings, since: at, until: at } as const;
  return {
    organizationId: sensor.organizationId,
    siteId: sensor.siteId,
    source: { by: 'sensor', id: sensor.id, name: sensor.name },
    episodeId: `${sensor.id}/${at}`,
    ...{ phase: 'ended', kind: 'sensor', startAt: at, lastSeenAt: at, bestScore: 0 },
    touches: [touch],
    snapshot: null,
    felt: state === 'motion' ? 'felt motion' : 'was opened',
  };
}

/**
 * Does `work` for an event's id once: of many who send the same, exactly one is heard, for as long as `memoryMs`. Where
 * the work fails, or dies with its process, it counts as not sent. Null where it was heard before. Errors:
 * `too-many-requests` (it is being heard: whether it will have been is not known yet).
 */
export async function once<T>(
  cache: Cache,
  { deviceId, eventId, memoryMs }: { deviceId: DeviceId; eventId: string; memoryMs: number },
  work: () => Promise<T>,
): Promise<T | null> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(eventId));
  const key = `sensor-event/${deviceId}/${new Uint8Array(digest).toHex()}`;
  const isFirst = await orWithoutCache(() => cache.setIfAbsent(key, underWay, underWayMs), 'unknown');
  // An incident that hears of the same moment twice is still one.
  if (isFirst === 'unknown') return work();
  if (!isFirst) {
    const found = await cache.get(key);
    if (found?.[0] === heard[0]) return null;
    throw new VedetteError('too-many-requests', 'This event is being handled.', { retryAfterMs: 1_000 });
  }
  try {
    const result = await work();
    await orWithoutCache(() => cache.set(key, heard, memoryMs), undefined);
    return result;
  } catch (error) {
    await orWithoutCache(() => cache.delete(key), undefined);
    throw error;
  }
}
