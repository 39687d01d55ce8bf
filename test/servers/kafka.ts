// Apache Kafka on loopback, for tests: killed, stopped, hung, cut off and restarted as they like.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { type Certificates, makeCertificates } from './certificates.ts';
import { kafkaJars } from './kafka-jars.ts';
import {
  type KafkaNode,
  type KafkaUser,
  type KafkaWay,
  kafkaWays,
  writeKafkaSettings,
} from './kafka-settings.ts';
import { freePorts } from './ports.ts';
import { type TcpCut, tcpCut } from './tcp-cut.ts';
import { together } from './together.ts';

export interface KafkaOptions {
  /** One without it; each is broker and controller. */
  readonly brokers?: number;
  /** Talks TLS as well, with certificates of an authority of its own. */
  readonly tls?: boolean;
  /** Who may come over `scram` and `password`; makes the broker ask what each may do. Needs `tls`. */
  readonly users?: readonly KafkaUser[];
  /** With the memory of a broker in operation: for benchmarks. */
  readonly isMeasured?: boolean;
}

export interface KafkaBroker {
  /** Runs again after `stop` or `kill`, or goes on after `hang`. */
  start(): Promise<void>;
  /** SIGTERM: it says goodbye to the others. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP: connections are taken and never answered. */
  hang(): void;
  /** CPU time of the process so far, in ms. */
  cpuMs(): number;
}

export interface Kafka extends AsyncDisposable {
  readonly nodes: readonly KafkaBroker[];
  /** `host:port` of every broker, reached this way: without TLS, through `network`, with TLS, with a name. */
  brokers(way?: KafkaWay): readonly string[];
  /** PEM, with TLS. */
  readonly pem: {
    readonly authority: string;
    readonly clientCertificate: string;
    readonly clientKey: string;
  };
  /** What lies between the brokers and who comes over `cut`. */
  readonly network: { cut(): void; mend(): void };
}

const formatted = 'vedetteTestsKafka00001';
const java = ['-XX:+UseSerialGC', '-cp', join(kafkaJars, '*')];
const quickly = ['-XX:TieredStopAtLevel=1', '-Xms96m', '-Xmx384m'];
const roomy = ['-XX:TieredStopAtLevel=1', '-Xms1g', '-Xmx1g'];

/** Starts it on free ports, in a folder of its own: 3 to 5 seconds. */
export async function startKafka({
  brokers = 1,
  tls = false,
  users = [],
  isMeasured = false,
}: KafkaOptions = {}): Promise<Kafka> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vedette-kafka-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const certificates = tls ? makeCertificates(folder) : null;
  const nodes = await placesOf(folder, brokers);
  const cutting = nodes.map(({ ways: { cut } }) => tcpCut(cut.told, cut.listens));
  const cuts = await together(opening, cutting);
  const running = nodes.map((node) => {
    const settings = writeKafkaSettings(node, nodes, { certificates, users });
    format(settings, users);
    return broker(settings, isMeasured ? roomy : quickly);
  });
  opening.defer(async () => void (await Promise.all(running.map((node) => node.end('SIGKILL')))));
  await Promise.all(running.map((node) => node.launch()));
  await ready(addressesOf(nodes, 'plain'), brokers);
  return handle({ nodes, running, cuts, certificates, all: opening.move() });
}

interface Parts {
  readonly nodes: readonly KafkaNode[];
  readonly running: readonly ReturnType<typeof broker>[];
  readonly cuts: readonly TcpCut[];
  readonly certificates: Certificates | null;
  /** Ends all of it. */
  readonly all: AsyncDisposableStack;
}

function handle({ nodes, running, cuts, certificates, all }: Parts): Kafka {
  const addresses = (way: KafkaWay) => addressesOf(nodes, way);
  const pem = (path: string | undefined) => (path === undefined ? '' : readFileSync(path, 'utf8'));
  return {
    nodes: running.map(({ launch, end, hang, cpuMs }, index) => ({
      async start() {
        await launch();
        await ready(addresses('plain').slice(index, index + 1), nodes.length);
      },
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
      hang,
      cpuMs,
    })),
    brokers: (way = 'plain') => addresses(way),
    pem: {
      authority: pem(certificates?.authority),
      clientCertificate: pem(certificates?.clientCertificate),
      clientKey: pem(certificates?.clientKey),
    },
    network: {
      cut: () => {
        for (const each of cuts) each.cut();
      },
      mend: () => {
        for (const each of cuts) each.mend();
      },
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const addressesOf = (nodes: readonly KafkaNode[], way: KafkaWay) =>
  nodes.map(({ ways }) => `localhost:${ways[way].told}`);

async function placesOf(folder: string, count: number): Promise<readonly KafkaNode[]> {
  const each = kafkaWays.length + 2;
  const ports = await freePorts(count * each);
  return Array.from({ length: count }, (_, index) => {
    const own = ports.slice(index * each, (index + 1) * each);
    const [controllerPort = 0, cutPort = 0, ...listening] = own;
    const ways = Object.fromEntries(
      kafkaWays.map((way, position) => {
        const listens = listening[position] ?? 0;
        return [way, { listens, told: way === 'cut' ? cutPort : listens }];
      }),
    ) as KafkaNode['ways'];
    const place = join(folder, `node-${index + 1}`);
    mkdirSync(place);
    return { id: index + 1, folder: place, controllerPort, ways };
  });
}

/** Writes the empty log, with who may come. */
function format(settings: string, users: readonly KafkaUser[]): void {
  const named = users.flatMap(({ name, password }) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
  const tool = ['kafka.tools.StorageTool', 'format', '-t', formatted, '-c', settings, ...named];
  execFileSync('java', [...quickly, ...java, ...tool], { stdio: ['ignore', 'ignore', 'inherit'] });
}

function broker(settings: string, options: readonly string[]) {
  let child: ChildProcess | null = null;
  return {
    async launch(): Promise<void> {
      if (child !== null) return void child.kill('SIGCONT');
      const started = spawn('java', [...options, ...java, 'kafka.Kafka', settings], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      child = started;
      await once(started, 'spawn');
    },
    async end(signal: NodeJS.Signals): Promise<void> {
      const ending = child;
      child = null;
      if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      ending.kill(signal);
      ending.kill('SIGCONT');
      await ended;
    },
    hang: () => void child?.kill('SIGSTOP'),
    cpuMs(): number {
      // proc(5): user and system time are fields 14 and 15, in ticks of 10 ms.
      const fields = readFileSync(`/proc/${child?.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
  };
}

/** Waits until a broker answers and knows of all `count`. */
async function ready(bootstrapBrokers: readonly string[], count: number): Promise<void> {
  const admin = new Admin({
    clientId: 'vedette-tests',
    bootstrapBrokers: [...bootstrapBrokers],
    retries: 300,
    retryDelay: 100,
  });
  try {
    for (;;) {
      const { brokers } = await admin.metadata({ forceUpdate: true });
      if (brokers.size >= count) return;
    }
  } finally {
    await admin.close();
  }
}
