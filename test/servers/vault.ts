// A real Vault on loopback, for tests: sealed, killed and hung as they like, with policies, roles and tokens.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Certificates, makeCertificates } from './certificates.ts';
import { freePort } from './free-port.ts';
import { vaultProgram } from './vault-build.ts';

export { vaultIsMissing } from './vault-build.ts';

export interface VaultServer extends AsyncDisposable {
  /** Such as http://127.0.0.1:8200; with TLS, https://localhost:8200. */
  readonly origin: string;
  /** Of the second node, where there is one. */
  readonly standbyOrigin: string | null;
  readonly rootToken: string;
  readonly certificates: Certificates | null;
  /** As root: the answer's whole body. Fails where Vault refuses. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, headers?: Record<string, string>): Promise<VaultBody>;
  /** A token with these policies, which ends as said, such as `{ ttl: '2s' }`. */
  token(policies: readonly string[], more?: Record<string, unknown>): Promise<string>;
  /** Seals the node that answers at `origin`. */
  seal(): Promise<void>;
  unseal(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Runs again after `kill`, unsealed, with all that it had; or goes on after `hang`. */
  start(): Promise<void>;
  /** SIGSTOP: connections are taken and never answered. */
  hang(): void;
}

interface VaultBody {
  readonly data?: Record<string, unknown>;
  readonly auth?: { readonly client_token: string };
  readonly wrap_info?: { readonly token: string };
  readonly keys_base64?: readonly string[];
  readonly root_token?: string;
  readonly sealed?: boolean;
  readonly ha_enabled?: boolean;
}

/** Starts it with Transit mounted at `transit`, on free ports: two seconds. */
export async function startVault(
  options: { readonly tls?: boolean; readonly standby?: boolean } = {},
): Promise<VaultServer> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-vault-'));
  const certificates = options.tls === true ? makeCertificates(folder) : null;
  const [port, standbyPort] = [await freePort(), options.standby === true ? await freePort() : null];
  const originOf = (each: number) =>
    certificates === null ? `http://127.0.0.1:${each}` : `https://localhost:${each}`;
  const data = join(folder, 'data');
  await mkdir(data);
  const words = [
    ...['-port', String(port)],
    ...(standbyPort === null ? ['-folder', data] : ['-standby-port', String(standbyPort)]),
    ...(certificates === null
      ? []
      : ['-certificate', certificates.certificate, '-key', certificates.key]),
  ];
  const ask = asking(certificates);
  let child: ChildProcess | null = null;
  let rootToken = '';
  let unsealKey = '';

  async function launch(): Promise<void> {
    const started = spawn(vaultProgram, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [started.stdout, started.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          output = (output + chunk).slice(-10_000);
          if (output.includes('ready')) resolve();
        });
      }
      started.once('exit', () => reject(new Error(`Vault ended:\n${output}`)));
      started.once('error', reject);
    });
  }

  async function unseal(): Promise<void> {
    for (const each of [port, standbyPort]) {
      if (each === null) continue;
      await ask(originOf(each), 'POST', 'sys/unseal', { key: unsealKey });
    }
    // Unsealed is not yet active: the node takes the lock and reads its mounts first.
    for (;;) {
      const health = await ask(originOf(port), 'GET', 'sys/health').catch(() => null);
      if (health?.sealed === false) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const origin = originOf(port);
  const call: VaultServer['call'] = (method, path, body, headers = {}) =>
    ask(origin, method, path, body, { 'X-Vault-Token': rootToken, ...headers });

  await launch();
  const made = await ask(origin, 'POST', 'sys/init', { secret_shares: 1, secret_threshold: 1 });
  rootToken = made.root_token ?? '';
  unsealKey = made.keys_base64?.[0] ?? '';
  await unseal();
  await call('POST', 'sys/mounts/transit', { type: 'transit' });

  async function kill(): Promise<void> {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
  }

  return {
    ...{ origin, certificates, call, unseal, kill, rootToken },
    standbyOrigin: standbyPort === null ? null : originOf(standbyPort),
    async token(policies, more = {}) {
      const { auth } = await call('POST', 'auth/token/create', { policies, no_parent: true, ...more });
      return auth?.client_token ?? '';
    },
    seal: async () => void (await call('POST', 'sys/seal')),
    async start() {
      if (child !== null) return void child.kill('SIGCONT');
      await launch();
      await unseal();
    },
    hang: () => void child?.kill('SIGSTOP'),
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Ask = (
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<VaultBody>;

function asking(certificates: Certificates | null): Ask {
  const ca = certificates === null ? undefined : readFileSync(certificates.authority);
  return async (origin, method, path, body, headers = {}) => {
    const url = new URL(`/v1/${path}`, origin);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const how = { method, headers: { 'content-type': 'application/json', ...headers } };
      const sent =
        ca === undefined ? plainRequest(url, how, resolve) : tlsRequest(url, { ...how, ca }, resolve);
      sent.once('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
    const answer = await text(response);
    if ((response.statusCode ?? 0) >= 300) {
      throw new Error(`Vault refuses ${method} ${path} (${response.statusCode}): ${answer}`);
    }
    return answer === '' ? {} : JSON.parse(answer);
  };
}
