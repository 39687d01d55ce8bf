// Live events of all processes, over a channel of Redis: to listeners here at once, to those elsewhere a moment later.

import type { Events, LiveEvent } from '../../core/ports/events.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RedisAddress } from './address.ts';
import { openSubscriber, type RedisConnection } from './connection.ts';

export interface RedisEvents extends Events {
  close(): Promise<void>;
}

export interface RedisEventsDeps {
  readonly redis: RedisConnection;
  readonly address: RedisAddress;
  /** Who hands events to the listeners of this process. */
  readonly local: Events;
  /** Names this process, so that it does not hear itself twice. */
  readonly processId: string;
  readonly log: Log;
}

/**
 * Begins to listen. While Redis does not answer, events reach the listeners of their own process only: the records are
 * the truth, and pages look at them again. Errors: `cache-unavailable`, `cache-refused`.
 */
export async function openRedisEvents(deps: RedisEventsDeps): Promise<RedisEvents> {
  const { redis, address, local, processId, log } = deps;
  const channel = `${address.prefix}events`;
  const subscriber = await openSubscriber(address, log, channel, (message) => {
    const { from, event } = parsed(message, log);
    if (event !== null && from !== processId) local.publish(event);
  });
  return {
    publish(event) {
      local.publish(event);
      redis
        .publish(channel, JSON.stringify({ from: processId, event }))
        .catch((error: unknown) => log.debug('An event did not reach the other processes', { error }));
    },
    subscribe: local.subscribe,
    close: () => subscriber.close(),
  };
}

/** Our own processes wrote it, with the same type; whoever else may write to the channel is not believed. */
function parsed(message: string, log: Log): { from: string; event: LiveEvent | null } {
  try {
    const { from, event } = JSON.parse(message);
    if (typeof from === 'string' && typeof event?.type === 'string') return { from, event };
  } catch {
    // Said below.
  }
  log.warn('Something that is no event came over the channel of events');
  return { from: '', event: null };
}
