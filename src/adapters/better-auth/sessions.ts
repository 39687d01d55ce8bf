// Sessions: begun, found by their cookie, seen, changed and ended, by our clock.

import { randomBytes } from 'node:crypto';
import type { OrganizationId, ProviderId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Session, Sessions } from '../../core/ports/identity.ts';
import type { Log } from '../../core/ports/log.ts';
import { type BetterAuth, defaultAbsoluteTimeoutMs, defaultIdleTimeoutMs } from './configuration.ts';
import type { Cookies } from './cookies.ts';
import { deviceSessions } from './device-sessions.ts';
import { type Found, sessionCache } from './session-cache.ts';
import type { SessionFilter } from './session-place.ts';
import { endOf, parseEnabledUser, parseSession } from './session-rows.ts';
import { sessionTable } from './session-table.ts';
import { sharedSessions } from './shared-sessions.ts';

/** `lastSeenAt` is written at most so often. */
const seenEveryMs = 60_000;
/** Sessions of one account at most: the oldest ends. */
export const maxSessionsOfAccount = 100;
const maxUserAgentLength = 200;
const sweepEveryMs = 3_600_000;

const never = new Date(0);

export interface SessionStart {
  readonly userId: string;
  readonly isStrong: boolean;
  /** Whether it was asked for the best that the account has; true by default. */
  readonly isProven?: boolean;
  readonly provider?: {
    readonly id: ProviderId;
    readonly organizationId: OrganizationId;
    readonly subject: string;
    readonly sessionId: string | null;
  };
}

export interface SessionStore {
  /** As the port's `session`, and what a cookie in memory may say of it for two seconds. */
  find(headers: Headers): Promise<Found | null>;
  /** Errors: `not-signed-in`. */
  require(headers: Headers): Promise<Found>;
  /** A session with the account itself. Errors: `not-signed-in`, `not-allowed` (it came from a provider). */
  requireOwn(headers: Headers): Promise<Found>;
  /** A new session with a new token, whatever cookie the browser came with. Returns its `set-cookie`. */
  start(start: SessionStart, headers: Headers): Promise<string>;
  /** The same session under a new token: the old cookie is worth nothing. Returns its `set-cookie`. */
  renew(sessionId: string, change: SessionChange): Promise<string>;
  change(sessionId: string, change: SessionChange): Promise<void>;
  /** Ends the session whose cookie this is. */
  endByCookie(headers: Headers): Promise<void>;
  /** After a factor was removed: no session with the account itself is strong any more. */
  weaken(userId: string): Promise<void>;
  /** After a factor was set up: what sessions proved without one counts no more. */
  unproveWeak(userId: string): Promise<void>;
  /** Forgets what was remembered of sessions and their people. */
  forget(): void;
  readonly port: Sessions;
}

export interface SessionChange {
  /** Its person proved just now who they are. */
  readonly isProven?: true;
  readonly isStrong?: boolean;
  readonly organizationId?: OrganizationId;
}

export interface SessionOptions {
  readonly betterAuth: BetterAuth;
  readonly cookies: Cookies;
  readonly clock: Clock;
  readonly log: Log;
  readonly idleTimeoutMs?: number;
  readonly absoluteTimeoutMs?: number;
  /** Where sessions are kept, if not in the table. */
  readonly sharedCache?: Cache;
}

