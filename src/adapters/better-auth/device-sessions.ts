// Sessions of an account, all devices: listed and ended.

import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Session, Sessions } from '../../core/ports/identity.ts';
import type { SessionFilter } from './session-place.ts';

export interface DeviceSessionsOptions {
  /** Newest first, those that have ended by time among them. */
  listRows(userId: string): Promise<readonly Session[]>;
  /** Returns how many. */
  end(filter: SessionFilter): Promise<number>;
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
      if ((await end({ userId, id: sessionId })) === 0) throw new VedetteError('not-found');
    },
    async endAll(userId, exceptSessionId) {
      await end(exceptSessionId === undefined ? { userId } : { userId, exceptId: exceptSessionId });
    },
    async endOfProvider({ providerId, subject, providerSessionId }) {
      if (subject === null) return providerSessionId === null ? 0 : end({ providerId, providerSessionId });
      const ofSubject = { providerId, providerSubject: subject };
      if (providerSessionId === null) return end(ofSubject);
      const ended = await end({ ...ofSubject, providerSessionId });
      return ended > 0 ? ended : end({ ...ofSubject, providerSessionId: null });
    },
  };
}
