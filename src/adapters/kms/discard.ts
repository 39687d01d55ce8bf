// Keys that were made and are of no use: without a name nobody finds them again, and each costs every month.

import { VedetteError } from '../../core/errors.ts';
import type { Kms, KeyKind } from './client.ts';
import { kmsFailure } from './failure.ts';

/**
 * Makes a key and gives it the first of these aliases that is free. Returns that alias, or null where none was; a key that
 * got none is to be deleted. KMS lists no keys by their tags, so one that could not be deleted is named in the sentence of the
 * error. Errors: `key-unavailable`.
 */
export async function makeNamed(
  kms: Kms,
  { kind, tag }: { readonly kind: KeyKind; readonly tag: string },
  aliases: Iterable<string> | AsyncIterable<string>,
): Promise<string | null> {
  const id = await kms.make(kind, tag);
  let tried: string | null = null;
  try {
    for await (const alias of aliases) {
      tried = alias;
      if (await kms.name(alias, id)) return alias;
    }
  } catch (error) {
    // The alias may have become its own all the same: then it is the key that everybody uses from now on.
    const found = tried === null ? null : await kms.find(tried).catch(() => 'unknown' as const);
    if (found === 'unknown') throw stillThere(id, error);
    if (found?.id === id) return tried;
    throw await deleted(kms, id, error);
  }
  await kms.scheduleDeletion(id);
  return null;
}

/** Has the key deleted; `error`, with what a person has to do where it could not be. */
export async function deleted(kms: Kms, id: string, error: unknown): Promise<unknown> {
  try {
    await kms.scheduleDeletion(id);
    return error;
  } catch {
    return stillThere(id, error);
  }
}

function stillThere(id: string, cause: unknown): VedetteError {
  const { detail } = kmsFailure(cause, 'kms:CreateAlias', id);
  return new VedetteError(
    'key-unavailable',
    `${detail} The key ${id} was made meanwhile: where no alias names it, schedule its deletion in AWS KMS.`,
    { cause },
  );
}
