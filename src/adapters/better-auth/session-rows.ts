// What is kept of sessions and their people, parsed, and when a session ends.

import { z } from 'zod';
import { branded, type EpochMs, type OrganizationId, type ProviderId } from '../../core/brand.ts';
import type { Session, User } from '../../core/ports/identity.ts';
import { keptSession } from './session-place.ts';

const userRow = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  isDisabled: z.boolean().nullish(),
});

/** Both ends of a session. */
export interface TimeOuts {
  readonly idleMs: number;
  readonly absoluteMs: number;
}

/** The earlier of both ends. */
export function endOf(createdAt: number, lastSeenAt: number, { idleMs, absoluteMs }: TimeOuts): EpochMs {
  return branded<EpochMs>(Math.min(createdAt + absoluteMs, lastSeenAt + idleMs));
}

/** What is kept as the port's session. */
export function parseSession(found: unknown, times: TimeOuts): Session {
  const row = keptSession.parse(found);
  const createdAt = row.createdAt.getTime();
  const lastSeenAt = row.lastSeenAt?.getTime() ?? createdAt;
  return {
    id: row.id,
    userId: row.userId,
    createdAt: branded<EpochMs>(createdAt),
    lastSeenAt: branded<EpochMs>(lastSeenAt),
    expiresAt: endOf(createdAt, lastSeenAt, times),
    provenAt: branded<EpochMs>(row.provenAt?.getTime() ?? createdAt),
    isStrong: row.isStrong ?? false,
    organizationId: row.organizationId == null ? null : branded<OrganizationId>(row.organizationId),
    providerId: row.providerId == null ? null : branded<ProviderId>(row.providerId),
    userAgent: row.userAgent ?? '',
  };
}

/** The person of a session; null where the account is disabled. */
export function parseEnabledUser(found: unknown): User | null {
  const { isDisabled, ...user } = userRow.parse(found);
  return isDisabled === true ? null : user;
}
