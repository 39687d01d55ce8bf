// The keeper of the keys that several processes share, by the scheme of its address.

import { existsSync } from 'node:fs';
import { keyFile } from '../../adapters/keyfile/keys.ts';
import { kmsAddress } from '../../adapters/kms/address.ts';
import { kmsKeys } from '../../adapters/kms/keys.ts';
import type { Database } from '../../adapters/sql/database.ts';
import { vaultAddress } from '../../adapters/vault/address.ts';
import { vaultKeys } from '../../adapters/vault/keys.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Settings } from '../settings.ts';
import { given, pathOf } from './engines.ts';

interface KeysDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly database: Pick<Database, 'isUnused'>;
}

/**
 * Makes keys only where nothing was written so far: new ones would look well and lose all there is.
 * Errors: those of the key file; `settings-invalid`; `key-unavailable`, where they are missing and something was
 * written with them.
 */
export async function openKeys(
  opening: AsyncDisposableStack,
  settings: Settings,
  { log, clock, database }: KeysDeps,
): Promise<Keys> {
  const url = given(settings, 'VEDETTE_KEYS_URL');
  const mayMake = await database.isUnused();
  if (/^vaults?:/.test(url.reveal())) {
    const keys = await vaultKeys({ address: vaultAddress(url), clock, log, mayMake });
    opening.defer(() => keys.close());
    return keys;
  }
  if (url.reveal().startsWith('awskms:')) {
    const keys = await kmsKeys({ address: kmsAddress(url), clock, mayMake });
    opening.defer(() => keys.close());
    return keys;
  }
  const path = pathOf(url, 'VEDETTE_KEYS_URL');
  if (!existsSync(path) && !mayMake) {
    throw new VedetteError(
      'key-unavailable',
      `${path} is missing, and without it the footage of this installation cannot be read. Put it where every process sees it.`,
    );
  }
  const passphrase = settings.VEDETTE_KEY_PASSPHRASE;
  return keyFile({ path, ...(passphrase === undefined ? {} : { passphrase }) });
}
