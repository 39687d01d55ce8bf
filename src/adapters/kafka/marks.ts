// What is remembered of a message beside Kafka: that it was published, how often it was tried, that it is done.

import { branded, type EpochMs } from '../../core/brand.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Log } from '../../core/ports/log.ts';
import type { StoredMessage } from './record.ts';

/** How long an id is remembered, so that publishing it again changes nothing: the port's promise. */
const rememberMs = 24 * 3_600_000;
/** Marks kept in this process for when the cache does not answer. */
const maxOwnMarks = 10_000;
/** Between two lines of the log that say the cache does not answer. */
const complainMs = 60_000;

/** Where a record lies; the same id at another place was published again. */
export interface Place {
  readonly partition: number;
  readonly offset: bigint;
}

export interface Begun {
  /** 1 for the first; the last one, where it was given up. */
  readonly attempt: number;
  /** Why it was given up, which was told by a process that ended before it could put the message aside; else null. */
  readonly givenUp: string | null;
}

export interface Marks {
  /** Whether the id was published within the time that it is remembered. */
  isPublished(topic: string, id: string, now: EpochMs): Promise<boolean>;
  published(message: StoredMessage): Promise<void>;
  /** The attempt that begins, counted before it does; null where the message was done before. */
  begin(message: StoredMessage, place: Place): Promise<Begun | null>;
  /** It was told that the message is given up: it is not to be tried or told of again, only put aside. */
  gaveUp(message: StoredMessage, place: Place, given: { attempt: number; reason: string }): Promise<void>;
  done(message: StoredMessage, place: Place): Promise<void>;
}

const states = ['published', 'tried', 'given-up', 'done'] as const;

interface Mark {
  readonly state: (typeof states)[number];
  readonly publishedAt: EpochMs;
  /** Of the record; empty while only published. */
  readonly place: string;
  readonly attempt: number;
  /** Why it was given up; empty in every other state. */
  readonly reason: string;
}

/**
 * Marks in `cache`, under names that begin with `prefix`. A mark that is lost costs a repeated delivery or a count that
 * begins anew, never a message; so a cache that does not answer is done without, and said once a minute.
 */
export function queueMarks({ cache, prefix, log }: { cache: Cache; prefix: string; log: Log }): Marks {
  const own = new Map<string, Mark>();
  let complainedAtMs = Number.NEGATIVE_INFINITY;
  const nameOf = ({ topic, id }: { topic: string; id: string }) => `${prefix}queue:${topic}:${id}`;

  async function withCache<T>(work: () => Promise<T>, without: T): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const nowMs = performance.now();
      if (nowMs - complainedAtMs > complainMs) {
        complainedAtMs = nowMs;
        log.warn('The cache does not answer: messages may be delivered twice', { error });
      }
      return without;
    }
  }

  async function read(name: string): Promise<Mark | null> {
    const kept = await withCache(() => cache.get(name), null);
    return kept === null ? (own.get(name) ?? null) : parse(kept);
  }

  async function write(name: string, mark: Mark): Promise<void> {
    own.delete(name);
    own.set(name, mark);
    for (const oldest of own.keys()) {
      if (own.size <= maxOwnMarks) break;
      own.delete(oldest);
    }
    await withCache(() => cache.set(name, format(mark), rememberMs), undefined);
  }

  return {
    async isPublished(topic, id, now) {
      const mark = await read(nameOf({ topic, id }));
      return mark !== null && now - mark.publishedAt < rememberMs;
    },
    async published(message) {
      const mark: Mark = { ...unplaced, state: 'published', publishedAt: message.publishedAt };
      // Where a consumer was faster, its mark says more.
      await withCache(() => cache.setIfAbsent(nameOf(message), format(mark), rememberMs), false);
    },
    async begin(message, place) {
      const name = nameOf(message);
      const mark = await read(name);
      const here = placeName(place);
      if (mark?.state === 'done') {
        const again = Math.abs(message.publishedAt - mark.publishedAt) < rememberMs;
        if (mark.place === here || again) return null;
      }
      if (mark?.state === 'given-up' && mark.place === here) {
        return { attempt: mark.attempt, givenUp: mark.reason };
      }
      const earlier = mark?.state === 'tried' && mark.place === here ? mark.attempt : 0;
      const { publishedAt } = message;
      const attempt = earlier + 1;
      await write(name, { ...unplaced, state: 'tried', publishedAt, place: here, attempt });
      return { attempt, givenUp: null };
    },
    gaveUp: (message, place, { attempt, reason }) =>
      write(nameOf(message), {
        ...{ state: 'given-up', publishedAt: message.publishedAt, place: placeName(place), attempt },
        reason,
      }),
    done: (message, place) =>
      write(nameOf(message), {
        ...{ ...unplaced, state: 'done', publishedAt: message.publishedAt, place: placeName(place) },
      }),
  };
}

const unplaced = { place: '', attempt: 0, reason: '' };
const placeName = ({ partition, offset }: Place) => `${partition}/${offset}`;

function format({ state, publishedAt, place, attempt, reason }: Mark): Uint8Array {
  return new TextEncoder().encode(`${state} ${publishedAt} ${attempt} ${place} ${reason}`);
}

function parse(bytes: Uint8Array): Mark | null {
  const [state, publishedAt, attempt, place, ...reason] = new TextDecoder().decode(bytes).split(' ');
  const known = states.find((each) => each === state);
  if (known === undefined || place === undefined) return null;
  return {
    state: known,
    publishedAt: branded<EpochMs>(Number(publishedAt)),
    place,
    attempt: Number(attempt),
    reason: reason.join(' '),
  };
}
