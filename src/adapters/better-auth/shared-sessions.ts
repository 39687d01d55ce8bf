// Sessions in the cache that all processes share: an end counts at once everywhere, and a cache that forgets asks
// everybody to sign in again.
//
// A session is one entry by its id; its token leads there, and the lists of its person and of its provider's names name
// it. It is in the lists before it is: none can be that is not listed, and so cannot be ended.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { BetterAuth } from './configuration.ts';
import { type KeptSession, keptSession, type SessionPlace, type SessionUpdate } from './session-place.ts';

/** How often a change is tried again that others overtook: more than a person has browsers. */
const maxTurns = 500;
/** An entry of a list without its session is of one being made, or after this of one that ended. */
const beingMadeMs = 60_000;

const date = z.coerce.date();
const stored = keptSession.extend({
  ...{ createdAt: date, lastSeenAt: date.nullish(), provenAt: date.nullish(), expiresAt: date },
  tokenHash: z.string(),
});
type Stored = z.infer<typeof stored>;
const list = z.array(z.object({ id: z.string(), atMs: z.number() }));
type Entry = z.infer<typeof list>[number];

export interface SharedSessionsOptions {
  readonly cache: Cache;
  readonly betterAuth: Pick<BetterAuth, 'internal'>;
  readonly clock: Clock;
  /** How long a session can live. */
  readonly absoluteMs: number;
}

export function sharedSessions({
  cache,
  betterAuth,
  clock,
  absoluteMs,
}: SharedSessionsOptions): SessionPlace {
  const lists = listsIn(cache, clock, absoluteMs);

  async function find(id: string): Promise<{ session: Stored; bytes: Uint8Array } | null> {
    const bytes = await cache.get(names.session(id));
    return bytes === null ? null : { session: stored.parse(read(bytes)), bytes };
  }

  /** Changes one that is there and as `isMeant` says; one that others end meanwhile does not come back. */
  async function change(
    id: string,
    update: SessionUpdate,
    isMeant: (session: Stored) => boolean = () => true,
  ) {
    for (let turn = 0; turn < maxTurns; turn += 1) {
      const found = await find(id);
      if (found === null || !isMeant(found.session)) return false;
      const { token, ...rest } = update;
      const next = {
        ...found.session,
        ...rest,
        ...(token === undefined ? {} : { tokenHash: hashOf(token) }),
      };
      if (token !== undefined) await lead(token, id);
      if (!(await cache.swap(names.session(id), found.bytes, write(next), leftMs(next)))) continue;
      if (token !== undefined) await cache.delete(names.token(found.session.tokenHash));
      return true;
    }
    throw new VedetteError('cache-unavailable');
  }

  const lead = (token: string, id: string) => cache.set(names.token(hashOf(token)), write(id), absoluteMs);
  const leftMs = ({ expiresAt }: { expiresAt: Date }) => Math.max(1, expiresAt.getTime() - clock.now());

  /** Those that a list names. */
  async function of(name: string): Promise<Stored[]> {
    const entries = await lists.read(name);
    const found = await Promise.all(entries.map(({ id }) => find(id)));
    const sessions = found.flatMap((each) => (each === null ? [] : [each.session]));
    return sessions.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  }

  /** Whether it was there, and this call ended it. */
  async function end(id: string): Promise<boolean> {
    const bytes = await cache.take(names.session(id));
    if (bytes === null) return false;
    const session = stored.parse(read(bytes));
    await cache.delete(names.token(session.tokenHash));
    for (const name of listsOf(session)) await lists.remove(name, id);
    return true;
  }

  async function endEach(sessions: readonly { readonly id: string }[]): Promise<number> {
    let ended = 0;
    for (const { id } of sessions) if (await end(id)) ended += 1;
    return ended;
  }

  return {
    rememberMs: 0,
    async create(session, token) {
      const id = crypto.randomUUID();
      const made = { ...session, id, tokenHash: hashOf(token) };
      for (const name of listsOf(made)) await lists.add(name, id);
      await cache.set(names.session(id), write(made), leftMs(made));
      await lead(token, id);
    },
    async findByToken(token) {
      const leads = await cache.get(names.token(hashOf(token)));
      const found = leads === null ? null : await find(z.string().parse(read(leads)));
      // Its token may be a newer one already.
      if (found === null || found.session.tokenHash !== hashOf(token)) return null;
      const user = await betterAuth.internal.findUserById(found.session.userId);
      return user === null ? null : { session: found.session, user };
    },
    list: (userId) => of(names.person(userId)),
    change,
    async changeOf(userId, which, update) {
      const isMeant = (session: Stored) =>
        'providerId' in which ? session.providerId == null : session.isStrong !== true;
      for (const { id } of await of(names.person(userId))) await change(id, update, isMeant);
    },
    async end(filter) {
      if ('userId' in filter) {
        const found = await of(names.person(filter.userId));
        const isMeant = ({ id }: Stored) => id === (filter.id ?? id) && id !== filter.exceptId;
        return endEach(found.filter(isMeant));
      }
      const { providerId, providerSessionId } = filter;
      if (!('providerSubject' in filter)) {
        return endEach(await of(names.providerSession(providerId, filter.providerSessionId)));
      }
      const found = await of(names.subject(providerId, filter.providerSubject));
      const isMeant = (session: Stored) =>
        providerSessionId === undefined || (session.providerSessionId ?? null) === providerSessionId;
      return endEach(found.filter(isMeant));
    },
    async endByToken(token) {
      const leads = await cache.get(names.token(hashOf(token)));
      const found = leads === null ? null : await find(z.string().parse(read(leads)));
      if (found?.session.tokenHash === hashOf(token)) await end(found.session.id);
    },
    endMany: async (ids) => void (await endEach(ids.map((id) => ({ id })))),
    // The cache forgets by itself.
    sweep: async () => {},
  };
}

