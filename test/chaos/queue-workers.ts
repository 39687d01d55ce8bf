// Processes that work on one queue in Kafka: started, stopped and killed; what each began and ended is kept.

import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import type { Cache } from '../../src/core/ports/cache.ts';
import { type CacheCall, type ChildNews, type ChildOrders, isLong, now, type Work } from './queue-news.ts';

export interface Worker {
  readonly name: number;
  /** Resolves when it has begun `count` messages more. */
  begun(count: number): Promise<void>;
  /** Finishes what it has in hand and ends. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP for so long, with something in hand: it does not know that it was. Resolves when it goes on. */
  holdUp(ms: number): Promise<void>;
}

export interface Done extends Work {
  readonly worker: number;
}

export interface Workers extends AsyncDisposable {
  start(): Promise<Worker>;
  /** Messages begun so far, by anybody. */
  readonly begun: number;
  /** In the order in which it happened. */
  history(): readonly Done[];
  /** When which was killed, or held up for longer than its session: what it had in hand is given to others. */
  readonly fallen: readonly Fall[];
}

export interface Fall {
  readonly worker: number;
  readonly at: number;
}

const program = new URL('queue-child.ts', import.meta.url).pathname;

export function queueWorkers(cache: Cache, args: readonly string[]): Workers {
  const done: Done[] = [];
  const fallen: Fall[] = [];
  const children = new Map<number, ChildProcess>();
  const waiting = new Set<{ worker: number; count: number; resolve: () => void }>();
  const begun = new Map<number, number>();
  const longWork = new Map<number, () => void>();
  let names = 0;
  let begunByAll = 0;

  function keep(work: Work, worker: number): void {
    done.push({ ...work, worker });
    if (work.type !== 'begins') return;
    const count = (begun.get(worker) ?? 0) + 1;
    begun.set(worker, count);
    begunByAll += 1;
    if (isLong(work.id)) {
      longWork.get(worker)?.();
      longWork.delete(worker);
    }
    for (const each of waiting) if (each.worker === worker && count >= each.count) each.resolve();
  }

  async function end(name: number, signal: NodeJS.Signals | null): Promise<void> {
    const child = children.get(name);
    if (child === undefined) return;
    children.delete(name);
    const ended = once(child, 'exit');
    if (signal === null) child.send({ type: 'stop' } satisfies ChildOrders);
    else {
      fallen.push({ worker: name, at: now() });
      child.kill(signal);
    }
    await ended;
  }

  async function holdUp(name: number, ms: number): Promise<void> {
    const child = children.get(name);
    if (child === undefined) return;
    // With long work in hand, so that there is something to be done twice.
    await new Promise<void>((resolve) => longWork.set(name, resolve));
    child.kill('SIGSTOP');
    await stopped(child);
    fallen.push({ worker: name, at: now() });
    await pause(ms);
    child.kill('SIGCONT');
  }

  return {
    async start() {
      names += 1;
      const name = names;
      const child = fork(program, [...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      children.set(name, child);
      const ready = new Promise<void>((resolve) => {
        child.on('message', async (news: ChildNews) => {
          if (news.type === 'ready') return resolve();
          if (news.type !== 'cache') return keep(news, name);
          const result = await answer(cache, news.asked);
          if (child.connected) child.send({ type: 'cache', call: news.call, result } satisfies ChildOrders);
        });
      });
      await ready;
      return {
        name,
        begun: (more) =>
          new Promise((resolve) =>
            waiting.add({ worker: name, count: (begun.get(name) ?? 0) + more, resolve }),
          ),
        stop: () => end(name, null),
        kill: () => end(name, 'SIGKILL'),
        holdUp: (ms) => holdUp(name, ms),
      };
    },
    get begun() {
      return begunByAll;
    },
    history: () => done.toSorted((a, b) => a.at - b.at),
    fallen,
    async [Symbol.asyncDispose]() {
      await Promise.all([...children.keys()].map((name) => end(name, 'SIGKILL')));
    },
  };
}

/** On a machine with much to do a signal arrives some moments after it was sent, and what is begun until then counts. */
async function stopped({ pid }: ChildProcess): Promise<void> {
  // proc_pid_stat(5): the state is the first word after the name in brackets.
  const isRunning = async () =>
    /\) [^Tt]/.test(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''));
  while (await isRunning()) await setImmediate();
}

async function answer(cache: Cache, asked: CacheCall): Promise<string | boolean | null> {
  if (asked.verb === 'get') {
    const value = await cache.get(asked.key);
    return value === null ? null : Buffer.from(value).toString();
  }
  const value = Buffer.from(asked.value);
  if (asked.verb === 'setIfAbsent') return cache.setIfAbsent(asked.key, value, asked.ttlMs);
  await cache.set(asked.key, value, asked.ttlMs);
  return null;
}

/** Every message was begun; none of a key before the one published before it had begun. */
export function assertNothingLost(history: readonly Done[], published: ReadonlyMap<string, number>): void {
  for (const [key, count] of published) {
    const first = new Set(
      history.filter((work) => work.key === key && work.type === 'begins').map(({ id }) => id),
    );
    const expected = Array.from({ length: count }, (_, index) => `${key}/${index}`);
    assert.deepEqual([...first], expected, `the messages of ${key}`);
  }
}

/**
 * No key was in hand at two processes at once. What a process had in hand when it was killed, or held up for longer than its
 * session, is another's from then on; what it begins after that counts like everybody's.
 */
export function assertOneAtATime(history: readonly Done[], fallen: readonly Fall[]): void {
  const inHand = new Map<string, Done>();
  for (const work of history) {
    const other = inHand.get(work.key);
    const wasDropped = fallen.some(
      ({ worker, at }) => other !== undefined && worker === other.worker && other.at <= at && at <= work.at,
    );
    const isFree = other === undefined || wasDropped;
    if (work.type === 'begins') {
      assert.ok(
        isFree,
        `${work.id} began at ${work.worker} while ${other?.id} was in hand at ${other?.worker}`,
      );
      inHand.set(work.key, work);
    } else if (other?.id === work.id && other.worker === work.worker) inHand.delete(work.key);
  }
}

/** Messages that were handled to their end (and not to fail) more than once. */
export function doneTwice(history: readonly Done[]): readonly string[] {
  const succeeded = history.filter(({ type, id, attempt }) => type === 'ends' && !failsFirst(id, attempt));
  const times = Map.groupBy(succeeded, ({ id }) => id);
  return [...times].filter(([, each]) => each.length > 1).map(([id]) => id);
}

function failsFirst(id: string, attempt: number): boolean {
  return attempt === 1 && Number(id.split('/')[1]) % 17 === 0;
}
