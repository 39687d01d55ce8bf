// Who listens to what: brings each message of the broker to each listener once, whatever filters overlap.

import type { Log } from '../../core/ports/log.ts';
import { VedetteError } from '../../core/errors.ts';
import type { ListenOptions, MqttMessage } from '../../core/ports/mqtt.ts';
import type { Link } from './link.ts';

interface Listener {
  readonly call: (message: MqttMessage) => void;
  /** The request that was made for it: what the broker keeps comes to others too, who know it already. */
  askedBy: number;
}

interface Subscription {
  readonly filter: string;
  /** A filter is asked for in one way only: the broker knows it once. */
  readonly tellsKept: boolean;
  readonly listeners: Set<Listener>;
  /** Of requests on the present link. */
  readonly ids: Set<number>;
}

export interface Subscriptions {
  /** Errors: `request-invalid` (the filter is listened to with other options already). */
  add(filter: string, call: (message: MqttMessage) => void, options?: ListenOptions): () => void;
  /** From now on over this link, and over none where it is null. */
  use(link: Link | null): void;
  /** Hands out a message that came for the requests `ids`. */
  hand(message: MqttMessage, ids: readonly number[]): void;
  clear(): void;
}

export function subscriptions({ log }: { log: Log }): Subscriptions {
  const byFilter = new Map<string, Subscription>();
  const byId = new Map<number, Subscription>();
  let link: Link | null = null;
  let lastId = 0;

  /** Asks the broker; the same filter again replaces the request before, and is told anew what is kept. */
  function ask(subscription: Subscription): number {
    lastId += 1;
    if (link === null) return lastId;
    subscription.ids.add(lastId);
    byId.set(lastId, subscription);
    link.subscribe(subscription.filter, lastId, subscription);
    return lastId;
  }

  function leave(subscription: Subscription, listener: Listener): void {
    if (!subscription.listeners.delete(listener) || subscription.listeners.size > 0) return;
    byFilter.delete(subscription.filter);
    for (const id of subscription.ids) byId.delete(id);
    link?.unsubscribe(subscription.filter);
  }

  return {
    add(filter, call, { tellsKept = false } = {}) {
      const subscription = byFilter.get(filter) ?? {
        filter,
        tellsKept,
        listeners: new Set(),
        ids: new Set(),
      };
      if (subscription.tellsKept !== tellsKept) {
        throw new VedetteError('request-invalid', 'This filter is listened to with other options already.');
      }
      byFilter.set(filter, subscription);
      const listener = { call, askedBy: 0 };
      subscription.listeners.add(listener);
      listener.askedBy = ask(subscription);
      return () => leave(subscription, listener);
    },
    use(next) {
      link = next;
      byId.clear();
      for (const subscription of byFilter.values()) subscription.ids.clear();
      if (next === null) return;
      for (const subscription of byFilter.values()) {
        const id = ask(subscription);
        for (const listener of subscription.listeners) listener.askedBy = id;
      }
    },
    hand(message, ids) {
      for (const id of ids) {
        const subscription = byId.get(id);
        for (const listener of [...(subscription?.listeners ?? [])]) {
          if (subscription?.listeners.has(listener) !== true) continue;
          // Where what is said now has the flag as well, it must reach everybody.
          if (message.retain && !subscription.tellsKept && listener.askedBy !== id) continue;
          try {
            listener.call(message);
          } catch (error) {
            log.error('A listener for MQTT messages failed.', { topic: message.topic, error });
          }
        }
      }
    },
    clear() {
      byFilter.clear();
      byId.clear();
    },
  };
}
