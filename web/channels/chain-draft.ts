// An escalation chain while it is being changed: intentions as pure functions.

import type { Chain, Level, LevelTarget } from '../../src/http/contract/escalation.ts';

export const maxLevels = 6;

/** Waits that can be chosen, in ms. */
export const delays = [15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000] as const;

/** Only what is sent. */
export function levelsOf({ levels }: Chain): Level[] {
  return levels.map(({ afterMs, targets }) => ({ afterMs, targets }));
}

/** One more level, of the role that is on none yet. */
export function withLevel(levels: readonly Level[]): Level[] {
  const roles = ['owner', 'manager', 'admin', 'viewer'] as const;
  const used = new Set(levels.flatMap(({ targets }) => targets.map(keyOf)));
  const role = roles.find((each) => !used.has(each)) ?? 'admin';
  return [...levels, { afterMs: levels.length === 0 ? 0 : 120_000, targets: [{ kind: 'role', role }] }];
}

/** Without one; the first is told at once. */
export function withoutLevel(levels: readonly Level[], index: number): Level[] {
  return levels
    .filter((_, each) => each !== index)
    .map((level, each) => (each === 0 ? { ...level, afterMs: 0 } : level));
}

export function withDelay(levels: readonly Level[], index: number, afterMs: number): Level[] {
  return levels.map((level, each) => (each === index ? { ...level, afterMs } : level));
}

export function withTarget(levels: readonly Level[], index: number, target: LevelTarget): Level[] {
  return levels.map((level, each) =>
    each !== index || level.targets.some((known) => keyOf(known) === keyOf(target))
      ? level
      : { ...level, targets: [...level.targets, target] },
  );
}

export function withoutTarget(levels: readonly Level[], index: number, target: LevelTarget): Level[] {
  return levels.map((level, each) =>
    each === index
      ? { ...level, targets: level.targets.filter((known) => keyOf(known) !== keyOf(target)) }
      : level,
  );
}

/** A role, or a member's id. */
export function keyOf(target: LevelTarget): string {
  return target.kind === 'role' ? target.role : target.memberId;
}

/**
 * When each level is told, in ms after the incident opened: where nobody can be reached on a level, the next one is told
 * in its place.
 */
export function times(
  levels: readonly { readonly afterMs: number; readonly people?: readonly { readonly over: unknown }[] }[],
): number[] {
  let sum = 0;
  let isPassed = false;
  return levels.map(({ afterMs, people }) => {
    if (!isPassed) sum += afterMs;
    isPassed = people?.every(({ over }) => over === null) ?? false;
    return sum;
  });
}

/** "at once", "after 60 s", "after 3 min" */
export function timeWords(ms: number): string {
  if (ms === 0) return 'at once';
  return `after ${durationWords(ms)}`;
}

export function durationWords(ms: number): string {
  if (ms < 60_000 || ms % 60_000 !== 0) return `${Math.round(ms / 1000)} s`;
  const minutes = ms / 60_000;
  return minutes < 120 || minutes % 60 !== 0 ? `${minutes} min` : `${minutes / 60} h`;
}

export const roleWords = {
  owner: 'Owners of the site',
  manager: 'Managers',
  admin: 'Admins',
  viewer: 'Viewers of the site',
} as const;
