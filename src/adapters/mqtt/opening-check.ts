// Is an MQTT broker fit: it lets us in, and tells us what we say below our prefix.

import type { MqttBroker } from '../../core/mqtt-broker.ts';
import { type OpeningCheck, right, risky, wrong } from '../../core/setting-finding.ts';
import { dial } from './link.ts';
import { problemOf } from './reasons.ts';

const heardWithinMs = 3_000;
const dialWithinMs = 8_000;

export interface BrokerCheck {
  readonly broker: MqttBroker;
  /** PEM of who signed the broker's certificate; null trusts who the system trusts. */
  readonly certificates: string | null;
  /** Below which everything of the installation lies. */
  readonly prefix: string;
}

/** It publishes below the prefix once, which the broker does not keep. Errors: `broker-refused`. */
export async function* checkBroker({ broker, certificates, prefix }: BrokerCheck): OpeningCheck {
  const heard = Promise.withResolvers<boolean>();
  const topic = `${prefix}/check/${crypto.randomUUID()}`;
  const late = AbortSignal.timeout(dialWithinMs);
  const link = await dial(
    {
      ...{ broker, certificates, will: null },
      onMessage: () => heard.resolve(true),
      onRefusedFilter: () => heard.resolve(false),
    },
    late,
  ).catch((error: unknown) => problemOf(error));
  if (typeof link === 'string') {
    yield wrong(`${link} Check VEDETTE_MQTT_URL.`);
    return;
  }
  const timer = setTimeout(() => heard.resolve(false), heardWithinMs);
  try {
    yield right('The broker lets us in.');
    if (!broker.secure && !/^(localhost|127\.[\d.]+|::1)$/.test(broker.host)) {
      yield risky('The connection to the broker is not encrypted. Use mqtts://');
    }
    link.subscribe(topic, 1, { tellsKept: false });
    await link.publish({ topic, payload: new Uint8Array(), retain: false }, late);
    yield (await heard.promise)
      ? right(`This user may say and hear what lies below ${prefix}/.`)
      : wrong(
          `The broker does not tell this user what lies below ${prefix}/. Allow it to read and write ${prefix}/# in its access list.`,
        );
  } finally {
    clearTimeout(timer);
    await link.goodbye();
  }
}
