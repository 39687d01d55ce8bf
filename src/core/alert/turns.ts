// Whose turn it is: which levels of a chain are told, and when. Pure: the escalation and the pages ask the same functions.

import type { Level } from './escalation-chain.ts';

/** Whether a level has somebody who can be told. */
export type IsHeard = (level: Level) => boolean;

/** A level that is told while nobody reacts. */
export interface Turn {
  /** The first being 0. */
  readonly level: number;
  /** Time in ms after the incident opened. */
  readonly atMs: number;
}

/** The first level from `from` on that has somebody who can be told: those before it are skipped. Null where none has. */
export function firstHeard(levels: readonly Level[], from: number, isHeard: IsHeard): number | null {
  const index = levels.findIndex((level, place) => place >= from && isHeard(level));
  return index < 0 ? null : index;
}

/**
 * Time in ms from the telling of a level until the next one is told; null after the last. It is that of the very next
 * level, also where that one turns out to have nobody: who is told in its place waits no longer.
 */
export function waitAfter(levels: readonly Level[], level: number): number | null {
  return levels[level + 1]?.afterMs ?? null;
}

/** The levels that are told one after another while nobody reacts; none where nobody can be told. */
export function turnsOf(levels: readonly Level[], isHeard: IsHeard): readonly Turn[] {
  const turns: Turn[] = [];
  let atMs = 0;
  let level = firstHeard(levels, 0, isHeard);
  while (level !== null) {
    turns.push({ level, atMs });
    atMs += waitAfter(levels, level) ?? 0;
    level = firstHeard(levels, level + 1, isHeard);
  }
  return turns;
}
