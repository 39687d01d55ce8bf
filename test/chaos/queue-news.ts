// What a process that works on the queue and its parent say to each other.

export type CacheCall =
  | { readonly verb: 'get'; readonly key: string }
  | {
      readonly verb: 'set' | 'setIfAbsent';
      readonly key: string;
      readonly value: string;
      readonly ttlMs: number;
    };

/** Some work takes longer than a partition takes to move: it is in hand when others come, and when its process is killed. */
export function isLong(id: string): boolean {
  return Number(id.split('/')[1]) % 20 === 3;
}

/** In ms, by the one clock of all processes of the machine, which nobody sets. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export interface Work {
  readonly type: 'begins' | 'ends';
  readonly id: string;
  readonly key: string;
  readonly attempt: number;
  /** By `now`. */
  readonly at: number;
}

export type ChildNews =
  | Work
  | { readonly type: 'ready' }
  | { readonly type: 'cache'; readonly call: number; readonly asked: CacheCall };

export type ChildOrders =
  | { readonly type: 'stop' }
  | { readonly type: 'cache'; readonly call: number; readonly result: string | boolean | null };
