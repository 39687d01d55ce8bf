// Keys in AWS KMS: one of its keys for each epoch, found by its alias, and one that signs. None ever leaves it.

import { createPublicKey } from 'node:crypto';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Keys } from '../../core/ports/keys.ts';
import { maxWrappedKeyBytes } from '../../core/wrapping.ts';
import type { KmsAddress } from './address.ts';
import { type Kms, type KmsKey, maxSignedBytes, openKms } from './client.ts';
import { makeNamed } from './discard.ts';
import { epochsOf } from './epochs.ts';
import { kmsFailure, missingKey, nameOf } from './failure.ts';

export interface KmsKeysOptions {
  readonly address: KmsAddress;
  readonly clock: Clock;
  /** Whether nothing was wrapped so far, so that keys may be made where there are none. */
  readonly mayMake: boolean;
}

export interface KmsKeys extends Keys {
  /** For tests: what these keys are made of. */
  readonly kms: Kms;
  readonly names: KeyNames;
  close(): void;
}

/** The aliases of our keys. */
export interface KeyNames {
  readonly signing: string;
  /** What those of epochs begin with, up to the number. */
  readonly epochs: string;
  epoch(number: number): string;
}

export function keyNames(alias: string): KeyNames {
  return {
    ...{ signing: `${alias}/signing`, epochs: `${alias}/epoch-` },
    epoch: (number) => `${alias}/epoch-${number}`,
  };
}

/** Errors: `settings-invalid` (no SDK), `key-unavailable` (KMS is away or refuses; keys are missing and may not be made). */
export async function kmsKeys(options: KmsKeysOptions): Promise<KmsKeys> {
  const kms = await openKms(options.address);
  try {
    const names = keyNames(options.address.alias);
    return { ...(await keysOver(kms, options)), kms, names, close: kms.close };
  } catch (error) {
    kms.close();
    throw error;
  }
}

/** The same over a client that somebody else closes. */
export async function keysOver(kms: Kms, { address, clock, mayMake }: KmsKeysOptions): Promise<Keys> {
  const names = keyNames(address.alias);
  const signing = await signingKey({ kms, clock }, names.signing, mayMake);
  const epochs = await epochsOf({ kms, clock, prefix: names.epochs, mayMake });
  const publicKey = await rawPublicKey(kms, signing);
  return portOf({ kms, names, epochs, signing, publicKey });
}

interface Parts {
  readonly kms: Kms;
  readonly names: KeyNames;
  readonly epochs: Awaited<ReturnType<typeof epochsOf>>;
  readonly signing: KmsKey;
  readonly publicKey: Uint8Array;
}

