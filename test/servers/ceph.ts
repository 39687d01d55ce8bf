// A real S3 on loopback: Ceph's gateway before one monitor and one store in memory. Killed, hung and restarted as tests like.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import type { Certificates } from './certificates.ts';
import { freePorts } from './ports.ts';

const programs = ['ceph', 'ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin'];
const readyWithinMs = 60_000;

/** Why tests with it are skipped; false where they are not. */
export const cephIsMissing: string | false = programs.every((name) => existsSync(`/usr/bin/${name}`))
  ? false
  : 'Ceph is not installed: sudo apt-get install ceph-mon ceph-osd radosgw ceph-common';

export interface CephUser {
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Ceph extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  /** Who may make buckets, and owns them. */
  readonly owner: CephUser;
  /** The id of a key for `sse=aws:kms`. */
  readonly kmsKey: string;
  client(user?: CephUser): S3Client;
  /** The address of a bucket (and prefix) as a setting, for the owner unless somebody else is named. */
  address(bucket: string, parameters?: Readonly<Record<string, string>>, user?: CephUser): string;
  createUser(name: string): Promise<CephUser>;
  /** What `radosgw-admin` is told. */
  administer(...words: readonly string[]): Promise<void>;
  /** Runs again after `kill`, or goes on after `hang`. */
  start(): Promise<void>;
  /** SIGKILL for the gateway alone: what it acknowledged is with the store behind it. */
  kill(): Promise<void>;
  /** SIGSTOP: connections are taken and never answered. */
  hang(): void;
}

