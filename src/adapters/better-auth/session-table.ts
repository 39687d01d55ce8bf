// Sessions in better-auth's table.

import type { Where } from 'better-auth';
import { z } from 'zod';
import type { BetterAuth } from './configuration.ts';
import { sessionCacheMs } from './session-cache.ts';
import { keptSession, type SessionFilter, type SessionPlace } from './session-place.ts';

const model = 'session';

/** `maxListed` is how many of one person are listed. */
export function sessionTable({ adapter, internal }: BetterAuth, maxListed: number): SessionPlace {
  const end = (where: Where[]) => adapter.deleteMany({ model, where });
  return {
    rememberMs: sessionCacheMs,
    async create(session, token) {
      const row = { ...session, token, updatedAt: session.createdAt };
      await internal.createSession(session.userId, false, row, true);
    },
    findByToken: (token) => internal.findSession(token),
    async list(userId) {
      const rows = await adapter.findMany<unknown>({
        model,
        where: [{ field: 'userId', value: userId }],
        sortBy: { field: 'createdAt', direction: 'desc' },
        limit: maxListed,
      });
      return z.array(keptSession).parse(rows);
    },
    async change(id, update) {
      const where = [{ field: 'id', value: id }];
      return (await adapter.update<unknown>({ model, where, update })) !== null;
    },
    async changeOf(userId, which, update) {
      const [field, values] =
        'providerId' in which
          ? ['providerId', [null]]
          : // Older rows say nothing.
            ['isStrong', [false, null]];
      for (const value of values) {
        const where = [
          { field: 'userId', value: userId },
          { field, value },
        ];
        await adapter.updateMany({ model, where, update });
      }
    },
    end: (filter) => end(whereOf(filter)),
    endByToken: async (token) => void (await end([{ field: 'token', value: token }])),
    endMany: async (ids) => void (await end([{ field: 'id', operator: 'in', value: [...ids] }])),
    sweep: async (now) => void (await end([{ field: 'expiresAt', operator: 'lt', value: now }])),
  };
}

function whereOf(filter: SessionFilter): Where[] {
  const { exceptId, ...equal } = 'userId' in filter ? filter : { ...filter, exceptId: undefined };
  const where: Where[] = Object.entries(equal).map(([field, value]) => ({ field, value: value ?? null }));
  return exceptId === undefined ? where : [...where, { field: 'id', operator: 'ne', value: exceptId }];
}