/** Lists of sessions, each changed in one step, so that of parallel sign-ins none is lost. */
function listsIn(cache: Cache, clock: Clock, absoluteMs: number) {
  async function change(name: string, to: (entries: readonly Entry[]) => readonly Entry[]): Promise<void> {
    for (let turn = 0; turn < maxTurns; turn += 1) {
      const bytes = await cache.get(name);
      const now = clock.now();
      const entries = bytes === null ? [] : list.parse(read(bytes));
      const next = to(entries.filter(({ atMs }) => atMs + absoluteMs > now));
      // None of its sessions lives longer than one that begins now.
      const isDone =
        bytes === null
          ? next.length === 0 || (await cache.setIfAbsent(name, write(next), absoluteMs))
          : await cache.swap(name, bytes, next.length === 0 ? null : write(next), absoluteMs);
      if (isDone) return;
    }
    throw new VedetteError('cache-unavailable');
  }

  return {
    async read(name: string): Promise<readonly Entry[]> {
      const bytes = await cache.get(name);
      return bytes === null ? [] : list.parse(read(bytes));
    },
    async add(name: string, id: string): Promise<void> {
      const before = await this.read(name);
      const gone = new Set<string>();
      // What ended by time, or whose end was cut short, makes room.
      for (const entry of before) {
        if (entry.atMs + beingMadeMs > clock.now()) continue;
        if ((await cache.get(names.session(entry.id))) === null) gone.add(entry.id);
      }
      const added = { id, atMs: clock.now() };
      await change(name, (entries) => [...entries.filter((entry) => !gone.has(entry.id)), added]);
    },
    remove: (name: string, id: string) =>
      change(name, (entries) => entries.filter((entry) => entry.id !== id)),
  };
}

const names = {
  session: (id: string) => `session/${id}`,
  token: (tokenHash: string) => `session-token/${tokenHash}`,
  person: (userId: string) => `sessions-of/${userId}`,
  subject: (providerId: string, subject: string) => `sessions-of/${providerId}/subject/${hashOf(subject)}`,
  providerSession: (providerId: string, id: string) => `sessions-of/${providerId}/session/${hashOf(id)}`,
} as const;

function listsOf({ userId, providerId, providerSubject, providerSessionId }: KeptSession): string[] {
  const found = [names.person(userId)];
  if (providerId == null) return found;
  if (providerSubject != null) found.push(names.subject(providerId, providerSubject));
  if (providerSessionId != null) found.push(names.providerSession(providerId, providerSessionId));
  return found;
}

/** What opens a session lies nowhere: only what it is known by. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function write(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function read(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
