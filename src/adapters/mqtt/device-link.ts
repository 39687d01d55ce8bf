// The link to devices over MQTT: publishes the command, and waits for the state topic to say that it is done.

import { readState } from '../../core/device/mqtt-state.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { acknowledgementMs, type CommandResult, type DeviceLink } from '../../core/ports/device-link.ts';
import type { Mqtt } from '../../core/ports/mqtt.ts';

const notMqtt = 'This device is not reached over MQTT.';
const noBroker = 'No broker is set. Set VEDETTE_MQTT_URL.';

/** `mqtt` is null where no broker is set: then nothing is ever sent. */
export function mqttDeviceLink({ mqtt, clock }: { mqtt: Mqtt | null; clock: Clock }): DeviceLink {
  const closing = new AbortController();
  return {
    via: 'mqtt',
    refusal: (target) => (target.via !== 'mqtt' ? notMqtt : mqtt === null ? noBroker : null),
    async send(command, target, signal) {
      if (target.via !== 'mqtt') return failed(false, notMqtt);
      if (mqtt === null) return failed(false, noBroker);
      const done = new AbortController();
      const over = AbortSignal.any([signal, closing.signal, done.signal]);
      const heard = Promise.withResolvers<CommandResult>();
      // Subscribed before the command goes out: the answer of a quick device is heard. What the broker had kept was
      // said before, and answers nothing.
      const stop = mqtt.subscribe(target.stateTopic, ({ payload, retain }) => {
        if (!retain && readState(target, payload) === command.turn)
          heard.resolve({ outcome: 'acknowledged' });
      });
      const late = clock.sleep(acknowledgementMs, over).then(
        () =>
          failed(
            true,
            `It did not say that it is ${command.turn} within ${acknowledgementMs / 1000} seconds.`,
          ),
        () => failed(true, 'The command was given up.'),
      );
      try {
        const text = command.turn === 'on' ? target.onText : target.offText;
        const message = {
          topic: target.commandTopic,
          payload: new TextEncoder().encode(text),
          retain: false,
        };
        const published = mqtt.publish(message, over).then(() => heard.promise, problemOf);
        return await Promise.race([published, late]);
      } catch (error) {
        return problemOf(error);
      } finally {
        stop();
        done.abort();
      }
    },
    async close() {
      closing.abort();
    },
  };
}

function problemOf(error: unknown): CommandResult {
  if (!(error instanceof VedetteError)) return failed(true, 'The broker could not be asked.');
  return failed(error.code !== 'request-invalid', error.detail);
}

function failed(retry: boolean, reason: string): CommandResult {
  return { outcome: 'failed', retry, reason };
}
