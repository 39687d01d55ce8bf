// The escalation chain: who is told of an incident that nobody looks after, and after how long.

import type { EpochMs, MemberId, OrganizationId, SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import type { Member, Role } from '../organization/organization.ts';

/** Levels of a chain: whoever has not answered after so many is not reached by one more. */
export const maxLevels = 6;
/** Members and roles of one level. */
export const maxTargets = 50;
/** Shortest wait before the next level, in ms: a person has to find their phone. */
export const minDelayMs = 15_000;
/** Longest wait, in ms: later than that is another shift. */
export const maxDelayMs = 24 * 3_600_000;

export type LevelTarget =
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'member'; readonly memberId: MemberId };

export interface Level {
  /** Time in ms after the level before was told; 0 for the first. */
  readonly afterMs: number;
  readonly targets: readonly LevelTarget[];
}

export interface EscalationChain {
  readonly organizationId: OrganizationId;
  /** Null for the chain of all sites that have none of their own. */
  readonly siteId: SiteId | null;
  /** At least one. */
  readonly levels: readonly Level[];
  readonly changedAt: EpochMs;
}

const role = (name: Role): LevelTarget => ({ kind: 'role', role: name });

/** Where nobody made one: owners of the site at once, managers after a minute, admins after two more. */
export const defaultLevels: readonly Level[] = [
  { afterMs: 0, targets: [role('owner')] },
  { afterMs: 60_000, targets: [role('manager')] },
  { afterMs: 120_000, targets: [role('admin')] },
];

/** Whether a level names a member. */
export function isOnLevel(level: Level, { id, role }: Pick<Member, 'id' | 'role'>): boolean {
  return level.targets.some((target) =>
    target.kind === 'role' ? target.role === role : target.memberId === id,
  );
}

/** The levels as they are stored. Errors: `request-invalid` with the field at fault. */
export function checkedLevels(levels: readonly Level[]): readonly Level[] {
  if (levels.length === 0 || levels.length > maxLevels) {
    throw wrong('levels', `A chain has 1 to ${maxLevels} levels.`);
  }
  return levels.map(({ afterMs, targets }, index) => {
    const field = `levels.${index}`;
    if (targets.length === 0 || targets.length > maxTargets) {
      throw wrong(`${field}.targets`, `Name 1 to ${maxTargets} roles and people on each level.`);
    }
    if (index === 0) return { afterMs: 0, targets };
    if (!Number.isInteger(afterMs) || afterMs < minDelayMs || afterMs > maxDelayMs) {
      throw wrong(`${field}.afterMs`, 'The next level is told after 15 seconds to 24 hours.');
    }
    return { afterMs, targets };
  });
}

function wrong(field: string, sentence: string): VedetteError {
  return new VedetteError('request-invalid', sentence, { fields: { [field]: sentence } });
}
