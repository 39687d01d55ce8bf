// Keys in the Transit engine of HashiCorp Vault or OpenBao: no key of it ever leaves it.

import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Log } from '../../core/ports/log.ts';
import { maxWrappedKeyBytes } from '../../core/wrapping.ts';
import type { VaultAddress } from './address.ts';
import { type VaultClient, vaultClient } from './client.ts';
import { refusal } from './failure.ts';
import type { VaultAnswer } from './http.ts';
import { type Transit, type TransitKey, transitOf, usedVersion } from './transit.ts';

export interface VaultKeysOptions {
  readonly address: VaultAddress;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether nothing was wrapped so far, so that keys may be made where there are none. */
  readonly mayMake: boolean;
}

export interface VaultKeys extends Keys {
  close(): void;
}

/** What our keys are called in the engine. */
export interface KeyNames {
  /** Wraps nothing: its version is the number of the current epoch, and turning it is the one step that begins one. */
  readonly epochs: string;
  readonly signing: string;
  epoch(number: number): string;
}

export function keyNames(name: string): KeyNames {
  return {
    epochs: `${name}-epochs`,
    signing: `${name}-signing`,
    epoch: (number) => `${name}-epoch-${number}`,
  };
}

const wrapping = { type: 'aes256-gcm96', derived: true } as const;
const prefix = `vault:v${usedVersion}:`;

