// The pictures that were received and not read yet: bounded, by letting the camera wait, and watched for silence.

import type { AccessUnit } from './access-units.ts';
import { silent } from './faults.ts';
import type { Target } from './target.ts';

/** 30 s of a 4 Mbit/s camera: a reader that is so far behind lets the camera wait. */
export const maxWaitingBytes = 16 * 1024 * 1024;
/** Also counts pictures without bytes, such as damaged ones. */
const maxWaitingUnits = 4096;

/** What makes the camera wait. */
export interface Tap {
  pause(): void;
  resume(): void;
}

export interface UnitQueue {
  push(unit: AccessUnit): void;
  /** The next picture in decode order, or null once closed. Errors: why the stream ended, after what it had sent. */
  next(): Promise<AccessUnit | null>;
  /** Takes a picture that waits; null where none does. */
  take(): AccessUnit | null;
  /** From now on the camera has to send: silence longer than its time limit is an error. */
  start(tap: Tap): void;
  fail(error: unknown): void;
  close(): void;
}

export function unitQueue({ where, timeoutMs }: Pick<Target, 'where' | 'timeoutMs'>): UnitQueue {
  let units: AccessUnit[] = [];
  let first = 0;
  let waitingBytes = 0;
  let tap: Tap | null = null;
  let paused = false;
  let silence: NodeJS.Timeout | null = null;
  let ended: { readonly error: unknown } | 'closed' | null = null;
  let reader: PromiseWithResolvers<AccessUnit | null> | null = null;

  function end(how: { readonly error: unknown } | 'closed'): void {
    if (ended !== null) return;
    ended = how;
    if (silence !== null) clearTimeout(silence);
    settle();
  }
  function take(): AccessUnit | null {
    const unit = units[first];
    if (unit === undefined) return null;
    first += 1;
    waitingBytes -= unit.sample.length;
    if (first === units.length) {
      units = [];
      first = 0;
    }
    if (paused && waitingBytes <= maxWaitingBytes / 2 && units.length - first <= maxWaitingUnits / 2) {
      paused = false;
      silence?.refresh();
      tap?.resume();
    }
    return unit;
  }
  function settle(): void {
    if (reader === null) return;
    const unit = ended === 'closed' ? null : take();
    if (unit === null && ended === null) return;
    const { resolve, reject } = reader;
    reader = null;
    if (unit !== null || ended === 'closed' || ended === null) resolve(unit);
    else reject(ended.error);
  }
  function onSilence(): void {
    if (paused) return;
    end({ error: silent(where) });
  }
  return {
    push(unit) {
      if (ended !== null) return;
      units.push(unit);
      waitingBytes += unit.sample.length;
      silence?.refresh();
      if (!paused && (waitingBytes > maxWaitingBytes || units.length - first > maxWaitingUnits)) {
        paused = true;
        tap?.pause();
      }
      settle();
    },
    next() {
      reader ??= Promise.withResolvers();
      const { promise } = reader;
      settle();
      return promise;
    },
    take: () => (ended === 'closed' ? null : take()),
    start(to) {
      tap = to;
      silence = setTimeout(onSilence, timeoutMs);
      if (paused) tap.pause();
    },
    fail: (error) => end({ error }),
    close: () => end('closed'),
  };
}
