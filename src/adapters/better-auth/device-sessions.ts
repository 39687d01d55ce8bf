// Sessions of an account, all devices: listed and ended.

import type { Where } from 'better-auth';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Session, Sessions } from '../../core/ports/identity.ts';

export interface DeviceSessionsOptions {
  /** Newest first, those that have ended by time among them. */
  listRows(userId: string): Promise<readonly Session[]>;
  /** Returns how many. */
  end(where: Where[]): Promise<number>;
  readonly clock: Clock;
}

/** The port over the store of sessions. */
export function deviceSessions({ listRows, end, clock }: DeviceSessionsOptions): Sessions {
  return {
    async list(userId) {
      const now = clock.now();
      return (await listRows(userId)).filter(({ expiresAt }) => expiresAt > now);
    },
    async end(userId, sessionId) {
      const ended = await end([
        { field: 'id', value: sessionId },
        { field: 'userId', value: userId },
      ]);
      if (ended === 0) throw new VedetteError('not-found');
    },
    async endAll(userId, exceptSessionId) {
      const ofUser = { field: 'userId', value: userId };
      const others = { field: 'id', operator: 'ne', value: exceptSessionId ?? '' } as const;
      await end(exceptSessionId === undefined ? [ofUser] : [ofUser, others]);
    },
    async endOfProvider({ providerId, subject, providerSessionId }) {
      const ofProvider = { field: 'providerId', value: providerId };
      const ofSubject = { field: 'providerSubject', value: subject };
      const ofSession = { field: 'providerSessionId', value: providerSessionId };
      if (subject === null) return providerSessionId === null ? 0 : end([ofProvider, ofSession]);
      if (providerSessionId === null) return end([ofProvider, ofSubject]);
      const ended = await end([ofProvider, ofSubject, ofSession]);
      const unnamed = { field: 'providerSessionId', value: null };
      return ended > 0 ? ended : end([ofProvider, ofSubject, unnamed]);
    },
  };
}
