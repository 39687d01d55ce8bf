// Live events inside one process.

import { VedetteError } from '../../core/errors.ts';
import type { Events, LiveEvent } from '../../core/ports/events.ts';
import type { Log } from '../../core/ports/log.ts';

/** Listeners at the same time: one per open page and a few of the process itself. */
const defaultMaxListeners = 2_000;

/** Events that listeners published while another was being handed out; beyond it is a loop, and the newest are dropped. */
const maxWaitingEvents = 10_000;

export interface InprocessEventsOptions {
  readonly log: Log;
  readonly maxListeners?: number;
}

/**
 * Events handed to every listener before `publish` returns, in the order they were published; what a listener
 * publishes comes after. Too many listeners: `not-ready`.
 */
export function inprocessEvents({ log, maxListeners = defaultMaxListeners }: InprocessEventsOptions): Events {
  const listeners = new Set<{ readonly call: (event: LiveEvent) => unknown }>();
  const waiting: LiveEvent[] = [];
  let handingOut = false;

  function handOut(event: LiveEvent): void {
    const failed = (problem: unknown) =>
      log.error('A listener for live events failed.', { type: event.type, problem });
    for (const listener of [...listeners]) {
      if (!listeners.has(listener)) continue;
      try {
        // An async listener is a listener too: its rejection must not end the process.
        const result = listener.call(event);
        if (result instanceof Promise) result.catch(failed);
      } catch (problem) {
        failed(problem);
      }
    }
  }

  return {
    publish(event) {
      if (waiting.length >= maxWaitingEvents) {
        log.error('Live events are published faster than they are handed out; one was dropped.', {
          type: event.type,
        });
        return;
      }
      waiting.push(event);
      if (handingOut) return;
      handingOut = true;
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) handOut(next);
      handingOut = false;
    },
    subscribe(listener) {
      if (listeners.size >= maxListeners) {
        throw new VedetteError('not-ready', 'Too many pages listen for live events. Close some.');
      }
      const entry = { call: listener };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
  };
}
