// The address of a Vault: vaults://host:8200/mount/name?…; without TLS, vault://, only on this machine.

import { readFileSync } from 'node:fs';
import { VedetteError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { parameterFault } from '../../core/server-address.ts';

const parameters = [
  ...(['token-file', 'role-id', 'secret-id-file', 'wrapped', 'role', 'jwt-file'] as const),
  ...(['auth-mount', 'namespace', 'ca'] as const),
];

/** How a process shows who it is. Secrets come from files, read whenever they are needed. */
export type VaultSignIn =
  /** A token that somebody else renders and renews, such as the Vault agent. */
  | { readonly by: 'token'; readonly tokenFile: string }
  | {
      readonly by: 'approle';
      readonly mount: string;
      readonly roleId: string;
      readonly secretIdFile: string;
      /** The file holds a token that is good for taking the secret ID once. */
      readonly isWrapped: boolean;
    }
  | { readonly by: 'kubernetes'; readonly mount: string; readonly role: string; readonly jwtFile: string };

export interface VaultAddress {
  /** Such as https://vault.example.org:8200. */
  readonly origin: string;
  /** Where the Transit engine is mounted, such as `transit` or `team/transit`. */
  readonly mount: string;
  /** Before the names of our keys there: several installations can share an engine. */
  readonly name: string;
  readonly namespace: string | null;
  /** PEM of the authority that signed Vault's certificate; null: those that Node knows. */
  readonly ca: string | null;
  readonly signIn: VaultSignIn;
}

/** Where Kubernetes puts the token of a pod's service account. */
const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Reads an address. Errors: `settings-invalid`. */
export function vaultAddress(address: Secret): VaultAddress {
  const url = URL.parse(address.reveal());
  if (url === null || !['vault:', 'vaults:'].includes(url.protocol) || url.hostname === '') {
    throw wrong('is none. It looks like vaults://vault.example.org:8200/transit/vedette?role=vedette');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong('has a user or a password in it. Vault is signed in to with role-id, role or token-file.');
  }
  const fault = parameterFault(url.searchParams, parameters);
  if (fault !== null) throw wrong(fault);
  const isPlain = url.protocol === 'vault:';
  if (isPlain && !loopback.test(url.hostname)) {
    throw wrong(
      'has no TLS, and keys would go over the network for all to see. Begin it with vaults://, or name an agent on this machine.',
    );
  }
  const ca = url.searchParams.get('ca');
  if (ca !== null && isPlain) throw wrong('has a ca but no TLS. Begin it with vaults://');
  return {
    origin: `${isPlain ? 'http' : 'https'}://${url.hostname}:${url.port === '' ? '8200' : url.port}`,
    ...placeOf(url.pathname),
    namespace: namespaceOf(url.searchParams),
    ca: ca === null ? null : fileAt(ca),
    signIn: signInOf(url.searchParams),
  };
}

function placeOf(pathname: string): { mount: string; name: string } {
  const parts = /^\/((?:[\w-]{1,60}\/){1,5})([a-z0-9_-]{1,40})$/.exec(pathname);
  const [, mount, name] = parts ?? [];
  if (mount === undefined || name === undefined) {
    throw wrong('has no mount and name after the host, such as /transit/vedette.');
  }
  return { mount: mount.slice(0, -1), name };
}

function namespaceOf(search: URLSearchParams): string | null {
  const namespace = search.get('namespace');
  if (namespace === null || /^[\w/-]{1,200}$/.test(namespace)) return namespace;
  throw wrong('has a wrong namespace. It looks like team/security');
}

function signInOf(search: URLSearchParams): VaultSignIn {
  const chosen = (['token-file', 'role-id', 'role'] as const).filter((name) => search.has(name));
  if (chosen.length !== 1) {
    throw wrong(
      'has to say in one way how to sign in: token-file, role-id with secret-id-file (AppRole), or role (Kubernetes).',
    );
  }
  const given = (name: (typeof parameters)[number]) => search.get(name) ?? '';
  const mount = (usual: string) => {
    const name = search.get('auth-mount') ?? usual;
    if (/^[\w/-]{1,100}$/.test(name)) return name;
    throw wrong('has a wrong auth-mount. It looks like approle or kubernetes');
  };
  if (chosen[0] === 'token-file') return { by: 'token', tokenFile: given('token-file') };
  if (chosen[0] === 'role') {
    const jwtFile = search.get('jwt-file') ?? serviceAccountToken;
    return { by: 'kubernetes', mount: mount('kubernetes'), role: given('role'), jwtFile };
  }
  if (!search.has('secret-id-file')) throw wrong('has a role-id but no secret-id-file.');
  const wrapped = search.get('wrapped') ?? 'false';
  if (wrapped !== 'true' && wrapped !== 'false') throw wrong('has a wrong wrapped: true or false.');
  return {
    by: 'approle',
    mount: mount('approle'),
    roleId: given('role-id'),
    secretIdFile: given('secret-id-file'),
    isWrapped: wrapped === 'true',
  };
}

function fileAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw wrong(`names a file as ca that cannot be read: ${path}`, cause);
  }
}

function wrong(sentence: string, cause?: unknown): VedetteError {
  return new VedetteError('settings-invalid', `The address of Vault ${sentence}`, { cause });
}
