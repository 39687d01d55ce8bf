// Starts the program itself as a user would, in a process and a data folder of its own, for tests from outside.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paths } from '../../src/http/contract/paths.ts';

/** The program's main file. */
export const program = new URL('../../src/app/main.ts', import.meta.url).pathname;

export const administrator = { email: 'ada@example.org', password: 'correct horse battery' } as const;

export interface Vedette extends AsyncDisposable {
  readonly url: string;
  readonly setupUrl: string | null;
  readonly process: ChildProcess;
  /** Everything it wrote to standard output and standard error. */
  output(): string;
  /** SIGTERM, and waits. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, and waits. */
  kill(): Promise<void>;
}

/**
 * Starts `vedette serve` on a free port of 127.0.0.1, or only these `roles` of it; resolves when it says that it runs. Where
 * its roles have no pages, its `url` is empty.
 */
export async function startVedette(
  dataFolder: string,
  environment: Record<string, string> = {},
  roles?: string,
): Promise<Vedette> {
  const words = roles === undefined ? ['serve'] : ['serve', '--roles', roles];
  const child = spawn(process.execPath, [program, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      VEDETTE_DATA: dataFolder,
      VEDETTE_PORT: '0',
      VEDETTE_LOG_FORMAT: 'json',
      ...environment,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const link = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      // The log before it may name addresses, too.
      const [said = ''] = /Vedette runs.*/s.exec(output) ?? [];
      const found = /https?:\/\/\S+/.exec(said)?.[0];
      if (said.startsWith('Vedette runs here as')) resolve('');
      else if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`vedette serve ended with code ${code}:\n${output}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  };
  return {
    url: link === '' ? '' : new URL(link).origin,
    setupUrl: link.includes('/setup?') ? link : null,
    process: child,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
}

/** Runs another command of the program to its end. */
export async function runVedette(
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** A client that is signed in: JSON in, JSON out, the status beside it. */
export interface Client {
  call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Makes the first administrator with the setup link and stays signed in. */
export async function setUp(
  vedette: Vedette,
  camera: { name: string; source: Record<string, unknown> } | null,
): Promise<Client> {
  const token = new URL(vedette.setupUrl ?? 'about:blank').searchParams.get('token');
  const client = clientOf(vedette.url);
  const answer = await client.call('POST', paths.setup, {
    token,
    name: 'Ada',
    ...administrator,
    organizationName: 'Bakery',
    siteName: 'Shop',
    timeZone: 'Europe/Berlin',
    camera,
  });
  if (answer.status >= 300)
    throw new Error(`Setup answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return client;
}

/** Signs in as the administrator of `setUp`. */
export async function signIn(url: string): Promise<Client> {
  const client = clientOf(url);
  const answer = await client.call('POST', paths.session, administrator);
  if (answer.status >= 300)
    throw new Error(`Sign-in answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return client;
}

/** A client with a cookie jar of its own, signed in to nothing yet. */
export function clientOf(url: string): Client {
  const cookies = new Map<string, string>();
  const fetchWith: Client['fetch'] = async (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    headers.set('origin', url);
    const response = await fetch(new URL(path, url), { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return response;
  };
  return {
    fetch: fetchWith,
    call: async (method, path, body) => {
      const response = await fetchWith(path, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : JSON.parse(text) };
    },
  };
}

/** Asks again, with a pause, until `ask` answers something; fails after `withinMs`. For a program seen from outside. */
export async function eventually<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | null>,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline)
      throw new Error(`It did not come to pass within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A data folder that goes with the test. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'vedette-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
