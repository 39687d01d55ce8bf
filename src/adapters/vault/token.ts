// The token with which Vault is asked: read from a file, or had by signing in, renewed and had again.

import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { VaultSignIn } from './address.ts';
import { signInRefusal } from './failure.ts';
import type { Sender } from './sender.ts';

export interface TokenSource {
  /** Errors: `key-unavailable` (nobody lets us in; the file is missing). */
  token(): Promise<string>;
  /** After a refusal of `token`: whether there is another one by now, so that asking again makes sense. */
  replaced(token: string): Promise<boolean>;
}

interface TokenDeps {
  readonly signIn: VaultSignIn;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** A token is renewed when so much of its life is over, and had anew when renewals no longer give half of it. */
const renewAt = 2 / 3;
const worthRenewing = 1 / 2;
/** Pause after a renewal that failed, until it is tried again. */
const againMs = 5_000;

const grantSchema = z.object({
  client_token: z.string().min(1),
  lease_duration: z.number().nonnegative(),
  renewable: z.boolean(),
});
type Grant = z.infer<typeof grantSchema>;

export function vaultToken(deps: TokenDeps): TokenSource {
  return deps.signIn.by === 'token' ? tokenInFile(deps.signIn.tokenFile) : signedIn(deps);
}

/** Read again whenever the file is another one: an agent replaces it. */
function tokenInFile(path: string): TokenSource {
  let known: { readonly stamp: string; readonly token: string } | null = null;
  async function token(): Promise<string> {
    const { mtimeMs, ino, size } = await stat(path).catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
    const stamp = `${mtimeMs} ${ino} ${size}`;
    if (known?.stamp !== stamp) known = { stamp, token: await secretIn(path) };
    return known.token;
  }
  return {
    token,
    async replaced(before) {
      known = null;
      return (await token()) !== before;
    },
  };
}

function signedIn({ signIn, sender, clock, log, signal }: TokenDeps): TokenSource {
  const credentials = credentialsOf(signIn, sender);
  let current: Grant | null = null;
  let entering: Promise<Grant> | null = null;
  let living = 0;

  /** Signs in once, however many wait for it. */
  function enter(): Promise<Grant> {
    entering ??= signInWith(sender, signIn, credentials)
      .then((grant) => {
        current = grant;
        living += 1;
        void keepAlive(grant, living);
        return grant;
      })
      .finally(() => {
        entering = null;
      });
    return entering;
  }

  /** Keeps `grant` alive, and replaces it before it ends, until another one has taken its place. */
  async function keepAlive(grant: Grant, life: number): Promise<void> {
    if (grant.lease_duration === 0) return;
    const wholeMs = grant.lease_duration * 1_000;
    let leaseMs = wholeMs;
    while (!signal.aborted && life === living) {
      await clock.sleep(leaseMs * renewAt, signal).catch(() => {});
      if (signal.aborted || life !== living) return;
      const renewed = grant.renewable ? await renewedMs(sender, grant).catch(() => null) : 0;
      if (renewed !== null && renewed >= wholeMs * worthRenewing) {
        leaseMs = renewed;
        continue;
      }
      if (renewed !== null && (await enter().catch(noted)) !== null) return;
      leaseMs = againMs / renewAt;
    }
  }

  const noted = (error: unknown): null => {
    log.warn('Vault did not let this process in again; it goes on trying.', { error });
    return null;
  };

  return {
    token: async () => (current ?? (await enter())).client_token,
    async replaced(before) {
      if (current !== null && current.client_token !== before) return true;
      // A token that is still good was refused for what it may not do.
      const look = await sender.send({ method: 'GET', path: 'auth/token/lookup-self', token: before });
      if (look.status !== 403) return false;
      if (current?.client_token === before) current = null;
      return (await (current ?? enter())).client_token !== before;
    },
  };
}

/** Milliseconds that the renewed token lives; 0 where Vault refuses to renew it. */
async function renewedMs(sender: Sender, { client_token: token }: Grant): Promise<number> {
  const answer = await sender.send({ method: 'POST', path: 'auth/token/renew-self', body: {}, token });
  const renewed = grantSchema.safeParse(answer.auth).data;
  return renewed === undefined ? 0 : renewed.lease_duration * 1_000;
}

type Credentials = () => Promise<Readonly<Record<string, string>>>;

async function signInWith(sender: Sender, signIn: VaultSignIn, credentials: Credentials): Promise<Grant> {
  const mount = signIn.by === 'token' ? 'token' : signIn.mount;
  const path = `auth/${mount}/login`;
  const answer = await sender.send({ method: 'POST', path, body: await credentials() });
  const grant = grantSchema.safeParse(answer.auth).data;
  if (grant === undefined) throw signInRefusal(signIn.by, path, answer);
  return grant;
}

function credentialsOf(signIn: VaultSignIn, sender: Sender): Credentials {
  if (signIn.by === 'kubernetes') {
    return async () => ({ role: signIn.role, jwt: await secretIn(signIn.jwtFile) });
  }
  if (signIn.by === 'token') return async () => ({});
  const { roleId, secretIdFile, isWrapped } = signIn;
  let unwrapped: { readonly from: string; readonly secretId: string } | null = null;
  return async () => {
    const inFile = await secretIn(secretIdFile);
    if (!isWrapped) return { role_id: roleId, secret_id: inFile };
    if (unwrapped?.from !== inFile) unwrapped = { from: inFile, secretId: await takeOut(sender, inFile) };
    return { role_id: roleId, secret_id: unwrapped.secretId };
  };
}

/** The secret ID that `wrapping` is good for, once. Errors: `key-unavailable`, where somebody took it before. */
async function takeOut(sender: Sender, wrapping: string): Promise<string> {
  const answer = await sender.send({
    ...{ method: 'POST', path: 'sys/wrapping/unwrap', body: {} },
    token: wrapping,
  });
  const found = z.object({ secret_id: z.string().min(1) }).safeParse(answer.data).data;
  if (found !== undefined) return found.secret_id;
  throw new VedetteError(
    'key-unavailable',
    'The wrapped secret ID is spent or too old. If this process did not take it, somebody else did: revoke it, then make a new one.',
  );
}

async function secretIn(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (text.trim() !== '' && text.length <= 16_384) return text.trim();
  throw unreadable(path, null);
}

function unreadable(path: string, cause: unknown): VedetteError {
  return new VedetteError(
    'key-unavailable',
    `What opens Vault should be in ${path}, but the file is missing, empty or cannot be read.`,
    { cause },
  );
}