function portOf({ kms, names, epochs, signing, publicKey }: Parts): Keys {
  /** Why nothing came of `error` of unwrapping under an epoch: the state of its key knows. */
  async function reason(error: unknown, epoch: number): Promise<VedetteError> {
    const alias = names.epoch(epoch);
    const failure = kmsFailure(error, 'kms:Decrypt', alias);
    if (!aboutTheKey.has(nameOf(error))) return failure;
    const key = await kms.find(alias);
    if (key === null) {
      return new VedetteError(epoch < (await epochs.latest()) ? 'key-destroyed' : 'key-unavailable');
    }
    if (key.state.startsWith('Pending')) return new VedetteError('key-destroyed');
    if (key.state !== 'Enabled') return notEnabled(alias, key.state, error);
    const saysWhose = error instanceof Error && error.message.includes('ciphertext refers to');
    return nameOf(error) === 'AccessDeniedException' && !saysWhose ? failure : damaged(error);
  }

  return {
    async wrap(key, context) {
      if (key.length === 0 || key.length > maxWrappedKeyBytes) {
        throw new VedetteError('request-invalid', `A data key has 1 to ${maxWrappedKeyBytes} bytes.`);
      }
      // Once more: another process may have begun an epoch and destroyed the one we know.
      for (const epoch of [await epochs.current(), null]) {
        const number = epoch ?? (await epochs.latest());
        try {
          const wrapped = await kms.encrypt(names.epoch(number), key, ours(context));
          return {
            epoch: number,
            ciphertext: wrapped.toBase64({ alphabet: 'base64url', omitPadding: true }),
          };
        } catch (error) {
          const isGone = ['KMSInvalidStateException', 'NotFoundException'].includes(nameOf(error));
          if (epoch === null || !isGone) throw kmsFailure(error, 'kms:Encrypt', names.epoch(number));
        }
      }
      throw new VedetteError('key-unavailable');
    },
    async unwrap({ epoch, ciphertext }, context) {
      if (!Number.isSafeInteger(epoch) || epoch < 1) throw damaged(null);
      if (epochs.isDestroyed(epoch)) throw new VedetteError('key-destroyed');
      const bytes = bytesOf(ciphertext);
      try {
        return new Uint8Array(await kms.decrypt(names.epoch(epoch), bytes, ours(context)));
      } catch (error) {
        throw await reason(error, epoch);
      }
    },
    async sign(bytes) {
      if (bytes.length > maxSignedBytes) {
        throw new VedetteError('request-invalid', `AWS KMS signs at most ${maxSignedBytes} bytes.`);
      }
      return new Uint8Array(await kms.sign(signing.id, bytes));
    },
    publicKey: async () => publicKey.slice(),
    rotate: epochs.begin,
    destroyEpoch: epochs.destroy,
  };
}

/** Errors that may be about the state of the key, or about the ciphertext: the key tells which. */
const aboutTheKey = new Set([
  ...['NotFoundException', 'DisabledException', 'KMSInvalidStateException', 'AccessDeniedException'],
  ...['InvalidCiphertextException', 'IncorrectKeyException', 'ValidationException'],
]);

/** Bound into the ciphertext, and named in CloudTrail: identifiers only. */
const ours = (context: string) => ({ vedette: `context:${context}` });

function bytesOf(ciphertext: string): Uint8Array {
  try {
    const bytes = Uint8Array.fromBase64(ciphertext, { alphabet: 'base64url' });
    if (bytes.length > 0) return bytes;
  } catch (cause) {
    throw damaged(cause);
  }
  throw damaged(null);
}

function damaged(cause: unknown): VedetteError {
  return new VedetteError('key-unavailable', 'A wrapped key is damaged or belongs elsewhere.', { cause });
}

function notEnabled(alias: string, state: string, cause: unknown): VedetteError {
  return new VedetteError('key-unavailable', `The key ${alias} is ${state} in AWS KMS. Enable it there.`, {
    cause,
  });
}

async function signingKey(
  { kms, clock }: { readonly kms: Kms; readonly clock: Clock },
  alias: string,
  mayMake: boolean,
): Promise<KmsKey> {
  const there = await kms.find(alias);
  if (there !== null) {
    if (there.spec === 'ECC_NIST_EDWARDS25519' && there.state === 'Enabled') return there;
    if (there.state !== 'Enabled') throw notEnabled(alias, there.state, null);
    throw new VedetteError(
      'key-unavailable',
      `The key ${alias} is of the kind ${there.spec}. Vedette signs with ECC_NIST_EDWARDS25519.`,
    );
  }
  if (!mayMake) throw missingKey(alias);
  // Another process may be faster: then theirs signs.
  await makeNamed({ kms, clock }, { kind: 'signing', tag: alias }, [alias]);
  return signingKey({ kms, clock }, alias, false);
}

async function rawPublicKey(kms: Kms, { id }: KmsKey): Promise<Uint8Array> {
  const key = createPublicKey({ key: Buffer.from(await kms.publicKey(id)), format: 'der', type: 'spki' });
  const { x } = key.export({ format: 'jwk' });
  return Uint8Array.fromBase64(x ?? '', { alphabet: 'base64url' });
}
