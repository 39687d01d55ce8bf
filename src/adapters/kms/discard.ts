// Keys that were made and are of no use: without a name nobody finds them again, and each costs every month.

import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Kms, KeyKind, KmsKey } from './client.ts';
import { kmsFailure } from './failure.ts';

/** KMS is consistent some seconds late, as a rule: for so long an alias that may be there is looked for. */
export const lateForMs = 10_000;
const lookAgainMs = 500;

interface Parts {
  readonly kms: Kms;
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
}

/**
 * Makes a key and gives it the first of these aliases that is free. Returns that alias, or null where none was; a key that
 * got none is to be deleted. KMS lists no keys by their tags, so one that could not be deleted, or that an alias may name
 * which is not seen yet, is named in the sentence of the error. Errors: `key-unavailable`.
 */
export async function makeNamed(
  { kms, clock }: Parts,
  { kind, tag }: { readonly kind: KeyKind; readonly tag: string },
  aliases: Iterable<string> | AsyncIterable<string>,
): Promise<string | null> {
  const id = await kms.make(kind, tag);
  for await (const alias of orDeleted(kms, id, aliases)) {
    if (await isNamed({ kms, clock }, alias, id)) return alias;
  }
  await kms.scheduleDeletion(id);
  return null;
}

/** The aliases; where they cannot be found out, the key is deleted. */
async function* orDeleted(kms: Kms, id: string, aliases: Iterable<string> | AsyncIterable<string>) {
  try {
    yield* aliases;
  } catch (error) {
    throw await deleted(kms, id, error);
  }
}

/**
 * Whether the alias names the key now; false where it names another. Errors: `key-unavailable`; the key is deleted only where
 * it is sure that the alias does not name it: everybody would use it from now on.
 */
async function isNamed({ kms, clock }: Parts, alias: string, id: string): Promise<boolean> {
  let failure: unknown = null;
  try {
    if (await kms.name(alias, id)) return true;
  } catch (error) {
    if (isRefusal(error)) throw await deleted(kms, id, error);
    failure = error;
  }
  const named = await sight({ kms, clock }, alias).catch((error: unknown) => {
    failure ??= error;
    return null;
  });
  if (named === null) throw stillThere(id, failure ?? unseen(alias));
  if (named.id === id) return true;
  if (failure !== null) throw await deleted(kms, id, failure);
  return false;
}

/** The key that `alias` names, looked for as long as KMS may need to show it; null where it shows none. */
async function sight({ kms, clock }: Parts, alias: string): Promise<KmsKey | null> {
  const beganMs = clock.monotonicMs();
  for (;;) {
    const found = await kms.find(alias);
    if (found !== null || clock.monotonicMs() - beganMs >= lateForMs) return found;
    await clock.sleep(lookAgainMs);
  }
}

/**
 * Whether KMS itself refused, at the first asking: nothing was done. A refusal after the SDK asked again says nothing of the
 * call before, whose answer may have been lost.
 */
function isRefusal(error: unknown): boolean {
  const cause = error instanceof VedetteError ? error.cause : error;
  return refusalSchema.safeParse(cause).success;
}

const refusalSchema = z.object({
  $fault: z.literal('client'),
  $metadata: z.object({ attempts: z.literal(1) }),
});

const unseen = (alias: string) =>
  new VedetteError('key-unavailable', `AWS KMS says that there is an alias ${alias}, and does not show it.`);

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
