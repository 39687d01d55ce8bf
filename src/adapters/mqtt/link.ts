// One connection to the broker, from the first byte to its loss; the next one is another link.

import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MqttClient } from 'mqtt';
import { VedetteError } from '../../core/errors.ts';
import type { MqttBroker } from '../../core/mqtt-broker.ts';
import { type ListenOptions, type MqttMessage, maxMqttPayloadBytes } from '../../core/ports/mqtt.ts';
import { refusalOf, unwelcome } from './reasons.ts';

/** A broker that is silent for this long, though asked, is away. Asked at half of it. */
const keepAliveSeconds = 20;
/** From the first byte to the broker's "welcome". */
const defaultConnectTimeoutMs = 10_000;
/** For the broker to take the last messages and the goodbye. */
const goodbyeMs = 1_000;
/** Messages that wait for the broker's answer at the same time; brokers allow 20 and more. */
const maxInFlight = 16;
/** Messages that wait for their turn: each holds its payload in memory. */
const maxWaiting = 200;
/** What surrounds a payload in its packet: topic and properties. */
const maxHeaderBytes = 4 * 1024;

export interface LinkOptions {
  readonly broker: MqttBroker;
  /** PEM of who signed the broker's certificate; null trusts who the system trusts. */
  readonly certificates: string | null;
  /** What the broker says, and keeps, when this client goes without a goodbye. */
  readonly will: { readonly topic: string; readonly payload: Uint8Array } | null;
  readonly connectTimeoutMs?: number;
  /** `ids` are those of the subscriptions it is for. */
  readonly onMessage: (message: MqttMessage, ids: readonly number[]) => void;
  readonly onRefusedFilter: (filter: string) => void;
}

export interface Link {
  /** Resolves with why it was lost: an error, or words for a person. */
  readonly lost: Promise<unknown>;
  publish(message: MqttMessage, signal: AbortSignal): Promise<void>;
  /** Asks for what comes on `filter`, under `id`; asking again is told anew what the broker keeps. */
  subscribe(filter: string, id: number, options: Required<ListenOptions>): void;
  unsubscribe(filter: string): void;
  goodbye(): Promise<void>;
}

/** Connects, once. Rejects with why not (an error, or words for a person), at the latest when `signal` aborts. */
export async function dial(options: LinkOptions, signal: AbortSignal): Promise<Link> {
  let problem: unknown = null;
  const client = new MqttClient(() => socketTo(options, (error) => (problem ??= error)), {
    protocolVersion: 5,
    clientId: `vedette-${crypto.randomUUID()}`,
    // What is said while nobody listens is over: an old command must not be obeyed later.
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    keepalive: keepAliveSeconds,
    connectTimeout: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
    properties: { maximumPacketSize: maxMqttPayloadBytes + maxHeaderBytes },
    ...credentialsOf(options.broker),
    ...(options.will === null ? {} : { will: willOf(options.will) }),
  });
  client.on('error', (error) => {
    problem ??= error;
  });
  client.on('disconnect', ({ reasonCode }) => {
    problem ??= refusalOf(reasonCode ?? 0);
  });
  const lost = new Promise<unknown>((resolve) => {
    client.once('close', () => resolve(problem ?? 'the connection was cut'));
  });
  // Whatever ended the stream, timers of the client must not outlive it.
  void lost.then(() => client.end(true));
  const abort = () => client.end(true);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await welcomed(client, lost, () => problem);
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return linkOf(client, lost, options);
}

/** Resolves when the broker has let this client in. */
function welcomed(client: MqttClient, lost: Promise<unknown>, problem: () => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', ({ properties }) => {
      if (properties?.subscriptionIdentifiersAvailable !== false) return resolve();
      client.end(true);
      reject('it does not know subscription identifiers of MQTT 5; use a broker such as Mosquitto');
    });
    void lost.then(() => reject(unwelcome(problem())));
  });
}

