// Challenges: what is remembered between two steps of signing in, for minutes, and used once.

import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.ts';
import type { BetterAuth } from './configuration.ts';

/** Long enough to find the phone. */
export const challengeLifeMs = 5 * 60_000;
/** Left-overs are swept at most this often. */
const sweepEveryMs = 60_000;

export type ChallengeKind = 'second-step' | 'passkey-registration' | 'passkey-authentication';

export interface Challenges {
  /** Remembers `value`; the id goes into a cookie, and is stored hashed. */
  make(kind: ChallengeKind, value: string): Promise<string>;
  /** The value, left where it is; null where it was taken or is too old. */
  peek(kind: ChallengeKind, id: string): Promise<string | null>;
  /** The value; of many callers exactly one gets it. */
  take(kind: ChallengeKind, id: string): Promise<string | null>;
}

const challengeRow = z.object({ value: z.string(), expiresAt: z.date() }).nullable();
const model = 'verification';

/** Challenges in the table that better-auth keeps for them. */
export function storedChallenges({ adapter }: BetterAuth, clock: Clock): Challenges {
  let sweptAt = 0;
  const named = (kind: ChallengeKind, id: string) => [
    { field: 'identifier', value: `${kind}:${hash('sha256', id, 'base64url')}` },
  ];
  const freshValue = (found: unknown) => {
    const row = challengeRow.parse(found);
    return row !== null && row.expiresAt.getTime() > clock.now() ? row.value : null;
  };

  async function sweep(): Promise<void> {
    if (Math.abs(clock.now() - sweptAt) < sweepEveryMs) return;
    sweptAt = clock.now();
    const where = [{ field: 'expiresAt', operator: 'lt', value: new Date(clock.now()) }] as const;
    await adapter.deleteMany({ model, where: [...where] });
  }

  return {
    async make(kind, value) {
      await sweep();
      const id = randomBytes(24).toString('base64url');
      const now = new Date(clock.now());
      const expiresAt = new Date(clock.now() + challengeLifeMs);
      const identifier = `${kind}:${hash('sha256', id, 'base64url')}`;
      await adapter.create({ model, data: { identifier, value, expiresAt, createdAt: now, updatedAt: now } });
      return id;
    },
    peek: async (kind, id) => freshValue(await adapter.findOne<unknown>({ model, where: named(kind, id) })),
    take: async (kind, id) =>
      freshValue(await adapter.consumeOne<unknown>({ model, where: named(kind, id) })),
  };
}