/** Starts it in a folder of its own: about 6 seconds. With certificates it speaks TLS. */
export async function startCeph(options: { readonly tls?: Certificates } = {}): Promise<Ceph> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vedette-ceph-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  for (const name of ['mon', 'osd', 'run']) await mkdir(join(folder, name));
  const [port = 0, ...others] = await freePorts(3);
  const settings = join(folder, 'ceph.conf');
  await writeFile(settings, settingsOf(folder, port, others, options.tls));
  const run = (program: string, ...words: readonly string[]) =>
    promisify(execFile)(program, ['-c', settings, ...words], { cwd: folder });
  await startStore(opening, folder, others, run);
  const gateway = processOf('radosgw', ['-f', '-c', settings, '-n', 'client.admin']);
  opening.defer(() => gateway.end('SIGKILL'));
  const endpoint = `${options.tls === undefined ? 'http://127.0.0.1' : 'https://localhost'}:${port}`;
  const start = async () => {
    if (gateway.resume()) return;
    gateway.launch();
    await answering(port, gateway);
  };
  await start();
  const administer = async (...words: readonly string[]) => void (await run('radosgw-admin', ...words));
  const createUser = async (name: string): Promise<CephUser> => {
    const user = {
      name,
      accessKeyId: `AKIA${name.toUpperCase()}`,
      secretAccessKey: randomBytes(20).toString('base64'),
    };
    await administer(
      ...['user', 'create', `--uid=${name}`, `--display-name=${name}`],
      ...[`--access-key=${user.accessKeyId}`, `--secret-key=${user.secretAccessKey}`],
    );
    return user;
  };
  const owner = await createUser('vedette');
  const running = opening.move();
  return {
    ...{ endpoint, port, owner, kmsKey, createUser, administer, start },
    client: ({ accessKeyId, secretAccessKey } = owner) =>
      new S3Client({
        ...{
          region: 'us-east-1',
          endpoint,
          forcePathStyle: true,
          requestChecksumCalculation: 'WHEN_REQUIRED',
        },
        credentials: { accessKeyId, secretAccessKey },
      }),
    address: (bucket, parameters = {}, user = owner) => {
      const query = new URLSearchParams({ endpoint, ...parameters });
      const password = encodeURIComponent(user.secretAccessKey);
      return `s3://${user.accessKeyId}:${password}@${bucket}?${query}`;
    },
    kill: () => gateway.end('SIGKILL'),
    hang: () => gateway.hang(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const kmsKey = 'vedette-key';

/** One copy of everything, in memory, and no waiting for changes of the map to gather: seconds instead of minutes. */
function settingsOf(
  folder: string,
  port: number,
  [monitorPort = 0, oldPort = 0]: readonly number[],
  tls: Certificates | undefined,
): string {
  const listening =
    tls === undefined
      ? `endpoint=127.0.0.1:${port}`
      : `ssl_endpoint=127.0.0.1:${port} ssl_certificate=${tls.certificate} ssl_private_key=${tls.key}`;
  return `[global]
fsid = ${randomUUID()}
mon_host = [v2:127.0.0.1:${monitorPort},v1:127.0.0.1:${oldPort}]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
run_dir = ${folder}/run
admin_socket = ${folder}/run/$name.$pid.asok
log_file = ${folder}/$name.log
crash_dir = ${folder}/run
keyring = ${folder}/keyring
mon_data = ${folder}/mon
mon_data_avail_crit = 1
mon_data_avail_warn = 2
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
paxos_propose_interval = 0.02
paxos_min_wait = 0.005
osd_data = ${folder}/osd
osd_objectstore = memstore
memstore_device_bytes = 4294967296
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
rgw_data = ${folder}
rgw_frontends = beast ${listening}
rgw_crypt_require_ssl = false
rgw_crypt_s3_kms_backend = testing
rgw_crypt_s3_kms_encryption_keys = ${kmsKey}=${randomBytes(32).toString('base64')}
rgw_user_quota_bucket_sync_interval = 0
rgw_bucket_quota_ttl = 0
`;
}

/** The monitor and the store behind the gateway. */
async function startStore(
  opening: AsyncDisposableStack,
  folder: string,
  [monitorPort, oldPort]: readonly number[],
  run: (program: string, ...words: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const settings = join(folder, 'ceph.conf');
  const keyring = join(folder, 'keyring');
  const everything = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *'];
  const tool = (...words: readonly string[]) => promisify(execFile)('ceph-authtool', [keyring, ...words]);
  await tool('--create-keyring', '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *');
  await tool('--gen-key', '-n', 'client.admin', ...everything);
  await tool('--gen-key', '-n', 'osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *');
  const map = join(folder, 'monmap');
  const where = `[v2:127.0.0.1:${monitorPort},v1:127.0.0.1:${oldPort}]`;
  await run('monmaptool', '--create', '--addv', 'a', where, map);
  await run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring);
  const monitor = processOf('ceph-mon', ['-f', '-c', settings, '-i', 'a']);
  opening.defer(() => monitor.end('SIGKILL'));
  monitor.launch();
  const id = randomUUID();
  await run('ceph', '--connect-timeout', '30', 'osd', 'new', id);
  await run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', id);
  const store = processOf('ceph-osd', ['-f', '-c', settings, '-i', '0']);
  opening.defer(() => store.end('SIGKILL'));
  store.launch();
}

function processOf(program: string, words: readonly string[]) {
  let child: ChildProcess | null = null;
  return {
    launch(): void {
      child = spawn(program, words, { stdio: 'ignore' });
    },
    isRunning: () => child !== null && child.exitCode === null && child.signalCode === null,
    /** False where it does not run. */
    resume: () => child?.kill('SIGCONT') === true,
    hang: () => void child?.kill('SIGSTOP'),
    async end(signal: NodeJS.Signals): Promise<void> {
      const ending = child;
      child = null;
      if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      ending.kill(signal);
      ending.kill('SIGCONT');
      await ended;
    },
  };
}

/** Waits until the gateway takes connections, which it does when it has opened the store. */
async function answering(port: number, gateway: { isRunning(): boolean }): Promise<void> {
  for (const patience = AbortSignal.timeout(readyWithinMs); ; await setTimeout(50)) {
    if (patience.aborted || !gateway.isRunning()) throw new Error('The gateway of Ceph did not start.');
    const socket = connect(port, '127.0.0.1');
    const answered = await Promise.race([
      once(socket, 'connect'),
      once(socket, 'close').then(() => null),
    ]).catch(() => null);
    socket.destroy();
    if (answered !== null) return;
  }
}