function linkOf(client: MqttClient, lost: Promise<unknown>, options: LinkOptions): Link {
  client.on('message', (topic, payload, { retain, properties }) => {
    if (payload.length > maxMqttPayloadBytes) return;
    const ids = [properties?.subscriptionIdentifier ?? []].flat();
    options.onMessage({ topic, payload, retain }, ids);
  });
  return {
    lost,
    publish: inTurns(client, lost),
    subscribe(filter, id, { tellsKept }) {
      // "Retain as published" (MQTT 5.0, 3.8.3.1): without it the broker takes the flag off what it passes on at once.
      const asked = { qos: 1, rap: tellsKept, properties: { subscriptionIdentifier: id } } as const;
      client.subscribe(filter, asked, (error, granted) => {
        const isRefused = granted?.some(({ qos }) => qos >= 128) === true;
        if (client.connected && (error !== null || isRefused)) options.onRefusedFilter(filter);
      });
    },
    unsubscribe(filter) {
      client.unsubscribe(filter, () => {});
    },
    async goodbye() {
      const timer = setTimeout(() => client.end(true), goodbyeMs);
      client.end();
      await lost;
      clearTimeout(timer);
    },
  };
}

/** Publishes, no more at once than a broker takes. */
function inTurns(client: MqttClient, lost: Promise<unknown>): Link['publish'] {
  interface Job {
    readonly message: MqttMessage;
    readonly settle: (error: unknown) => void;
    isOver: boolean;
  }
  const waiting = new Set<Job>();
  const underWay = new Set<Job>();
  let isLost = false;

  function next(): void {
    const [job] = waiting;
    if (job === undefined || underWay.size >= maxInFlight || isLost) return;
    waiting.delete(job);
    underWay.add(job);
    const { topic, payload, retain } = job.message;
    client.publish(topic, Buffer.from(payload), { qos: 1, retain }, (error) => {
      underWay.delete(job);
      job.settle(error ?? null);
      next();
    });
  }

  void lost.then((reason) => {
    isLost = true;
    for (const job of [...waiting, ...underWay]) job.settle(reason);
    waiting.clear();
    underWay.clear();
  });

  return (message, signal) =>
    new Promise((resolve, reject) => {
      if (isLost || waiting.size >= maxWaiting) return reject(unavailable());
      if (signal.aborted) return reject(unavailable(signal.reason));
      const giveUp = () => {
        waiting.delete(job);
        job.settle(signal.reason);
      };
      const job: Job = {
        message,
        isOver: false,
        settle(error) {
          if (job.isOver) return;
          job.isOver = true;
          signal.removeEventListener('abort', giveUp);
          if (error === null) resolve();
          else
            reject(
              isRefusal(error)
                ? new VedetteError('broker-refused', undefined, { cause: error })
                : unavailable(error),
            );
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.add(job);
      next();
    });
}

/** Not authorized, topic name invalid, payload format invalid (MQTT 5.0, 3.4.2.1): the same again is refused again. */
const refusals: readonly unknown[] = [135, 144, 153];

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && refusals.includes(error.code);
}

export function unavailable(cause?: unknown): VedetteError {
  return new VedetteError('broker-unavailable', undefined, { cause });
}

function socketTo({ broker, certificates }: LinkOptions, failed: (error: Error) => void) {
  const { host, port, secure } = broker;
  const place = { host, port, noDelay: true };
  const socket = secure
    ? connectTls({
        ...place,
        ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
        ...(certificates === null ? {} : { ca: certificates }),
      })
    : connectPlain(place);
  socket.on('error', failed);
  return socket;
}

function credentialsOf({ credentials }: MqttBroker) {
  return credentials === null ? {} : { username: credentials.user, password: credentials.password };
}

function willOf({ topic, payload }: { topic: string; payload: Uint8Array }) {
  return { topic, payload: Buffer.from(payload), qos: 1 as const, retain: true };
}
