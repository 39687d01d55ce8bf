// What a process that works on the queue and its parent say to each other.

export type CacheCall =
  | { readonly verb: 'get'; readonly key: string }
  | {
      readonly verb: 'set' | 'setIfAbsent';
      readonly key: string;
      readonly value: string;
      readonly ttlMs: number;
    };

export interface Work {
  readonly type: 'begins' | 'ends';
  readonly id: string;
  readonly key: string;
  readonly attempt: number;
  /** Milliseconds since 1970, the same clock for all processes. */
  readonly at: number;
}

export type ChildNews =
  | Work
  | { readonly type: 'ready' }
  | { readonly type: 'cache'; readonly call: number; readonly asked: CacheCall };

export type ChildOrders =
  | { readonly type: 'stop' }
  | { readonly type: 'cache'; readonly call: number; readonly result: string | boolean | null };
