// The few things of the Transit engine that keys need, under the names that our keys have there.

import { z } from 'zod';
import { understood } from '../../core/foreign-answer.ts';
import { refusal } from './failure.ts';
import type { VaultAnswer, VaultRequest } from './http.ts';
import type { VaultClient } from './client.ts';

/** Every key of ours is used in its first version; a second one makes the first expendable. */
export const usedVersion = 1;

const keySchema = z.object({
  type: z.string(),
  latest_version: z.number().int().positive(),
  min_available_version: z.number().int().nonnegative(),
  keys: z.record(z.string(), z.union([z.number(), z.object({ public_key: z.string().optional() })])),
});
export type TransitKey = z.infer<typeof keySchema>;

export interface NewTransitKey {
  readonly type: 'aes256-gcm96' | 'ed25519';
  readonly derived?: boolean;
}

/** Text that an operation gave, such as `vault:v1:…`, or why it gave none. */
export type TransitText =
  | { readonly text: string; readonly answer: null }
  | { readonly text: null; readonly answer: VaultAnswer };

export interface Transit {
  readonly mount: string;
  /** null where there is none. Errors: `key-unavailable`, as of all of them. */
  key(name: string): Promise<TransitKey | null>;
  /** Makes it where there is none. */
  make(name: string, how: NewTransitKey): Promise<TransitKey>;
  rotate(name: string): Promise<TransitKey>;
  /** Forbids versions before `version`, then takes them out of what Vault stores. */
  trim(name: string, version: number): Promise<void>;
  encrypt(name: string, plaintext: Uint8Array, context: string): Promise<TransitText>;
  decrypt(name: string, ciphertext: string, context: string): Promise<TransitText>;
  sign(name: string, bytes: Uint8Array): Promise<TransitText>;
}

export function transitOf(client: VaultClient, mount: string): Transit {
  async function must(request: Omit<VaultRequest, 'token'>): Promise<unknown> {
    const answer = await client.ask(request);
    if (answer.status >= 300) throw refusal(request, answer);
    return answer.data;
  }
  const change = async (path: string, body: unknown): Promise<TransitKey> => {
    const request = { method: 'POST', path: `${mount}/keys/${path}`, body } as const;
    return understood(keySchema, await must(request), tooOld);
  };
  const textOf = async (path: string, field: string, body: unknown): Promise<TransitText> => {
    const answer = await client.ask({ method: 'POST', path: `${mount}/${path}`, body });
    const text = z.record(z.string(), z.unknown()).safeParse(answer.data).data?.[field];
    return answer.status < 300 && typeof text === 'string' ? { text, answer: null } : { text: null, answer };
  };
  return {
    mount,
    async key(name) {
      const request = { method: 'GET', path: `${mount}/keys/${name}` } as const;
      const answer = await client.ask(request);
      if (answer.status === 404 && answer.errors.length === 0) return null;
      if (answer.status >= 300) throw refusal(request, answer);
      return understood(keySchema, answer.data, noKey(request.path));
    },
    make: (name, how) => change(name, how),
    rotate: (name) => change(`${name}/rotate`, {}),
    async trim(name, version) {
      await change(`${name}/config`, { min_decryption_version: version, min_encryption_version: version });
      await change(`${name}/trim`, { min_available_version: version });
    },
    encrypt: (name, plaintext, context) =>
      textOf(`encrypt/${name}`, 'ciphertext', {
        plaintext: plaintext.toBase64(),
        context: base64(context),
        key_version: usedVersion,
      }),
    decrypt: (name, ciphertext, context) =>
      textOf(`decrypt/${name}`, 'plaintext', { ciphertext, context: base64(context) }),
    sign: (name, bytes) =>
      textOf(`sign/${name}`, 'signature', { input: bytes.toBase64(), key_version: usedVersion }),
  };
}

const tooOld = {
  code: 'key-unavailable',
  sentence:
    'This Vault is too old for Vedette: it does not say what came of a change. Use Vault 1.14 or newer, or OpenBao.',
} as const;

const noKey = (path: string) =>
  ({
    code: 'key-unavailable',
    sentence: `What Vault has at ${path} is no key of a Transit engine. Check the mount in its address.`,
  }) as const;

const base64 = (text: string) => new TextEncoder().encode(text).toBase64();
