// A real Redis on loopback, for tests: killed, hung, restarted and emptied as they like.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const program = '/usr/bin/redis-server';

/** Why tests with it are skipped; false where they are not. */
export const redisIsMissing: string | false = existsSync(program)
  ? false
  : 'Redis is not installed: sudo apt-get install redis-server';

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** Runs again after `stop` or `kill`, empty; or goes on after `hang`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open, are taken, and never answered. */
  hang(): void;
}

/** Starts a server on a free port that keeps nothing on disk. */
export async function startRedis(
  options: { readonly password?: string; readonly arguments?: readonly string[] } = {},
): Promise<RedisServer> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vedette-redis-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const { password } = options;
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    if (child !== null) return void child.kill('SIGCONT');
    const started = spawn(
      program,
      [
        ...[
          '--port',
          String(port),
          '--bind',
          '127.0.0.1',
          '--dir',
          folder,
          '--save',
          '',
          '--appendonly',
          'no',
        ],
        ...(password === undefined ? [] : ['--requirepass', password]),
        ...(options.arguments ?? []),
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    child = started;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      started.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        if (output.includes('Ready to accept connections')) resolve();
      });
      started.once('error', reject);
      started.once('exit', () => reject(new Error(`redis-server ended:\n${output}`)));
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    ending.kill('SIGCONT');
    await ended;
  }

  opening.defer(() => end('SIGKILL'));
  await start();
  const running = opening.move();
  return {
    url: `redis://${password === undefined ? '' : `default:${password}@`}127.0.0.1:${port}`,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    hang: () => void child?.kill('SIGSTOP'),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
