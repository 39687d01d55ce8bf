// Secrets in columns: sealed, and bound to the row they are in.

import type { Keys } from '../../core/ports/keys.ts';
import { sealText, unsealText } from '../../core/seal.ts';
import { type Secret, secret } from '../../core/secret.ts';

/** Columns of secrets under one set of keys. */
export interface SecretColumns {
  /** Seals ahead: `column` for the same secret and context then waits for no key. */
  prepare(value: Secret | null, context: string): Promise<void>;
  /** What is stored of `value`; it unseals only with the same `context`. */
  column(value: Secret | null, context: string): Promise<string | null>;
  /** The secret of a column; `reveal()` fails where it cannot be unsealed. */
  secret(column: string | null, context: string): Promise<Secret | null>;
}

/** What was sealed ahead is kept for as long as the secret itself is. */
export function secretColumns(keys: Keys): SecretColumns {
  const prepared = new WeakMap<Secret, { readonly context: string; readonly column: string | null }>();
  return {
    async prepare(value, context) {
      if (value === null) return;
      prepared.set(value, { context, column: await sealedColumn(keys, value, context) });
    },
    async column(value, context) {
      const known = value === null ? undefined : prepared.get(value);
      return known?.context === context ? known.column : sealedColumn(keys, value, context);
    },
    secret: (column, context) => unsealedColumn(keys, column, context),
  };
}

/** The column for `value`; it unseals only with the same `context`. */
async function sealedColumn(keys: Keys, value: Secret | null, context: string): Promise<string | null> {
  return value === null ? null : sealText(keys, value.reveal(), context);
}

/**
 * The secret of a column. Where it cannot be unsealed, `reveal()` says so: one camera whose key is gone must
 * not keep the others from being listed.
 */
async function unsealedColumn(keys: Keys, sealed: string | null, context: string): Promise<Secret | null> {
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
