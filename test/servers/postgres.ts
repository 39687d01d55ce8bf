// A real PostgreSQL on loopback, for tests: killed, stopped, hung and restarted as they like.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { appendFile, chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** Where Debian puts the programs of PostgreSQL 15. */
export const postgresPrograms = '/usr/lib/postgresql/15/bin';

/** Why tests with it are skipped; false where they are not. */
export const postgresIsMissing: string | false = existsSync(join(postgresPrograms, 'postgres'))
  ? false
  : 'PostgreSQL is not installed: sudo apt-get install postgresql';

export interface PostgresOptions {
  /** Waits for the disk at every commit, as servers that matter do. Without it tests are several times faster. */
  readonly fsync?: boolean;
  /** Talks TLS only, with a certificate for localhost that a certificate authority of its own has signed. */
  readonly tls?: boolean;
  /** More lines of its configuration. */
  readonly configuration?: readonly string[];
}

export interface Postgres extends AsyncDisposable {
  readonly port: number;
  /** The path of the certificate of who signed its own; empty without TLS. */
  readonly authority: string;
  /** Makes an empty database, or a copy of `template`, which nobody may be connected to. Returns its address. */
  createDatabase(template?: string): Promise<{ readonly name: string; readonly url: string }>;
  /** Runs `statements` as its superuser. */
  administer(statements: string, database?: string): Promise<readonly Record<string, unknown>[]>;
  /** Runs again after `stop` or `kill`, or goes on after `hang`, with what it kept. */
  start(): Promise<void>;
  /** It ends every connection with a word and goes. */
  stop(): Promise<void>;
  /** SIGKILL to all of its processes at once: what it committed is kept. */
  kill(): Promise<void>;
  /** SIGSTOP to all of its processes: connections stay open, are taken, and never answered. */
  hang(): void;
}

/** The user it runs as where the tests run as root, which PostgreSQL refuses. */
const account = process.getuid?.() === 0 ? { uid: numberOf('-u'), gid: numberOf('-g') } : {};

/** Starts a server on a free port, in a folder of its own. Its superuser is "vedette", without a password. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vedette-postgres-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  if (account.uid !== undefined && account.gid !== undefined) await chown(folder, account.uid, account.gid);
  const port = await freePort();
  const data = join(folder, 'data');
  run('initdb', ['-D', data, '-U', 'vedette', '-A', 'trust', '-E', 'UTF8', '--no-sync']);
  await appendFile(join(data, 'postgresql.conf'), linesOf(folder, port, options).join('\n'));
  if (options.tls === true) await talkTls(folder, data);
  let child: ChildProcess | null = null;
  let databases = 0;

  async function start(): Promise<void> {
    if (child !== null) return signalAll(child, 'SIGCONT');
    const started = spawn(join(postgresPrograms, 'postgres'), ['-D', data], {
      ...account,
      // A group of its own, so that a signal reaches all of its processes.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      started.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        output = (output + chunk).slice(-10_000);
        if (/ready to accept connections/.test(output)) resolve();
      });
      started.once('error', reject);
      started.once('exit', (code) => reject(new Error(`postgres ended with code ${code}:\n${output}`)));
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    if (signal === 'SIGKILL') signalAll(ending, signal);
    else ending.kill(signal);
    await ended;
  }

  async function administer(statements: string, database = 'postgres') {
    const ssl = options.tls === true ? { ca: readFileSync(join(folder, 'ca.crt')) } : false;
    const client = new pg.Client({ host: 'localhost', port, user: 'vedette', database, ssl });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(statements);
      return rows;
    } finally {
      await client.end();
    }
  }

  opening.defer(() => end('SIGKILL'));
  await start();
  const running = opening.move();
  return {
    port,
    authority: options.tls === true ? join(folder, 'ca.crt') : '',
    async createDatabase(template) {
      databases += 1;
      const name = `test_${databases}`;
      await administer(
        `create database ${name}${template === undefined ? '' : ` template ${template} strategy file_copy`}`,
      );
      return { name, url: `postgres://vedette@localhost:${port}/${name}` };
    },
    administer,
    start,
    // SIGINT is its "fast" shutdown: it does not wait for clients to leave.
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
    hang: () => {
      if (child !== null) signalAll(child, 'SIGSTOP');
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The processes that serve connections have groups of their own, so a group is not enough: the tree is. */
function signalAll(server: ChildProcess, signal: NodeJS.Signals): void {
  const { pid } = server;
  if (pid === undefined) return;
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .map((line) => Number(line.trim()))
    .filter((each) => each > 0);
  // The first process last when they go on, first when they end: it must not start new ones meanwhile.
  for (const each of signal === 'SIGCONT' ? [...children, pid] : [pid, ...children]) {
    try {
      process.kill(each, signal);
    } catch {
      // It ended by itself in this moment.
    }
  }
}

function linesOf(folder: string, port: number, { fsync = false, configuration = [] }: PostgresOptions) {
  return [
    `port = ${port}`,
    `listen_addresses = '127.0.0.1'`,
    `unix_socket_directories = '${folder}'`,
    `fsync = ${fsync ? 'on' : 'off'}`,
    // A server that is killed keeps what it said it has: without fsync only a machine that fails loses it.
    'synchronous_commit = on',
    'shared_buffers = 64MB',
    'max_connections = 120',
    'log_min_messages = log',
    ...configuration,
    '',
  ];
}

async function talkTls(folder: string, data: string): Promise<void> {
  makeCertificate(folder);
  const [certificate, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  if (account.uid !== undefined && account.gid !== undefined) {
    for (const path of [certificate, key]) await chown(path, account.uid, account.gid);
  }
  await chmod(key, 0o600);
  const lines = ['ssl = on', `ssl_cert_file = '${certificate}'`, `ssl_key_file = '${key}'`, ''];
  await appendFile(join(data, 'postgresql.conf'), lines.join('\n'));
  const access = join(data, 'pg_hba.conf');
  const all = await readFile(access, 'utf8');
  await writeFile(access, all.replaceAll(/^host(\s)/gm, 'hostssl$1'));
}

/** A certificate authority, and a certificate for localhost that it signed. */
function makeCertificate(folder: string): void {
  const openssl = (line: string) =>
    execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'ignore' });
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  openssl(`req -x509 ${key} -days 2 -keyout ca.key -out ca.crt -subj /CN=authority`);
  openssl(
    `req ${key} -keyout server.key -out server.csr -subj /CN=localhost -addext subjectAltName=DNS:localhost`,
  );
  openssl(
    'x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out server.crt',
  );
}

function run(program: string, args: readonly string[]): void {
  execFileSync(join(postgresPrograms, program), [...args], { ...account, stdio: 'ignore' });
}

/** Of the account that Debian makes for it; the owner of the programs elsewhere. */
function numberOf(kind: '-u' | '-g'): number {
  try {
    return Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    const { uid, gid } = statSync(tmpdir());
    return kind === '-u' ? uid : gid;
  }
}
