// Secrets in columns: sealed, and bound to the row they are in.

import type { Keys } from '../../core/ports/keys.ts';
import { sealText, unsealText } from '../../core/seal.ts';
import { type Secret, secret } from '../../core/secret.ts';

/** The column for `value`; it unseals only with the same `context`. */
export async function sealedColumn(
  keys: Keys,
  value: Secret | null,
  context: string,
): Promise<string | null> {
  return value === null ? null : sealText(keys, value.reveal(), context);
}

/**
 * The secret of a column. Where it cannot be unsealed, `reveal()` says so: one camera whose key is gone must
 * not keep the others from being listed.
 */
export async function unsealedColumn(
  keys: Keys,
  sealed: string | null,
  context: string,
): Promise<Secret | null> {
  if (sealed === null) return null;
  try {
    return secret(await unsealText(keys, sealed, context));
  } catch (error) {
    const reveal = () => {
      throw error;
    };
    return { ...secret(''), reveal };
  }
}
