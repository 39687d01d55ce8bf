// What Vault's refusals mean to a person. Never with a token, a key or what was to be encrypted.

import { VedetteError } from '../../core/errors.ts';
import type { VaultAnswer, VaultRequest } from './http.ts';

/** By the code of a certificate's error. */
const certificates: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate of Vault has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of Vault is signed by itself. Give it as ca.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Nobody known signed the certificate of Vault. Give who did as ca.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Nobody known signed the certificate of Vault. Give who did as ca.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Nobody known signed the certificate of Vault. Give who did as ca.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of Vault is for another host.',
  EPROTO: 'Vault does not speak TLS at this port.',
};

export function certificateFault(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return certificates[code] ?? null;
}

/** Something answers, in another way than Vault: another server, or a proxy that speaks for itself. */
export function foreign(origin: string, status: number | null): string {
  const said = status === null ? '' : ` (${status})`;
  return `What answers at ${origin} is not Vault${said}. Check host and port in the address, whether it speaks TLS there (vaults://), and a proxy between.`;
}

/** What the parser of Node says of bytes that are no answer of HTTP. */
export function isNoHttp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('HPE_');
}

/** A request that Vault will refuse tomorrow as well. */
export function refusal({ path, method }: VaultRequest, { status, errors }: VaultAnswer): VedetteError {
  if (status === 403) {
    const capability = method === 'GET' ? 'read' : 'update';
    return new VedetteError(
      'key-unavailable',
      `Vault does not allow this on ${path}. Add to the policy: path "${path}" { capabilities = ["${capability}"] }`,
    );
  }
  if (errors.some((each) => each.includes('no handler for route')) || status === 404) {
    return new VedetteError(
      'key-unavailable',
      `Vault has nothing at ${path}. Mount the engine there, or mend the address.`,
    );
  }
  return new VedetteError('key-unavailable', `Vault refuses ${path} (${status}): ${sentenceOf(errors)}`);
}

/** What stands at the door: the way to sign in is wrong, not a permission. */
export function signInRefusal(by: string, path: string, { status, errors }: VaultAnswer): VedetteError {
  return new VedetteError(
    'key-unavailable',
    `Vault does not let this process in by ${by} at ${path} (${status}): ${sentenceOf(errors)} Check the role, and the file that proves it.`,
  );
}

/** Vault's sentences name paths and policies, never secrets; more than a few lines are cut. */
function sentenceOf(errors: readonly string[]): string {
  const text = errors.join(' ').replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  return text === '' ? 'It does not say why.' : `${text}${/[.!?]$/.test(text) ? '' : '.'}`;
}
