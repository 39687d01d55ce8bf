// Vault's engines on loopback, for tests: sealed, killed and hung as they like, with policies, roles and tokens.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
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
  call(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<VaultBody>;
  /** A token with these policies, which ends as said, such as `{ ttl: '2s' }`. */
  token(policies: readonly string[], more?: Record<string, unknown>): Promise<string>;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Runs again after `kill`, with the keys that it had and no token; or goes on after `hang`. */
  start(): Promise<void>;
  /** SIGSTOP: connections are taken and never answered. */
  hang(): void;
}

interface VaultBody {
  readonly data?: Record<string, unknown>;
  readonly auth?: { readonly client_token: string };
  readonly wrap_info?: { readonly token: string };
}

/** What may sign in as the role `vedette` of Kubernetes. */
export const serviceAccountJwt = 'the-token-of-a-service-account';

/** Starts it with Transit and AppRole mounted, on free ports: a second. */
export async function startVault(
  options: { readonly tls?: boolean; readonly standby?: boolean } = {},
): Promise<VaultServer> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vedette-vault-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const certificates = options.tls === true ? makeCertificates(folder) : null;
  const [port, standbyPort] = [await freePort(), options.standby === true ? await freePort() : null];
  const origin = certificates === null ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  const rootToken = randomUUID();
  const words = [
    ...['-address', `127.0.0.1:${port}`, '-folder', folder, '-root', rootToken, '-jwt', serviceAccountJwt],
    ...(standbyPort === null ? [] : ['-standby', `127.0.0.1:${standbyPort}`]),
    ...(certificates === null ? [] : ['-certificate', certificates.certificate, '-key', certificates.key]),
  ];
  const ask = asking(certificates);
  let child: ChildProcess | null = null;

  async function launch(): Promise<void> {
    const started = spawn(vaultProgram, words, { stdio: ['ignore', 'ignore', 'inherit'] });
    child = started;
    const ended = once(started, 'exit').then(() => {
      throw new Error('Vault ended at once.');
    });
    const answering = async () => {
      while ((await ask(origin, 'GET', 'sys/health').catch(() => null)) === null) {
        if (started.exitCode !== null || started.signalCode !== null) return;
        await pause(50);
      }
    };
    await Promise.race([answering(), ended]);
    ended.catch(() => {});
  }

  async function kill(): Promise<void> {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
  }

  const call: VaultServer['call'] = (method, path, body, headers = {}) =>
    ask(origin, method, path, body, { 'X-Vault-Token': rootToken, ...headers });
  opening.defer(kill);
  await launch();
  const running = opening.move();
  return {
    ...{ origin, certificates, call, kill, rootToken },
    standbyOrigin: standbyPort === null ? null : `http://127.0.0.1:${standbyPort}`,
    async token(policies, more = {}) {
      const { auth } = await call('POST', 'auth/token/create', { policies, ...more });
      return auth?.client_token ?? '';
    },
    seal: async () => void (await call('POST', 'sys/seal')),
    unseal: async () => void (await call('POST', 'sys/unseal')),
    async start() {
      if (child !== null) return void child.kill('SIGCONT');
      await launch();
    },
    hang: () => void child?.kill('SIGSTOP'),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
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
