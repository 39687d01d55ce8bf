// An MQTT broker in memory: the double that keeps messages, knows wildcards, and goes away when it is told to.

import { VedetteError } from '../../core/errors.ts';
import { isMqttFilter, isMqttTopic, matchesFilter } from '../../core/mqtt-topic.ts';
import type { Log } from '../../core/ports/log.ts';
import { type Mqtt, type MqttMessage, maxMqttPayloadBytes } from '../../core/ports/mqtt.ts';

/** What a broker says for a client that went without a goodbye. */
export interface MqttWill {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface MemoryBroker {
  /** One more client; it is connected while the broker runs. Its `will` is kept when the connection is lost. */
  connect(options?: { readonly will?: MqttWill }): Mqtt;
  /** Every connection is lost, and none is made until `start`. What it keeps, it keeps. */
  stop(): void;
  /** Runs again, and everybody is connected. */
  start(): void;
  /** From now on what comes is neither answered nor passed on, until `start`. */
  hang(): void;
  /** From now on nobody may publish what matches this filter. */
  refuse(filter: string): void;
  /** Everybody may publish everything again. */
  allowAll(): void;
  /** What it keeps: topic → text. */
  readonly kept: ReadonlyMap<string, string>;
  /** Everything it took, in order. */
  readonly taken: readonly MqttMessage[];
}

interface Listening {
  readonly filter: string;
  readonly tellsKept: boolean;
  readonly call: (message: MqttMessage) => void;
}

interface Client {
  readonly listening: Set<Listening>;
  readonly watching: Set<(connected: boolean) => void>;
  readonly will: MqttWill | null;
  readonly lost: Set<() => void>;
}

/** A broker that runs. Messages are handed out before `publish` resolves, those it keeps before `subscribe` returns. */
export function memoryBroker({ log }: { log: Log }): MemoryBroker {
  const clients = new Set<Client>();
  const keeping = new Map<string, MqttMessage>();
  const taken: MqttMessage[] = [];
  const refused: string[] = [];
  let state: 'runs' | 'hangs' | 'gone' = 'runs';

  function hand({ call }: Listening, message: MqttMessage): void {
    try {
      call(message);
    } catch (error) {
      log.error('A listener for MQTT messages failed.', { topic: message.topic, error });
    }
  }

  function take(message: MqttMessage): void {
    taken.push(message);
    if (message.retain) {
      if (message.payload.length === 0) keeping.delete(message.topic);
      else keeping.set(message.topic, message);
    }
    for (const client of [...clients]) {
      for (const listening of [...client.listening]) {
        if (!client.listening.has(listening) || !matchesFilter(listening.filter, message.topic)) continue;
        hand(listening, { ...message, retain: listening.tellsKept && message.retain });
      }
    }
  }

  function tellKept(listening: Listening): void {
    for (const message of [...keeping.values()]) {
      if (matchesFilter(listening.filter, message.topic)) hand(listening, message);
    }
  }

  return {
    connect({ will = null } = {}) {
      const client: Client = { listening: new Set(), watching: new Set(), will, lost: new Set() };
      clients.add(client);
      const isConnected = () => state !== 'gone' && clients.has(client);
      return {
        get connected() {
          return isConnected();
        },
        get problem() {
          return isConnected() ? null : 'The broker is gone.';
        },
        async publish(message, signal) {
          requireMessage(message);
          if (!isConnected()) throw unavailable();
          if (signal.aborted) throw unavailable(signal.reason);
          if (state === 'hangs') await neverAnswered(client, signal);
          if (refused.some((filter) => matchesFilter(filter, message.topic))) {
            throw new VedetteError('broker-refused');
          }
          take(message);
        },
        subscribe(filter, listener, { tellsKept = false } = {}) {
          if (!isMqttFilter(filter)) throw new VedetteError('request-invalid', `${filter} is no filter.`);
          if (
            [...client.listening].some((other) => other.filter === filter && other.tellsKept !== tellsKept)
          ) {
            throw new VedetteError('request-invalid', `${filter} is listened to with other options already.`);
          }
          const listening = { filter, tellsKept, call: listener };
          client.listening.add(listening);
          if (isConnected()) tellKept(listening);
          return () => void client.listening.delete(listening);
        },
        onConnection(listener) {
          const watching = (connected: boolean) => listener(connected);
          client.watching.add(watching);
          return () => void client.watching.delete(watching);
        },
        async close() {
          clients.delete(client);
          client.listening.clear();
          for (const lose of [...client.lost]) lose();
        },
      };
    },
    stop() {
      if (state === 'gone') return;
      state = 'gone';
      for (const client of [...clients]) {
        for (const lose of [...client.lost]) lose();
        const { will } = client;
        if (will !== null) keeping.set(will.topic, { ...will, retain: true });
        for (const watching of [...client.watching]) watching(false);
      }
    },
    start() {
      const wasGone = state === 'gone';
      state = 'runs';
      if (!wasGone) return;
      for (const client of [...clients]) {
        for (const listening of [...client.listening]) tellKept(listening);
        for (const watching of [...client.watching]) watching(true);
      }
    },
    hang() {
      if (state === 'runs') state = 'hangs';
    },
    refuse: (filter) => void refused.push(filter),
    allowAll: () => void refused.splice(0),
    get kept() {
      return new Map([...keeping].map(([topic, { payload }]) => [topic, new TextDecoder().decode(payload)]));
    },
    taken,
  };
}

function requireMessage({ topic, payload }: MqttMessage): void {
  if (!isMqttTopic(topic)) throw new VedetteError('request-invalid', `${topic} is no topic.`);
  if (payload.length > maxMqttPayloadBytes) {
    throw new VedetteError('request-invalid', `A message has at most ${maxMqttPayloadBytes} bytes.`);
  }
}

/** Rejects when the client is lost or `signal` aborts. */
function neverAnswered({ lost }: Client, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => {
      lost.delete(giveUp);
      reject(unavailable(signal.reason));
    };
    lost.add(giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

function unavailable(cause?: unknown): VedetteError {
  return new VedetteError('broker-unavailable', undefined, { cause });
}
