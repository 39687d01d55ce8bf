// Remembering for moments what is asked for a thousand times a second and changes once a day.

import type { Clock } from './ports/clock.ts';

export interface Remembered<Key, Value> {
  get(key: Key): Promise<Value>;
  /** What was remembered is asked for anew. */
  forget(): void;
}

/** Asks once for all who ask at the same time, and remembers the answer for `ttlMs`; failures are not remembered. */
export function remembered<Key, Value>(
  clock: Pick<Clock, 'monotonicMs'>,
  { ttlMs, max }: { ttlMs: number; max: number },
  ask: (key: Key) => Promise<Value>,
): Remembered<Key, Value> {
  const known = new Map<Key, { readonly value: Promise<Value>; readonly until: number }>();
  return {
    get(key) {
      const now = clock.monotonicMs();
      const found = known.get(key);
      if (found !== undefined && found.until > now) return found.value;
      const value = ask(key);
      known.delete(key);
      known.set(key, { value, until: now + ttlMs });
      value.catch(() => {
        if (known.get(key)?.value === value) known.delete(key);
      });
      const [oldest] = known.keys();
      if (known.size > max && oldest !== undefined) known.delete(oldest);
      return value;
    },
    forget: () => known.clear(),
  };
}