/** Errors: `key-unavailable` (Vault is away, sealed or refuses; the keys are missing and may not be made). */
export async function vaultKeys(options: VaultKeysOptions): Promise<VaultKeys> {
  const client = vaultClient(options.address, options);
  try {
    return { ...(await keysOver(client, options)), close: client.close };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** The same over a client that somebody else closes. */
export async function keysOver(
  client: VaultClient,
  { address, mayMake }: Pick<VaultKeysOptions, 'address' | 'mayMake'>,
): Promise<Keys> {
  const transit = transitOf(client, address.mount);
  const names = keyNames(address.name);
  return portOf(transit, names, publicHalf(await ready(transit, names, mayMake)));
}

/** Sees to it that the keys are there. Returns the one that signs. */
async function ready(transit: Transit, names: KeyNames, mayMake: boolean): Promise<TransitKey> {
  const [epochs, signing] = [await transit.key(names.epochs), await transit.key(names.signing)];
  if (!mayMake && (epochs === null || signing === null)) {
    throw missingKey(epochs === null ? names.epochs : names.signing, transit.mount);
  }
  if (epochs === null) {
    await transit.make(names.epoch(1), wrapping);
    await transit.make(names.epochs, { type: 'aes256-gcm96' });
  }
  return signing ?? transit.make(names.signing, { type: 'ed25519' });
}

export function missingKey(name: string, mount: string): VedetteError {
  return new VedetteError(
    'key-unavailable',
    `Vault has no key ${name} in ${mount}, and without it nothing that was recorded can be read. Mend the address, or restore Vault from its backup.`,
  );
}

function portOf(transit: Transit, names: KeyNames, publicKey: Uint8Array): Keys {
  /** Asked every time: another process may have begun an epoch, and what is wrapped in an old one may be lost. */
  async function current(): Promise<number> {
    const key = await transit.key(names.epochs);
    if (key !== null) return key.latest_version;
    throw new VedetteError(
      'key-unavailable',
      `Vault has no key ${names.epochs} any more. Restore its backup.`,
    );
  }

  return {
    async wrap(key, context) {
      if (key.length === 0 || key.length > maxWrappedKeyBytes) {
        throw new VedetteError('request-invalid', `A data key has 1 to ${maxWrappedKeyBytes} bytes.`);
      }
      // Twice more: the epoch may be destroyed while we wrap, or its key not made yet by who began it.
      for (let triesLeft = 2; ; triesLeft -= 1) {
        const epoch = await current();
        const { text, answer } = await transit.encrypt(names.epoch(epoch), key, ours(context));
        if (text !== null) return { epoch, ciphertext: fromVault(text) };
        if (triesLeft === 0) throw refusal(encrypting(transit, names, epoch), answer);
        if (!isDestroyed(answer)) await transit.make(names.epoch(epoch), wrapping);
      }
    },
    async unwrap({ epoch, ciphertext }, context) {
      if (!Number.isSafeInteger(epoch) || epoch < 1) throw damaged(null);
      const name = names.epoch(epoch);
      const { text, answer } = await transit.decrypt(name, toVault(ciphertext), ours(context));
      if (text !== null) return Uint8Array.fromBase64(text);
      if (isDestroyed(answer)) throw new VedetteError('key-destroyed');
      if (answer.status === 403) {
        throw refusal({ method: 'POST', path: `${transit.mount}/decrypt/${name}` }, answer);
      }
      throw damaged(answer);
    },
    async sign(bytes) {
      const { text, answer } = await transit.sign(names.signing, bytes);
      if (text !== null) return Uint8Array.fromBase64(text.slice(prefix.length));
      throw refusal({ method: 'POST', path: `${transit.mount}/sign/${names.signing}` }, answer);
    },
    publicKey: async () => publicKey.slice(),
    async rotate() {
      const { latest_version: epoch } = await transit.rotate(names.epochs);
      await transit.make(names.epoch(epoch), wrapping);
      return epoch;
    },
    async destroyEpoch(epoch) {
      const latest = await current();
      if (epoch === latest) {
        throw new VedetteError('request-invalid', 'The current key epoch cannot be destroyed. Rotate first.');
      }
      if (!Number.isSafeInteger(epoch) || epoch < 1 || epoch > latest) {
        throw new VedetteError('request-invalid', 'There has never been such a key epoch.');
      }
      await destroy(transit, names.epoch(epoch));
    },
  };
}

/**
 * Takes the version that wrapped out of the key, and leaves the key: a name that is gone could be made again by a
 * process that is late, and would look as if nothing had been destroyed. Every step can be repeated.
 */
async function destroy(transit: Transit, name: string): Promise<void> {
  const key = await transit.make(name, wrapping);
  if (key.min_available_version > usedVersion) return;
  if (key.latest_version === usedVersion) await transit.rotate(name);
  await transit.trim(name, usedVersion + 1);
}

function encrypting(transit: Transit, names: KeyNames, epoch: number) {
  return { method: 'POST', path: `${transit.mount}/encrypt/${names.epoch(epoch)}` } as const;
}

/** A context is never empty in Vault, which derives a key of its own for each. */
const ours = (context: string) => `vedette:${context}`;

/** Vault's words for a version that is not there any more: of what was wrapped, and of what is to be. */
function isDestroyed({ errors }: VaultAnswer): boolean {
  const words = ['disallowed by policy (too old)', 'less than the minimum encryption key version'];
  return errors.some((each) => words.some((word) => each.includes(word)));
}

function fromVault(text: string): string {
  if (!text.startsWith(prefix)) throw damaged(null);
  const bytes = Uint8Array.fromBase64(text.slice(prefix.length));
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}

function toVault(ciphertext: string): string {
  try {
    return prefix + Uint8Array.fromBase64(ciphertext, { alphabet: 'base64url' }).toBase64();
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause: unknown): VedetteError {
  return new VedetteError('key-unavailable', 'A wrapped key is damaged or belongs elsewhere.', { cause });
}

function publicHalf({ type, keys }: TransitKey): Uint8Array {
  const version = keys[String(usedVersion)];
  const text = typeof version === 'object' ? version.public_key : undefined;
  const raw = type === 'ed25519' && text !== undefined ? Uint8Array.fromBase64(text) : null;
  if (raw?.length === 32) return raw;
  throw new VedetteError(
    'key-unavailable',
    `The signing key in Vault is of the type ${type}, or its first version is gone. Vedette wants ed25519.`,
  );
}
