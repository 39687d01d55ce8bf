// The MQTT notifier: publishes alerts as JSON below the topics for alerts of an organization.

import { isAlertTopic } from '../../core/automation/topics.ts';
import { errorCode } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { type Mqtt, maxMqttPayloadBytes } from '../../core/ports/mqtt.ts';
import type { Notifier, NotifyResult, OutgoingAlert } from '../../core/ports/notifier.ts';

/** For the broker to take an alert: one that hangs is tried again later. */
const timeoutMs = 10_000;

const away = 'The MQTT broker does not answer.';
const forbidden = 'The MQTT broker does not let this installation publish there. Check its access list.';
const noTopic = 'This is no topic for alerts. Add the channel anew.';

/**
 * Sends an alert's `data` with its id, title, text and link, as JSON, to a topic below `prefix`. The broker does not
 * keep it: an alert of yesterday must not ring today.
 */
export function mqttNotifier({ mqtt, prefix, log }: { mqtt: Mqtt; prefix: string; log: Log }): Notifier {
  const closing = new AbortController();
  return {
    kind: 'mqtt',
    refusal: (target) => (target.kind === 'mqtt' && isAlertTopic(target.topic) ? null : noTopic),
    async send(alert, target, signal) {
      if (target.kind !== 'mqtt' || !isAlertTopic(target.topic)) return failed(false, noTopic);
      const topic = `${prefix}/${target.topic}`;
      const either = AbortSignal.any([signal, closing.signal, AbortSignal.timeout(timeoutMs)]);
      try {
        await mqtt.publish({ topic, payload: payloadOf(alert), retain: false }, either);
        return { outcome: 'handed-over' };
      } catch (error) {
        log.debug('An alert was not taken by the MQTT broker.', { topic, error });
        if (errorCode(error) === 'broker-unavailable') return failed(true, away);
        return failed(false, errorCode(error) === 'broker-refused' ? forbidden : noTopic);
      }
    },
    async close() {
      closing.abort();
    },
  };
}

/** Without its picture where that would make it larger than a message may be. */
function payloadOf({ idempotencyKey: id, title, text, url, data }: OutgoingAlert): Uint8Array {
  const whole = encoded({ id, title, text, url, ...data });
  return whole.length <= maxMqttPayloadBytes ? whole : encoded({ id, title, text, url });
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function failed(retry: boolean, reason: string): NotifyResult {
  return { outcome: 'failed', retry, reason };
}
