// MQTT over npm mqtt: a connection that is made again whenever it is lost, and says so once.

import { type Backoff, backoffMs } from '../../core/backoff.ts';
import { VedetteError } from '../../core/errors.ts';
import { isMqttFilter, isMqttTopic } from '../../core/mqtt-topic.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { type Mqtt, type MqttMessage, maxMqttPayloadBytes } from '../../core/ports/mqtt.ts';
import { dial, type Link, type LinkOptions, unavailable } from './link.ts';
import { problemOf } from './reasons.ts';
import { type Subscriptions, subscriptions } from './subscriptions.ts';

/** A broker that restarts is back within seconds; one that is away must not be hammered. */
const defaultBackoff: Backoff = { firstMs: 1_000, maxMs: 30_000 };
/** A connection that is lost sooner counts as a failure: the next try waits longer. */
const steadyMs = 30_000;

export interface MqttOptions extends Omit<LinkOptions, 'onMessage' | 'onRefusedFilter'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: () => number;
  readonly backoff?: Backoff;
}

/** Begins to connect, and does not wait for it: a broker that is away keeps nothing from starting. */
export function openMqtt(options: MqttOptions): Mqtt {
  const { log } = options;
  const listening = subscriptions({ log });
  const watching = new Set<{ readonly call: (connected: boolean) => void }>();
  const closing = new AbortController();
  let link: Link | null = null;
  let problem: string | null = null;

  function change(next: Link | null, why: string | null): void {
    const wasConnected = link !== null;
    link = next;
    problem = why;
    // Before anybody is told: what they publish now must find the subscriptions made.
    listening.use(next);
    const isConnected = next !== null;
    if (isConnected === wasConnected) return;
    for (const watcher of [...watching]) {
      try {
        if (watching.has(watcher)) watcher.call(isConnected);
      } catch (error) {
        log.error('A listener for the connection to the MQTT broker failed.', { error });
      }
    }
  }

  const keeping = keepConnected(options, closing.signal, listening, change);
  return {
    get connected() {
      return link !== null;
    },
    get problem() {
      return problem;
    },
    async publish(message, signal) {
      requireMessage(message);
      if (link === null) throw unavailable(problem);
      await link.publish(message, signal);
    },
    subscribe(filter, listener, options) {
      if (!isMqttFilter(filter)) throw new VedetteError('request-invalid', 'This is no filter of MQTT.');
      return listening.add(filter, listener, options);
    },
    onConnection(listener) {
      const watcher = { call: listener };
      watching.add(watcher);
      return () => void watching.delete(watcher);
    },
    async close() {
      const last = link;
      link = null;
      problem = 'The connection was closed.';
      listening.clear();
      watching.clear();
      closing.abort();
      await last?.goodbye();
      await keeping;
    },
  };
}

/** Connects, again and again, until `signal` aborts. */
async function keepConnected(
  options: MqttOptions,
  signal: AbortSignal,
  listening: Subscriptions,
  change: (link: Link | null, why: string | null) => void,
): Promise<void> {
  const { broker, clock, log, backoff = defaultBackoff, random = Math.random } = options;
  const place = { host: broker.host, port: broker.port };
  const linkOptions: LinkOptions = {
    ...options,
    onMessage: listening.hand,
    onRefusedFilter: (filter) => log.warn('The MQTT broker does not tell of a filter.', { filter }),
  };
  let failures = 0;
  let told: string | null = null;
  while (!signal.aborted) {
    const since = clock.monotonicMs();
    const ended = await oneLink(linkOptions, signal, (link) => {
      log.info('Connected to the MQTT broker', place);
      told = null;
      change(link, null);
    });
    if (signal.aborted) return;
    const problem = problemOf(ended);
    change(null, problem);
    if (problem !== told)
      log.warn('There is no connection to the MQTT broker; it is tried again', { ...place, problem });
    told = problem;
    failures = clock.monotonicMs() - since >= steadyMs ? 1 : failures + 1;
    await clock.sleep(backoffMs(backoff, failures, random), signal).catch(() => {});
  }
}

/** Makes a link and resolves when it is lost, or was not made, with why. */
async function oneLink(
  options: LinkOptions,
  signal: AbortSignal,
  made: (link: Link) => void,
): Promise<unknown> {
  try {
    const link = await dial(options, signal);
    if (signal.aborted) await link.goodbye();
    else made(link);
    return await link.lost;
  } catch (problem) {
    return problem;
  }
}

function requireMessage({ topic, payload }: MqttMessage): void {
  if (!isMqttTopic(topic)) throw new VedetteError('request-invalid', 'This is no topic of MQTT.');
  if (payload.length > maxMqttPayloadBytes) {
    throw new VedetteError('request-invalid', `A message has at most ${maxMqttPayloadBytes} bytes.`);
  }
}
