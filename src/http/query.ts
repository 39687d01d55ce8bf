// What stands behind the question mark of an address: a key that no route knows is refused, for what it asked would not be done.

import type { z } from 'zod';
import { VedetteError } from '../core/errors.ts';
import { choice, shown } from './contract/faults.ts';
import { parsed } from './problem.ts';

/** Unknown keys that are told of at a time: who sends more has another problem. */
const maxTold = 5;
/** Letters by which a key may miss the one that was meant. */
const maxSlips = 2;

/**
 * The query of an address as a route takes it. A loose schema takes every key, for callers who add what they like: an
 * identity provider, a health check. Errors: `request-invalid`, with every key at fault.
 */
export function parsedQuery<S extends z.ZodObject>(schema: S, given: URLSearchParams): z.output<S> {
  if (schema.def.catchall === undefined) mustBeKnown(Object.keys(schema.shape), given);
  return parsed(schema, Object.fromEntries(given));
}

function mustBeKnown(known: readonly string[], given: URLSearchParams): void {
  const faults = [...new Set(given.keys())]
    .filter((key) => !isForPlayers(key))
    .flatMap((key): [string, string][] => {
      if (!known.includes(key)) return [[key, unknownSentence(key, known)]];
      return given.getAll(key).length > 1 ? [[key, `Give ${shown(key)} once.`]] : [];
    })
    .slice(0, maxTold);
  if (faults.length === 0) return;
  const sentence = faults.map(([, each]) => each).join(' ');
  // What was given is never a name of ours: it may be as long as an address, or mean something to an object.
  const fields = Object.fromEntries(faults.filter(([key]) => /^\w{1,40}$/.test(key)));
  throw new VedetteError('request-invalid', sentence, { fields });
}

/** Delivery directives, which a player may send to any playlist (RFC 8216bis §6.2.5). */
function isForPlayers(key: string): boolean {
  return key.startsWith('_HLS_');
}

function unknownSentence(key: string, known: readonly string[]): string {
  const start = `There is no ${shown(key)} to ask for here.`;
  const nearest = nearestOf(key, known);
  if (nearest !== null) return `${start} Did you mean ${shown(nearest)}?`;
  const names = known.filter((each) => !isForPlayers(each));
  return names.length === 0
    ? `${start} This address takes nothing behind a "?".`
    : `${start} It may be ${choice(names)}.`;
}

/** The known key that differs in the fewest letters; null where none is near. */
export function nearestOf(key: string, known: readonly string[]): string | null {
  const near = known
    .map((each) => ({ each, slips: slips(key.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, slips }) => slips <= Math.min(maxSlips, each.length / 2))
    .toSorted((one, other) => one.slips - other.slips);
  return near[0]?.each ?? null;
}

/** Letters to be added, dropped or changed to come from one text to another (Levenshtein); any more than `maxSlips` is too many. */
function slips(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > maxSlips) return maxSlips + 1;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [place, letter] of [...one].entries()) {
    const next = [place + 1];
    for (let index = 1; index <= other.length; index += 1) {
      const swap = (row[index - 1] ?? 0) + (letter === other[index - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
