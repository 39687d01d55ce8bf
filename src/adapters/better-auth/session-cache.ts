// Sessions that were asked for a moment ago: every request asks, and the answer may be two seconds old. Where sessions are
// shared nothing is remembered.

import { hash } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { Session, User } from '../../core/ports/identity.ts';

/** An end in another process takes effect after this at the latest. */
export const sessionCacheMs = 2_000;
/** Some kilobytes each; the oldest makes room. */
export const maxEntries = 10_000;

export interface Found {
  readonly user: User;
  readonly session: Session;
}

export interface SessionCache {
  /** Whom the cookie belongs to (null: nobody); undefined where that is not known. */
  get(cookie: string): Found | null | undefined;
  /** To be asked before looking elsewhere: what was found is kept only if nothing was cleared meanwhile. */
  readonly generation: number;
  set(cookie: string, found: Found | null, generation: number): void;
  /** Changes what an entry says, not how long it lives. */
  replace(cookie: string, found: Found): void;
  /** To be called after every end and change. */
  clear(): void;
}

/** A cache in this process; its keys are hashes, so that a memory dump of it holds no cookies. */
export function sessionCache(clock: Clock, rememberMs = sessionCacheMs): SessionCache {
  const entries = new Map<string, { found: Found | null; untilMs: number }>();
  const keyOf = (cookie: string) => hash('sha256', cookie, 'base64');
  let generation = 0;
  return {
    get(cookie) {
      const entry = entries.get(keyOf(cookie));
      return entry !== undefined && entry.untilMs > clock.monotonicMs() ? entry.found : undefined;
    },
    get generation() {
      return generation;
    },
    set(cookie, found, since) {
      if (since !== generation || rememberMs === 0) return;
      const key = keyOf(cookie);
      entries.delete(key);
      for (const oldest of entries.keys()) {
        if (entries.size < maxEntries) break;
        entries.delete(oldest);
      }
      entries.set(key, { found, untilMs: clock.monotonicMs() + rememberMs });
    },
    replace(cookie, found) {
      const entry = entries.get(keyOf(cookie));
      if (entry !== undefined) entry.found = found;
    },
    clear() {
      generation += 1;
      entries.clear();
    },
  };
}
