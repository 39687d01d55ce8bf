// Is AWS KMS fit to keep the keys: reached, letting us in, with the rights for the keys that are there.

import { errorCode } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Secret } from '../../core/secret.ts';
import { type OpeningCheck, right, risky } from '../../core/setting-finding.ts';
import { kmsAddress } from './address.ts';
import { type Kms, openKms } from './client.ts';
import { missingKey } from './failure.ts';
import { keyNames, keysOver } from './keys.ts';

/** A check waits less than a program that has to go on: twice as long as KMS ever takes. */
const patience = { attempts: 2, requestMs: 5_000 };

export interface KmsCheckDeps {
  readonly clock: Clock;
  /** Whether something was wrapped with these keys before; null where nobody knows. */
  isUsed(): Promise<boolean | null>;
  /** Uses keys that are there. */
  tryKeys(keys: Keys): OpeningCheck;
}

/**
 * Makes and destroys no key. Whether keys may be made and destroyed, KMS says only to who does it. Errors:
 * `settings-invalid`, `key-unavailable`.
 */
export async function* checkKms(url: Secret, deps: KmsCheckDeps): OpeningCheck {
  const address = kmsAddress(url);
  const kms = await openKms(address, patience);
  const names = keyNames(address.alias);
  try {
    const signing = await kms.find(names.signing);
    const epochs = await kms.aliases(names.epochs);
    yield right('AWS KMS lets us in.');
    if (signing === null || epochs.length === 0) {
      if ((await deps.isUsed()) === true) throw missingKey(signing === null ? names.signing : names.epoch(1));
      yield right(
        'There are no keys yet; the first start makes them. It takes kms:CreateKey, kms:TagResource, kms:EnableKeyRotation and kms:CreateAlias, which cannot be tried before.',
      );
      return;
    }
    const newest = epochs.toSorted((a, b) => numberOf(a) - numberOf(b)).at(-1) ?? names.epoch(1);
    yield* deps.tryKeys(await keysOver(kms, { address, clock: deps.clock, mayMake: false }));
    yield* turning(kms, newest);
  } finally {
    kms.close();
  }
}

const numberOf = (alias: string) => Number(/\d+$/.exec(alias)?.[0] ?? 0);

async function* turning(kms: Kms, alias: string): OpeningCheck {
  try {
    const key = await kms.find(alias);
    if (key === null || (await kms.turnsByItself(key.id))) return;
    yield risky(`The key ${alias} does not turn by itself. Switch its rotation on in AWS KMS.`);
  } catch (error) {
    if (errorCode(error) !== 'key-unavailable') throw error;
    yield risky(
      `Whether the key ${alias} turns by itself cannot be seen. Allow kms:GetKeyRotationStatus in the policy of the role.`,
    );
  }
}
