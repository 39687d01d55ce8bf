// moto on loopback, for tests: KMS, DynamoDB and more of AWS in memory; killed, hung and started again as they like.
// It checks no signature, no policy and no grant: what AWS refuses by those is tested against answers of its shape.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port.ts';
import { motoPython } from './moto-venv.ts';

export { motoIsMissing } from './moto-venv.ts';

export interface Moto extends AsyncDisposable {
  /** The endpoint of every service, such as http://127.0.0.1:5000. */
  readonly url: string;
  /** Runs again after `kill`, empty; or goes on after `hang`. */
  start(): Promise<void>;
  /** SIGKILL: all that it held is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections are taken and never answered. */
  hang(): void;
  /** Forgets everything, and goes on. */
  reset(): Promise<void>;
}

/** What a client of it needs: moto takes any. */
export const motoCredentials = { accessKeyId: 'testing', secretAccessKey: 'testing' } as const;

/** Starts it on a free port: two to four seconds. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    if (child !== null) return void child.kill('SIGCONT');
    const started = spawn(motoPython, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    await saysThatItRuns(started);
  }

  async function kill(): Promise<void> {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
  }

  await start().catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  return {
    url,
    start,
    kill,
    hang: () => void child?.kill('SIGSTOP'),
    reset: async () => void (await fetch(`${url}/moto-api/reset`, { method: 'POST' })),
    [Symbol.asyncDispose]: kill,
  };
}

/** Its output is read further, so that it never waits for room in the pipe. */
function saysThatItRuns(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-10_000);
      if (output.includes('Running on http')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`moto ended:\n${output}`)));
  });
}
