// Processes that work on one queue in Kafka: started, stopped and killed; what each began and ended is kept.

import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Cache } from '../../src/core/ports/cache.ts';
import type { CacheCall, ChildNews, ChildOrders, Work } from './queue-news.ts';

export interface Worker {
  readonly name: number;
  /** Resolves when it has begun `count` messages more. */
  begun(count: number): Promise<void>;
  /** Finishes what it has in hand and ends. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

export interface Done extends Work {
  readonly worker: number;
}

export interface Workers extends AsyncDisposable {
  start(): Promise<Worker>;
  /** In the order in which it happened. */
  history(): readonly Done[];
  /** When which was killed. */
  readonly kills: readonly { readonly worker: number; readonly at: number }[];
}

const program = new URL('queue-child.ts', import.meta.url).pathname;

export function queueWorkers(cache: Cache, args: readonly string[]): Workers {
  const done: Done[] = [];
  const kills: { worker: number; at: number }[] = [];
  const children = new Map<number, ChildProcess>();
  const waiting = new Set<{ worker: number; count: number; resolve: () => void }>();
  const begun = new Map<number, number>();
  let names = 0;

  function keep(work: Work, worker: number): void {
    done.push({ ...work, worker });
    if (work.type !== 'begins') return;
    const count = (begun.get(worker) ?? 0) + 1;
    begun.set(worker, count);
    for (const each of waiting) if (each.worker === worker && count >= each.count) each.resolve();
  }

  async function end(name: number, signal: NodeJS.Signals | null): Promise<void> {
    const child = children.get(name);
    if (child === undefined) return;
    children.delete(name);
    const ended = once(child, 'exit');
    if (signal === null) child.send({ type: 'stop' } satisfies ChildOrders);
    else {
      kills.push({ worker: name, at: performance.timeOrigin + performance.now() });
      child.kill(signal);
    }
    await ended;
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
      };
    },
    history: () => done.toSorted((a, b) => a.at - b.at),
    kills,
    async [Symbol.asyncDispose]() {
      await Promise.all([...children.keys()].map((name) => end(name, 'SIGKILL')));
    },
  };
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

/** No key was in hand at two processes at once; one that was killed has nothing in hand from then on. */
export function assertOneAtATime(history: readonly Done[], kills: Workers['kills']): void {
  const inHand = new Map<string, Done>();
  for (const work of history) {
    const other = inHand.get(work.key);
    const killed = kills.find(({ worker }) => worker === other?.worker);
    const isFree = other === undefined || (killed !== undefined && killed.at <= work.at);
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
