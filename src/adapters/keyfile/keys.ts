// Keys in a file: the embedded default.

import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { VedetteError } from '../../core/errors.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Secret } from '../../core/secret.ts';
import { epochKey, unwrapUnder, wrapUnder } from '../../core/wrapping.ts';
import { createKeyFile, readKeyFile, removeLeftovers, replaceKeyFile } from './file.ts';
import { decodeKeyFile, encodeKeyFile, type FileKey, newFileKey, type Secrets } from './format.ts';

/** PKCS #8 (RFC 8410 §7) in front of the 32 bytes of an Ed25519 seed. */
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface KeyFileOptions {
  /** JSON, mode 0600. Made where it does not exist: then nothing wrapped before can be unwrapped. */
  readonly path: string;
  /** Encrypts the file's secrets; a file without protection becomes protected when first opened with one. */
  readonly passphrase?: Secret;
  /** Looks at a file that is there, whoever may read it, and changes nothing: for a check, also of a backup. */
  readonly readOnly?: boolean;
}

/**
 * Opens or makes the key file. One process at a time may change it (the data folder's lock sees to that).
 * Errors: `key-unavailable` (damaged, open to others, passphrase wrong or missing), `data-newer`, `data-read-only`,
 * `data-full`.
 */
export async function keyFile({ path, passphrase, readOnly = false }: KeyFileOptions): Promise<Keys> {
  const opened = await (readOnly ? lookAtFile : openFile)(path, passphrase ?? null);
  const { fileKey } = opened;
  const signing = signingKey(opened.secrets);
  const imported = new Map<number, Promise<CryptoKey>>();
  let secrets = opened.secrets;
  let changing: Promise<unknown> = Promise.resolve();

  /** Changes run one after another; memory follows only what is on disk. */
  function change(next: (now: Secrets) => Secrets): Promise<Secrets> {
    const changed = changing.then(async () => {
      const wanted = next(secrets);
      if (readOnly) throw new VedetteError('data-read-only', 'The key file was opened only to be read.');
      if (wanted !== secrets) await replaceKeyFile(path, encodeKeyFile(wanted, fileKey));
      secrets = wanted;
      return wanted;
    });
    changing = changed.catch(() => {});
    return changed;
  }

  function find(epoch: number): Promise<CryptoKey> {
    const raw = secrets.epochs[epoch];
    if (raw === undefined)
      throw new VedetteError(hasBeen(secrets, epoch) ? 'key-destroyed' : 'key-unavailable');
    const key = imported.get(epoch) ?? epochKey(Buffer.from(raw, 'base64url'));
    imported.set(epoch, key);
    return key;
  }

  return {
    async wrap(key, context) {
      const number = secrets.currentEpoch;
      return wrapUnder({ number, key: await find(number) }, key, context);
    },
    unwrap: async (wrapped, context) => unwrapUnder(await find(wrapped.epoch), wrapped, context),
    sign: async (bytes) => new Uint8Array(sign(null, bytes, signing)),
    publicKey: async () => rawPublicKey(signing),
    rotate: async () => (await change(withNewEpoch)).currentEpoch,
    async destroyEpoch(epoch) {
      await change((now) => withoutEpoch(now, epoch));
      imported.delete(epoch);
    },
  };
}

interface Opened {
  readonly secrets: Secrets;
  readonly fileKey: FileKey | null;
}

async function lookAtFile(path: string, passphrase: Secret | null): Promise<Opened> {
  const text = await readKeyFile(path, { anybody: true });
  if (text !== null) return decodeKeyFile(text, passphrase);
  throw new VedetteError('key-unavailable', `The key file ${path} is missing. Put it back from your backup.`);
}

async function openFile(path: string, passphrase: Secret | null): Promise<Opened> {
  const text = await readKeyFile(path);
  if (text === null) {
    const secrets = newSecrets();
    const fileKey = passphrase === null ? null : await newFileKey(passphrase);
    // Somebody else may have made it meanwhile: then theirs counts.
    return (await createKeyFile(path, encodeKeyFile(secrets, fileKey)))
      ? { secrets, fileKey }
      : openFile(path, passphrase);
  }
  const { secrets, fileKey } = await decodeKeyFile(text, passphrase);
  await removeLeftovers(path);
  if (fileKey !== null || passphrase === null) return { secrets, fileKey };
  const protecting = await newFileKey(passphrase);
  await replaceKeyFile(path, encodeKeyFile(secrets, protecting));
  return { secrets, fileKey: protecting };
}

function newSecrets(): Secrets {
  return { currentEpoch: 1, epochs: { 1: randomKey() }, signingSeed: randomKey() };
}

function withNewEpoch(secrets: Secrets): Secrets {
  const currentEpoch = secrets.currentEpoch + 1;
  return { ...secrets, currentEpoch, epochs: { ...secrets.epochs, [currentEpoch]: randomKey() } };
}

function withoutEpoch(secrets: Secrets, epoch: number): Secrets {
  if (epoch === secrets.currentEpoch) {
    throw new VedetteError('request-invalid', 'The current key epoch cannot be destroyed. Rotate first.');
  }
  if (!hasBeen(secrets, epoch)) {
    throw new VedetteError('request-invalid', 'There has never been such a key epoch.');
  }
  if (secrets.epochs[epoch] === undefined) return secrets;
  const { [epoch]: _destroyed, ...epochs } = secrets.epochs;
  return { ...secrets, epochs };
}

function hasBeen(secrets: Secrets, epoch: number): boolean {
  return Number.isInteger(epoch) && epoch >= 1 && epoch <= secrets.currentEpoch;
}

function randomKey(): string {
  return randomBytes(32).toString('base64url');
}

function signingKey({ signingSeed }: Secrets): KeyObject {
  const der = Buffer.concat([ed25519Prefix, Buffer.from(signingSeed, 'base64url')]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function rawPublicKey(privateKey: KeyObject): Uint8Array {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Uint8Array.fromBase64(x ?? '', { alphabet: 'base64url' });
}
