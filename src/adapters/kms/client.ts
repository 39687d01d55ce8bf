// The few operations of AWS KMS that keys need. Its SDK is optional, and loaded when needed.

import type { KMSClient } from '@aws-sdk/client-kms';
import { VedetteError } from '../../core/errors.ts';
import type { KmsAddress } from './address.ts';
import { deleted } from './discard.ts';
import { kmsFailure, nameOf } from './failure.ts';

export interface KmsPatience {
  readonly attempts: number;
  readonly requestMs: number;
}

/** With the pauses of the SDK between them, an outage is told after a minute at most. */
const defaultPatience: KmsPatience = { attempts: 3, requestMs: 10_000 };
const connectMs = 2_000;
/** The shortest that KMS takes. The key is of no use to anybody from the first minute. */
export const deletionDays = 7;
/** The longest message that KMS signs with Ed25519. */
export const maxSignedBytes = 4_096;

export interface KmsKey {
  /** Its key ID. */
  readonly id: string;
  readonly arn: string;
  /** Such as `Enabled`, `Disabled`, `PendingDeletion`. */
  readonly state: string;
  readonly spec: string;
}

export type KeyKind = 'wrapping' | 'signing';
type Context = Readonly<Record<string, string>>;

/** `key` is a key ID or an alias. Errors: `key-unavailable`, where nothing else is said. */
export interface Kms {
  /** null where there is none. */
  find(key: string): Promise<KmsKey | null>;
  /** False where there is such an alias: another's, or the key's own since a call whose answer was lost. */
  name(alias: string, id: string): Promise<boolean>;
  /** The aliases that begin with `prefix`. */
  aliases(prefix: string): Promise<readonly string[]>;
  /** A key that could not be made ready is to be deleted, or named in the sentence of the error. */
  make(kind: KeyKind, tag: string): Promise<string>;
  encrypt(key: string, plaintext: Uint8Array, context: Context): Promise<Uint8Array>;
  /** Errors: those of KMS, as they are. */
  decrypt(key: string, ciphertext: Uint8Array, context: Context): Promise<Uint8Array>;
  sign(key: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** SubjectPublicKeyInfo, DER. */
  publicKey(key: string): Promise<Uint8Array>;
  scheduleDeletion(id: string): Promise<void>;
  /** Whether KMS turns the key's material by itself. */
  turnsByItself(id: string): Promise<boolean>;
  close(): void;
}

/** Errors: `settings-invalid`, where the SDK is not installed. */
export async function openKms(
  address: KmsAddress,
  { attempts, requestMs }: KmsPatience = defaultPatience,
): Promise<Kms> {
  const sdk = await import('@aws-sdk/client-kms').catch((cause: unknown) => {
    throw new VedetteError(
      'settings-invalid',
      'Keys in AWS KMS need a package that is not installed: npm install @aws-sdk/client-kms',
      { cause },
    );
  });
  const client: KMSClient = new sdk.KMSClient({
    ...(address.region === null ? {} : { region: address.region }),
    ...(address.endpoint === null ? {} : { endpoint: address.endpoint }),
    maxAttempts: attempts,
    requestHandler: {
      ...{ connectionTimeout: connectMs, requestTimeout: requestMs, throwOnRequestTimeout: true },
    },
  });
  /** `work`, its errors in words. */
  const told = async <T>(operation: string, key: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw kmsFailure(error, `kms:${operation}`, key);
    }
  };

