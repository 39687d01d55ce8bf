// Tries at the codes of a second factor: counted, and locked for longer each time.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { BetterAuth } from './configuration.ts';

/** The table, as better-auth's adapter knows it. */
export const model = 'secondFactor';

/**
 * Wrong codes in a row, and for how long no code counts then. The last lock comes again after as many tries more, until
 * a right code: whoever has the password guesses ten times a day, a code in a million for centuries.
 */
const locks = [
  { afterTries: 10, forMs: 15 * 60_000 },
  { afterTries: 20, forMs: 3_600_000 },
  { afterTries: 30, forMs: 86_400_000 },
] as const;
const triesPerLock = 10;

const tried = z.object({ tries: z.number(), triedAt: z.date().nullish() }).nullable();

/** Tries of each account. A try is counted before its code is looked at: a thousand at once are ten. */
export function countedTries({ betterAuth: { adapter }, clock }: { betterAuth: BetterAuth; clock: Clock }) {
  async function count(userId: string): Promise<void> {
    const ofUser = { field: 'userId', value: userId };
    const now = clock.now();
    const counted = { model, increment: { tries: 1 }, set: { triedAt: new Date(now) } };
    for (const { afterTries, forMs } of locks) {
      const first = afterTries - triesPerLock;
      const before = { field: 'tries', operator: 'lt', value: afterTries } as const;
      const free = { field: 'tries', operator: first === 0 ? 'gte' : 'gt', value: first } as const;
      if ((await adapter.incrementOne({ ...counted, where: [ofUser, free, before] })) !== null) return;
      const locked = { field: 'tries', value: afterTries };
      const over = { field: 'triedAt', operator: 'lte', value: new Date(now - forMs) } as const;
      const isLast = afterTries === locks.at(-1)?.afterTries;
      const anew = isLast
        ? { model, increment: {}, set: { triedAt: new Date(now), tries: first + 1 } }
        : counted;
      if ((await adapter.incrementOne({ ...anew, where: [ofUser, locked, over] })) !== null) return;
    }
    throw await tooManyTries(userId);
  }

  async function tooManyTries(userId: string): Promise<VedetteError> {
    const { tries, triedAt } = tried.parse(
      await adapter.findOne<unknown>({ model, where: [{ field: 'userId', value: userId }] }),
    ) ?? { tries: 0, triedAt: null };
    const { forMs } = locks.find(({ afterTries }) => afterTries === tries) ?? locks[0];
    const leftMs = Math.max((triedAt?.getTime() ?? clock.now()) + forMs - clock.now(), 1_000);
    const hours = Math.ceil(leftMs / 3_600_000);
    const wait =
      leftMs > 3_600_000 ? `${hours} hours` : leftMs > 15 * 60_000 ? 'an hour' : 'a quarter of an hour';
    return new VedetteError('too-many-requests', `Too many wrong codes. Wait ${wait}.`, {
      retryAfterMs: leftMs,
    });
  }

  return {
    /** Errors: `too-many-requests`. */
    count,
  };
}
