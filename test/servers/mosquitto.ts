// A real MQTT broker (Mosquitto) on loopback, for tests: killed, stopped and restarted as they like.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const program = '/usr/sbin/mosquitto';

/** Why tests with it are skipped; false where they are not. */
export const mosquittoIsMissing: string | false = existsSync(program)
  ? false
  : 'mosquitto is not installed: sudo apt-get install mosquitto';

export interface MosquittoOptions {
  /** Who may come; everybody without it. */
  readonly users?: Readonly<Record<string, string>>;
  /** Talks TLS, with a certificate for localhost that a certificate authority of its own has signed. */
  readonly tls?: boolean;
  /** Its access list, for everybody. */
  readonly allowed?: readonly string[];
  /** More lines of its configuration. */
  readonly configuration?: readonly string[];
}

export interface Mosquitto extends AsyncDisposable {
  readonly port: number;
  /** PEM of who signed its certificate; empty without TLS. */
  readonly authority: string;
  /** Runs again after `stop` or `kill`, or goes on after `hang`, with what it kept. */
  start(): Promise<void>;
  /** It says goodbye and keeps what is to be kept. */
  stop(): Promise<void>;
  /** SIGKILL: what it wrote before is kept. */
  kill(): Promise<void>;
  /** What it kept is gone; call it while it does not run. */
  forget(): Promise<void>;
  /** SIGSTOP: connections are taken and never answered. */
  hang(): void;
}

/** Starts a broker on a free port, in a folder of its own. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vedette-mosquitto-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  const configuration = join(folder, 'mosquitto.conf');
  await writeFile(configuration, (await linesOf(folder, port, options)).join('\n'));
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    if (child !== null) return void child.kill('SIGCONT');
    const started = spawn(program, ['-c', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      started.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        if (/ running/.test(output)) resolve();
      });
      started.once('error', reject);
      started.once('exit', (code) => reject(new Error(`mosquitto ended with code ${code}:\n${output}`)));
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    await ended;
  }

  opening.defer(() => end('SIGKILL'));
  await start();
  const running = opening.move();
  return {
    port,
    authority: options.tls === true ? await readFile(join(folder, 'ca.crt'), 'utf8') : '',
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    forget: () => rm(join(folder, 'mosquitto.db'), { force: true }),
    hang: () => void child?.kill('SIGSTOP'),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function linesOf(folder: string, port: number, options: MosquittoOptions): Promise<string[]> {
  const { users, allowed, tls = false, configuration = [] } = options;
  const lines = [
    `listener ${port} 127.0.0.1`,
    'log_dest stderr',
    'persistence true',
    `persistence_location ${folder}/`,
    // After every change, so that a kill loses nothing that was kept.
    'autosave_on_changes true',
    'autosave_interval 1',
    'max_queued_messages 100000',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
  if (users === undefined) lines.push('allow_anonymous true');
  else lines.push('allow_anonymous false', `password_file ${await passwordsOf(folder, users)}`);
  if (allowed !== undefined) {
    await writeFile(join(folder, 'access'), [...allowed, ''].join('\n'), { mode: 0o600 });
    lines.push(`acl_file ${join(folder, 'access')}`);
  }
  if (tls) {
    makeCertificate(folder);
    lines.push(`certfile ${join(folder, 'server.crt')}`, `keyfile ${join(folder, 'server.key')}`);
  }
  return [...lines, ...configuration, ''];
}

async function passwordsOf(folder: string, users: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, 'passwords');
  await writeFile(path, '', { mode: 0o600 });
  for (const [name, password] of Object.entries(users)) {
    execFileSync('mosquitto_passwd', ['-b', path, name, password], { stdio: 'ignore' });
  }
  return path;
}

/** A certificate authority, and a certificate for localhost that it signed. */
function makeCertificate(folder: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const days = ['-days', '2'];
  openssl(
    'req',
    '-x509',
    ...key,
    ...days,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=Test authority',
  );
  openssl(
    'req',
    ...key,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    ...days,
    '-copy_extensions',
    'copy',
    '-out',
    'server.crt',
  );
}
