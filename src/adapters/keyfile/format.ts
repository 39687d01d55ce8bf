// The key file's format: JSON with the secrets in the open (the file's mode guards them) or under a passphrase.

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';

/** scrypt cost: 128 MiB and about 0.3 s a guess (OWASP Password Storage Cheat Sheet; RFC 7914). */
const cost = { N: 2 ** 17, r: 8, p: 1 };

/** Most that a file may ask for, so that a damaged one does not ask for all memory. */
const maxCost = { N: 2 ** 20, r: 16, p: 4 };

const keyBytes = 32;
const format = 'vedette-keys/1';
const associatedData = Buffer.from(format);

const base64 = z.base64url();
const Secrets = z.strictObject({
  /** Number of the epoch that wraps. Those below it that have no key were destroyed. */
  currentEpoch: z.int().min(1),
  /** Epoch → 32 random bytes, base64url. */
  epochs: z.record(z.string().regex(/^[1-9][0-9]*$/), base64.length(43)),
  /** Ed25519 private key (RFC 8032 seed, 32 bytes), base64url. */
  signingSeed: base64.length(43),
});
export type Secrets = z.infer<typeof Secrets>;

const Protection = z.strictObject({
  kdf: z.literal('scrypt'),
  N: z.int().min(2).max(maxCost.N),
  r: z.int().min(1).max(maxCost.r),
  p: z.int().min(1).max(maxCost.p),
  salt: base64,
});
export type Protection = z.infer<typeof Protection>;

const KeyFile = z.discriminatedUnion('protected', [
  z.strictObject({ format: z.literal(format), protected: z.literal(false), secrets: Secrets }),
  z.strictObject({
    format: z.literal(format),
    protected: z.literal(true),
    protection: Protection,
    /** nonce (12) ‖ AES-256-GCM of the secrets as JSON ‖ tag (16), base64url. */
    sealedSecrets: base64,
  }),
]);

/** What derives from a passphrase; kept while the file is open, so that the file can be written again. */
export interface FileKey {
  readonly protection: Protection;
  readonly key: Buffer;
}

/** A key for a file that is to be protected from now on. */
export async function newFileKey(passphrase: Secret): Promise<FileKey> {
  const protection = { kdf: 'scrypt', ...cost, salt: randomBytes(16).toString('base64url') } as const;
  return { protection, key: await derive(passphrase, protection) };
}

/** The text of a key file. */
export function encodeKeyFile(secrets: Secrets, fileKey: FileKey | null): string {
  if (fileKey === null) {
    return `${JSON.stringify({ format, protected: false, secrets }, null, 2)}\n`;
  }
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', fileKey.key, nonce).setAAD(associatedData);
  const sealed = Buffer.concat([
    nonce,
    cipher.update(JSON.stringify(secrets)),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const { protection } = fileKey;
  const sealedSecrets = sealed.toString('base64url');
  return `${JSON.stringify({ format, protected: true, protection, sealedSecrets }, null, 2)}\n`;
}

/** The secrets in `text`. Errors: `key-unavailable` (damaged, passphrase missing or wrong), `data-newer`. */
export async function decodeKeyFile(
  text: string,
  passphrase: Secret | null,
): Promise<{ secrets: Secrets; fileKey: FileKey | null }> {
  refuseNewer(text);
  const file = parse(KeyFile, text);
  if (!file.protected) return { secrets: consistent(file.secrets), fileKey: null };
  if (passphrase === null) {
    throw new VedetteError(
      'key-unavailable',
      'The key file is protected by a passphrase. Set it and start again.',
    );
  }
  const key = await derive(passphrase, file.protection);
  const secrets = parse(Secrets, openSealed(Buffer.from(file.sealedSecrets, 'base64url'), key));
  return { secrets: consistent(secrets), fileKey: { protection: file.protection, key } };
}

function openSealed(sealed: Buffer, key: Buffer): string {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
      .setAAD(associatedData)
      .setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString();
  } catch (cause) {
    throw new VedetteError(
      'key-unavailable',
      'The passphrase of the key file is wrong, or the file is damaged. Check the passphrase, or restore the file from a backup.',
      { cause },
    );
  }
}

const AnyFormat = z.object({ format: z.string().regex(/^vedette-keys\/[1-9][0-9]*$/) });

/** What another version wrote is not damaged, and a backup of it would not help. */
function refuseNewer(text: string): void {
  const found = AnyFormat.safeParse(jsonOf(text)).data?.format;
  if (found === undefined || found === format) return;
  throw new VedetteError(
    'data-newer',
    `The key file was made by a newer Vedette (its format is ${found}; this one knows ${format}). Install that version or newer.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function parse<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Without the cause: what a parser quotes of this file are keys.
    throw damaged();
  }
}

function consistent(secrets: Secrets): Secrets {
  const epochs = Object.keys(secrets.epochs).map(Number);
  if (!epochs.includes(secrets.currentEpoch) || Math.max(...epochs) > secrets.currentEpoch) throw damaged();
  return secrets;
}

function damaged(): VedetteError {
  return new VedetteError('key-unavailable', 'The key file is damaged. Restore it from a backup.');
}

const scryptAsync = promisify<string, Buffer, number, typeof cost & { maxmem: number }, Buffer>(scrypt);

function derive(passphrase: Secret, { N, r, p, salt }: Protection): Promise<Buffer> {
  // OpenSSL wants a little more than the 128·N·r bytes of the algorithm.
  const maxmem = 129 * N * r + 1024 * 1024 * p;
  const text = passphrase.reveal().normalize('NFKC');
  return scryptAsync(text, Buffer.from(salt, 'base64url'), keyBytes, { N, r, p, maxmem });
}