/** Sessions in better-auth's table, or in the cache that all processes share. */
export function sessionStore(options: SessionOptions): SessionStore {
  const { betterAuth, cookies, clock, log } = options;
  const absoluteMs = options.absoluteTimeoutMs ?? defaultAbsoluteTimeoutMs;
  const times = { idleMs: options.idleTimeoutMs ?? defaultIdleTimeoutMs, absoluteMs };
  const { sharedCache } = options;
  const place =
    sharedCache === undefined
      ? sessionTable(betterAuth, maxSessionsOfAccount * 2)
      : sharedSessions({ cache: sharedCache, betterAuth, clock, absoluteMs });
  const cache = sessionCache(clock, place.rememberMs);
  let sweptAt = 0;

  async function load(raw: string): Promise<Found | null> {
    const token = cookies.verified(raw, 'session_token');
    const found = token === null ? null : await place.findByToken(token);
    if (found === null) return null;
    const user = parseEnabledUser(found.user);
    return user === null ? null : { user, session: parseSession(found.session, times) };
  }

  // Not awaited by whoever asks: a request must not wait for this, nor fail by it.
  function noteSeen(raw: string, { user, session }: Found): Found {
    const now = clock.now();
    if (now - session.lastSeenAt < seenEveryMs) return { user, session };
    const expiresAt = endOf(session.createdAt, now, times);
    const seen = { user, session: { ...session, lastSeenAt: now, expiresAt } };
    cache.replace(raw, seen);
    const update = { lastSeenAt: new Date(now), expiresAt: new Date(expiresAt) };
    place
      .change(session.id, update)
      .catch((error: unknown) => log.warn('When a session was last seen could not be written', { error }));
    return seen;
  }

  async function find(headers: Headers): Promise<Found | null> {
    const raw = cookies.raw(headers, 'session_token');
    if (raw === null) return null;
    let found = cache.get(raw);
    if (found === undefined) {
      const { generation } = cache;
      found = await load(raw);
      cache.set(raw, found, generation);
    }
    return found === null || found.session.expiresAt <= clock.now() ? null : noteSeen(raw, found);
  }

  async function require(headers: Headers): Promise<Found> {
    const found = await find(headers);
    if (found === null) throw new VedetteError('not-signed-in');
    return found;
  }

  async function listRows(userId: string): Promise<Session[]> {
    const rows = await place.list(userId);
    return rows.map((row) => parseSession(row, times));
  }

  /** `work` ends or changes sessions: what was remembered of them counts no more, whatever comes of it. */
  async function forgetting<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      cache.clear();
    }
  }

  async function makeRoom(userId: string): Promise<void> {
    const tooMany = (await listRows(userId)).slice(maxSessionsOfAccount - 1).map(({ id }) => id);
    if (tooMany.length > 0) await forgetting(place.endMany(tooMany));
    if (Math.abs(clock.now() - sweptAt) < sweepEveryMs) return;
    sweptAt = clock.now();
    await forgetting(place.sweep(new Date(clock.now())));
  }

  async function change(
    sessionId: string,
    { isProven, ...rest }: SessionChange & { token?: string },
  ): Promise<void> {
    const update = isProven === true ? { ...rest, provenAt: new Date(clock.now()) } : rest;
    if (!(await forgetting(place.change(sessionId, update)))) throw new VedetteError('not-signed-in');
  }

  return {
    find,
    require,
    async requireOwn(headers) {
      const found = await require(headers);
      if (found.session.providerId === null) return found;
      throw new VedetteError(
        'not-allowed',
        'Your organization’s provider keeps this account. Change it there.',
      );
    },
    async start({ userId, isStrong, isProven = true, provider }, headers) {
      await makeRoom(userId);
      const token = newToken();
      const at = new Date(clock.now());
      const session = {
        userId,
        createdAt: at,
        expiresAt: new Date(endOf(clock.now(), clock.now(), times)),
        userAgent: (headers.get('user-agent') ?? '').slice(0, maxUserAgentLength),
        lastSeenAt: at,
        provenAt: isProven ? at : never,
        isStrong,
        organizationId: provider?.organizationId ?? null,
        providerId: provider?.id ?? null,
        providerSubject: provider?.subject ?? null,
        providerSessionId: provider?.sessionId ?? null,
      };
      await place.create(session, token);
      return cookies.set('session_token', token, absoluteMs);
    },
    async renew(sessionId, changed) {
      const token = newToken();
      await change(sessionId, { ...changed, token });
      return cookies.set('session_token', token, absoluteMs);
    },
    change,
    async endByCookie(headers) {
      const token = cookies.read(headers, 'session_token');
      if (token !== null) await forgetting(place.endByToken(token));
    },
    weaken: (userId) => forgetting(place.changeOf(userId, { providerId: null }, { isStrong: false })),
    unproveWeak: (userId) => forgetting(place.changeOf(userId, { isStrong: false }, { provenAt: never })),
    forget: () => cache.clear(),
    port: deviceSessions({
      ...{ listRows, clock },
      end: (filter: SessionFilter) => forgetting(place.end(filter)),
    }),
  };
}

/** 256 random bits. */
function newToken(): string {
  return randomBytes(32).toString('base64url');
}
