// Accounts that move to another installation's database: its tables, and what was sealed with another secret.

import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';
import type { Secret } from '../../core/secret.ts';
import { type IdentityOptions, openBetterAuth } from './configuration.ts';

/** Makes the tables where they are not there, and brings them up to date. */
export async function prepareIdentityTables<Schema>(
  options: Pick<IdentityOptions<Schema>, 'database' | 'engine' | 'exclusively' | 'secret' | 'log' | 'clock'>,
): Promise<void> {
  // Only for its tables: nobody is signed in at this address.
  await openBetterAuth({ ...options, baseUrl: 'http://localhost' });
}

type Row = Readonly<Record<string, unknown>>;

/**
 * A row of `identity_second_factor` under another secret. Apps go on to show right codes; recovery codes, of which only
 * a proof with the old secret is kept, are gone.
 */
export async function resealedSecondFactor(row: Row, from: Secret, to: Secret): Promise<Row> {
  const data = await symmetricDecrypt({ key: from.reveal(), data: String(row.totpSecret) });
  return {
    ...row,
    totpSecret: await symmetricEncrypt({ key: to.reveal(), data }),
    recoveryCodes: '[]',
  };
}

/** Whether a row of `identity_second_factor` in the target has, under its secret, what the source's has under the other. */
export async function isSameSecondFactor(
  here: { readonly row: Row; readonly secret: Secret },
  there: { readonly row: Row; readonly secret: Secret },
): Promise<boolean> {
  const [ours, theirs] = await Promise.all(
    [here, there].map(({ row, secret }) =>
      symmetricDecrypt({ key: secret.reveal(), data: String(row.totpSecret) }).catch(() => null),
    ),
  );
  return ours !== null && ours === theirs;
}
