// Wrapping anew: keys that the source's keeper wrapped come under the target's.

import { errorCode } from '../../../core/errors.ts';
import type { Keys, WrappedKey } from '../../../core/ports/keys.ts';
import { type WrappedPlace, wrappedIn } from './sealed.ts';
import type { Twin } from './copy.ts';
import type { Row } from './source.ts';

/** Asked of a keeper that is a service at once. */
const atOnce = 16;

export interface Rewrapping {
  readonly from: Pick<Keys, 'unwrap'>;
  readonly to: Pick<Keys, 'wrap' | 'unwrap'>;
  /** Called for what cannot be unwrapped; it is moved as it is, and nobody can read it there either. */
  lost(place: { readonly table: string; readonly row: Row; readonly column: string }): void;
}

/**
 * The rows with every wrapped key under the target's keeper. Each is unwrapped there once more and compared before its
 * row counts. Errors: those of the target's keeper.
 */
export async function rewrapped(
  rewrapping: Rewrapping,
  table: string,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const once = new Map<string, Promise<WrappedKey | null>>();
  const wrap = (place: WrappedPlace) => {
    const name = `${place.context} ${place.epoch} ${place.ciphertext}`;
    // A thousand images share the key of their hour.
    const made = once.get(name) ?? wrapAnew(rewrapping, place);
    once.set(name, made);
    return made;
  };
  const done: Row[] = [];
  for (let at = 0; at < rows.length; at += atOnce) {
    const some = rows.slice(at, at + atOnce).map(async (row) => {
      let changed = row;
      for (const place of wrappedIn(table, row)) {
        const wrapped = await wrap(place);
        if (wrapped === null) rewrapping.lost({ table, row, column: place.column });
        else changed = { ...changed, ...place.with(wrapped) };
      }
      return changed;
    });
    done.push(...(await Promise.all(some)));
  }
  return done;
}

/**
 * The rows of the source whose wrapped keys the target's keeper does not open to the same key: it was damaged there. What
 * the source cannot open came as it is, and has to be the same.
 */
export async function unlikeOf(
  { from, to }: Pick<Rewrapping, 'from' | 'to'>,
  table: string,
  twins: readonly Twin[],
): Promise<ReadonlySet<Row>> {
  const unlike = new Set<Row>();
  const once = new Map<string, Promise<boolean>>();
  const isAlike = (here: WrappedPlace, there: WrappedPlace | undefined) => {
    if (there === undefined) return false;
    const name = [here, there].map((each) => `${each.context} ${each.epoch} ${each.ciphertext}`).join(' ');
    const known = once.get(name) ?? opensAlike({ from, to }, here, there);
    once.set(name, known);
    return known;
  };
  for (let at = 0; at < twins.length; at += atOnce) {
    const some = twins.slice(at, at + atOnce).map(async ({ here, there }) => {
      const theirs = new Map(wrappedIn(table, there).map((place) => [place.column, place]));
      for (const place of wrappedIn(table, here)) {
        if (!(await isAlike(place, theirs.get(place.column)))) unlike.add(here);
      }
    });
    await Promise.all(some);
  }
  return unlike;
}

async function opensAlike(
  { from, to }: Pick<Rewrapping, 'from' | 'to'>,
  here: WrappedPlace,
  there: WrappedPlace,
): Promise<boolean> {
  const key = await unwrappedBy(from, here);
  if (key === null) return here.epoch === there.epoch && here.ciphertext === there.ciphertext;
  return (await unwrappedBy(to, there))?.toHex() === key.toHex();
}

/** Null where this keeper cannot. */
async function unwrappedBy(keys: Pick<Keys, 'unwrap'>, place: WrappedPlace): Promise<Uint8Array | null> {
  const { epoch, ciphertext, context } = place;
  try {
    return await keys.unwrap({ epoch, ciphertext }, context);
  } catch (error) {
    if (['key-destroyed', 'key-unavailable'].includes(errorCode(error) ?? '')) return null;
    throw error;
  }
}

/** Null where the source's keeper cannot unwrap it. */
async function wrapAnew({ from, to }: Rewrapping, place: WrappedPlace): Promise<WrappedKey | null> {
  const { context } = place;
  const key = await unwrappedBy(from, place);
  if (key === null) return null;
  const wrapped = await to.wrap(key, context);
  const back = await to.unwrap(wrapped, context);
  if (back.toHex() === key.toHex()) return wrapped;
  throw new Error('The keeper of the keys gives back another key than it was given.');
}
