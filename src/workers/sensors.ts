// Sensors over MQTT: their state topics are listened to, and what they say is reported.

import type { CameraId, DeviceId, EpochMs } from '../core/brand.ts';
import type { Sensor, SensorState } from '../core/device/device.ts';
import { maxStateBytes, readState } from '../core/device/mqtt-state.ts';
import { reportEvent, type SensorDeps } from '../core/device/sensor-event.ts';
import { errorCode } from '../core/errors.ts';
import type { Mqtt } from '../core/ports/mqtt.ts';
import { onePerTime, repeat } from '../core/repeat.ts';

/** What another process changed is known this much late, in ms. */
const refreshEveryMs = 15_000;

const words = {
  opening: { on: 'open', off: 'closed' },
  motion: { on: 'motion', off: 'clear' },
} as const satisfies Record<Sensor['senses'], Record<'on' | 'off', SensorState>>;

/** Messages of one sensor that wait while the records are slow: as many as one may send in a minute. */
const maxWaiting = 100;

interface Listening {
  readonly topic: string;
  readonly stop: () => void;
  /** What it said, one after the other, so that none overtakes another of the same door. */
  said: Promise<void>;
  waiting: number;
}

/** Listens until it is stopped. `cut` is called for cameras whose open recording should be sealed. */
export function startSensors(
  deps: SensorDeps & { readonly mqtt: Mqtt },
  cut: (cameraId: CameraId) => void,
): { stop(): Promise<void> } {
  const { mqtt, records, clock, events, log } = deps;
  const listening = new Map<DeviceId, Listening>();
  async function hear(id: DeviceId, payload: Uint8Array, at: EpochMs): Promise<void> {
    try {
      const sensor = await records.devices.find(id);
      if (sensor === null || sensor.kind !== 'sensor' || sensor.link.via !== 'mqtt') return;
      const turn = readState(sensor.link, payload);
      if (turn === null) return;
      const state = words[sensor.senses][turn];
      for (const cameraId of (await reportEvent(deps, sensor, { state, at })).cutCameras) cut(cameraId);
    } catch (error) {
      const level = errorCode(error) === 'too-many-requests' ? 'debug' : 'error';
      log[level]('What a sensor said over MQTT could not be handled', { deviceId: id, error });
    }
  }

  function listen(id: DeviceId, topic: string): Listening {
    const stop = mqtt.subscribe(topic, ({ payload, retain }) => {
      // What the broker had kept was said some time ago: it is no news, and nobody knows of when it is.
      if (retain || payload.byteLength > maxStateBytes || here.waiting >= maxWaiting) return;
      // It counts for now, however long it waits.
      const at = clock.now();
      here.waiting += 1;
      here.said = here.said.then(async () => {
        await hear(id, payload, at);
        here.waiting -= 1;
      });
    });
    const here: Listening = { topic, stop, said: Promise.resolve(), waiting: 0 };
    return here;
  }

  let isStopped = false;
  async function refresh(): Promise<void> {
    const wanted = new Map<DeviceId, string>();
    for (const device of isStopped ? [] : await records.devices.overMqtt()) {
      if (device.kind === 'sensor' && device.link.via === 'mqtt')
        wanted.set(device.id, device.link.stateTopic);
    }
    for (const [id, { topic, stop, said }] of listening) {
      if (wanted.get(id) === topic) continue;
      stop();
      await said;
      listening.delete(id);
    }
    for (const [id, topic] of wanted) {
      if (!listening.has(id)) listening.set(id, listen(id, topic));
    }
  }

  const refreshed = onePerTime(refresh);
  const failed = 'Sensors over MQTT could not be looked up';
  const polling = repeat({ clock, log }, { everyMs: refreshEveryMs, failed }, refreshed);
  // What changes while it is looked up is looked up again: two at once would listen twice.
  const unsubscribe = events.subscribe(({ type }) => {
    if (type === 'site-changed') refreshed().catch((error: unknown) => log.error(failed, { error }));
  });
  return {
    async stop() {
      unsubscribe();
      await polling.stop();
      isStopped = true;
      await refreshed();
    },
  };
}