  const kms: Kms = {
    async find(key) {
      try {
        const { KeyMetadata: found } = await client.send(new sdk.DescribeKeyCommand({ KeyId: key }));
        const { KeyId: id = '', Arn: arn = '', KeyState: state = '', KeySpec: spec = '' } = found ?? {};
        return { id, arn, state, spec };
      } catch (error) {
        if (nameOf(error) === 'NotFoundException') return null;
        throw kmsFailure(error, 'kms:DescribeKey', key);
      }
    },
    async name(alias, id) {
      try {
        await client.send(new sdk.CreateAliasCommand({ AliasName: alias, TargetKeyId: id }));
        return true;
      } catch (error) {
        if (nameOf(error) !== 'AlreadyExistsException') throw kmsFailure(error, 'kms:CreateAlias', alias);
        return false;
      }
    },
    aliases: (prefix) => told('ListAliases', prefix, listed(sdk.paginateListAliases({ client }, {}), prefix)),
    async make(kind, tag) {
      const id = await told('CreateKey', tag, create({ sdk, client, address, told }, kind, tag));
      try {
        await makeReady({ sdk, client, address, told }, kind, id);
        return id;
      } catch (error) {
        throw await deleted(kms, id, error);
      }
    },
    async encrypt(key, plaintext, context) {
      const command = new sdk.EncryptCommand({
        KeyId: key,
        Plaintext: plaintext,
        EncryptionContext: { ...context },
      });
      return (await client.send(command)).CiphertextBlob ?? new Uint8Array();
    },
    async decrypt(key, ciphertext, context) {
      const command = new sdk.DecryptCommand({
        KeyId: key,
        CiphertextBlob: ciphertext,
        EncryptionContext: { ...context },
      });
      return (await client.send(command)).Plaintext ?? new Uint8Array();
    },
    async sign(key, bytes) {
      const command = new sdk.SignCommand({
        KeyId: key,
        Message: bytes,
        MessageType: 'RAW',
        SigningAlgorithm: 'ED25519_SHA_512',
      });
      return (await told('Sign', key, client.send(command))).Signature ?? new Uint8Array();
    },
    async publicKey(key) {
      const answer = client.send(new sdk.GetPublicKeyCommand({ KeyId: key }));
      return (await told('GetPublicKey', key, answer)).PublicKey ?? new Uint8Array();
    },
    async scheduleDeletion(id) {
      const how = { KeyId: id, PendingWindowInDays: deletionDays };
      await told('ScheduleKeyDeletion', id, client.send(new sdk.ScheduleKeyDeletionCommand(how)));
    },
    async turnsByItself(id) {
      const answer = client.send(new sdk.GetKeyRotationStatusCommand({ KeyId: id }));
      return (await told('GetKeyRotationStatus', id, answer)).KeyRotationEnabled === true;
    },
    close: () => client.destroy(),
  };
  return kms;
}

interface Making {
  readonly sdk: typeof import('@aws-sdk/client-kms');
  readonly client: KMSClient;
  readonly address: KmsAddress;
  readonly told: <T>(operation: string, key: string, work: Promise<T>) => Promise<T>;
}

async function create({ sdk, client, address }: Making, kind: KeyKind, tag: string): Promise<string> {
  const { KeyMetadata: made } = await client.send(
    new sdk.CreateKeyCommand({
      ...(kind === 'signing'
        ? { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' }
        : { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' }),
      Description: `Vedette: ${kind === 'signing' ? 'signs the ledger' : 'wraps the keys of footage'}`,
      MultiRegion: address.isMultiRegion,
      Tags: [{ TagKey: 'vedette', TagValue: tag }],
    }),
  );
  return made?.KeyId ?? '';
}

/** Its grants; and KMS turns the material of a key that wraps once a year by itself. */
async function makeReady({ sdk, client, address, told }: Making, kind: KeyKind, id: string): Promise<void> {
  if (kind === 'wrapping') {
    await told('EnableKeyRotation', id, client.send(new sdk.EnableKeyRotationCommand({ KeyId: id })));
  }
  for (const grantee of address.grantees) {
    const operations =
      kind === 'signing' ? (['Sign', 'GetPublicKey'] as const) : (['Encrypt', 'Decrypt'] as const);
    const grant = {
      KeyId: id,
      GranteePrincipal: grantee,
      Operations: [...operations, 'DescribeKey' as const],
    };
    await told('CreateGrant', id, client.send(new sdk.CreateGrantCommand(grant)));
  }
}

async function listed(
  pages: AsyncIterable<{
    readonly Aliases?: readonly { readonly AliasName?: string | undefined }[] | undefined;
  }>,
  prefix: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { Aliases: aliases = [] } of pages) {
    for (const { AliasName: alias = '' } of aliases) if (alias.startsWith(prefix)) found.push(alias);
  }
  return found;
}
