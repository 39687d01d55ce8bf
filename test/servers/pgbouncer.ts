// A real PgBouncer on loopback, in front of a PostgreSQL of the tests.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const program = '/usr/sbin/pgbouncer';

/** Why tests with it are skipped; false where they are not. */
export const pgbouncerIsMissing: string | false = existsSync(program)
  ? false
  : 'PgBouncer is not installed: sudo apt-get install pgbouncer';

export interface PgBouncer extends AsyncDisposable {
  /** The same address, through it. */
  through(url: string): string;
}

export interface PgBouncerOptions {
  /** Of the server behind it. */
  readonly port: number;
  readonly mode: 'transaction' | 'session';
  /** Connections to the server. */
  readonly size?: number;
}

/** Starts it on a free port; everybody is the superuser of the tests. */
export async function startPgBouncer({ port, mode, size = 20 }: PgBouncerOptions): Promise<PgBouncer> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vedette-pgbouncer-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const own = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  const lines = [
    ...['[databases]', `* = host=127.0.0.1 port=${port} user=vedette`, '[pgbouncer]'],
    ...['listen_addr = 127.0.0.1', `listen_port = ${own}`, 'unix_socket_dir =', 'auth_type = any'],
    ...[`pool_mode = ${mode}`, `default_pool_size = ${size}`, ''],
  ];
  await writeFile(settings, lines.join('\n'));
  // It refuses to run as root, and reads its settings as who it becomes.
  await chmod(folder, 0o755);
  const asOther = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(program, [...asOther, settings], { stdio: ['ignore', 'ignore', 'pipe'] });
  opening.defer(() => ended(child));
  await saysThatItRuns(child);
  const running = opening.move();
  return {
    through: (url) => url.replace(`:${port}/`, `:${own}/`),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function saysThatItRuns(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-10_000);
      if (output.includes('process up')) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`pgbouncer ended with code ${code}:\n${output}`)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
