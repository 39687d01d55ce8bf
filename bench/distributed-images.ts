// A thousand images a second at four doors, over real servers: how fast they are accepted, and whether each is stored once.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { readdirSync } from 'node:fs';
import { z } from 'zod';
import { paths } from '../src/http/contract/paths.ts';
import { type Cluster, startCluster } from '../test/servers/cluster.ts';
import { eventually, setUp, type Vedette } from '../test/servers/vedette.ts';
import { cpuMsOf } from './processes.ts';
import { type Pushed, type PushLoad, pushLoad } from './push-load.ts';
import { pushed } from './push-pictures.ts';
import { atLeast, atMost, counted, exactly, type Row } from './row.ts';

const doors = 4;
const takers = 2;
const lookers = 2;
/** BENCH_IMAGES_SECONDS=10 looks quickly. */
const seconds = Number(process.env.BENCH_IMAGES_SECONDS ?? 30);
const rate = {
  perSecond: Number(process.env.BENCH_IMAGES_RATE ?? 1_000),
  rampSeconds: (seconds * 2) / 3,
  seconds,
};
const limitMs = 50;
/** One key pushes 10 000 images in 10 s at most: a thousand a second come from several integrators. */
const integrators = 4;
const connectionsADoor = Number(process.env.BENCH_IMAGES_CONNECTIONS ?? 16);
/** What was accepted is stored in this time, in ms. */
const drainMs = 900_000;
/** As a container without a setting of its own. */
const environment = { UV_THREADPOOL_SIZE: '16', VEDETTE_LOG_LEVEL: 'warn' };

const Site = z.array(z.object({ id: z.string() }));
const Key = z.object({ key: z.string() });
const Counts = z.object({ stored: z.coerce.number(), looked: z.coerce.number() });

export async function imageRows(): Promise<Row[]> {
  await using cluster = await startCluster({ isMeasured: true });
  say('bare doors');
  const bare = await bareDoors(cluster);
  say('doors of the program start');
  await using house = await openHouse(cluster);
  say('images are pushed');
  const ours = await measured(
    house.doors.map(({ process: { pid } }) => pid),
    (onRamped) => pushLoad({ ...rate, ...house.load }, onRamped),
  );
  say(JSON.stringify({ ours: brief(ours), bare: brief(bare) }));
  const backlog = ours.pushed.accepted - (await countsOf(cluster, house.database)).stored;
  const drained = await drain(cluster, house.database, ours.pushed.ids);
  process.stderr.write(
    `  ${JSON.stringify({ ours: brief(ours), bare: brief(bare), backlog, ...drained })}\n`,
  );
  return [...acceptRows(ours, bare), ...drainRows(backlog, drained)];
}

function say(progress: string): void {
  process.stderr.write(`  ${progress}\n`);
}

interface Measured {
  readonly pushed: Pushed;
  /** CPU of the doors for an image, in ms, after the ramp. */
  readonly cpuMs: number;
}

function brief({ pushed: { ids: _, ...rest }, cpuMs }: Measured) {
  return { ...rest, doorCpuMs: cpuMs };
}

function acceptRows(ours: Measured, bare: Measured): Row[] {
  const name = 'Node http + Kafka';
  const perSecond = ({ pushed: { acceptedInTime } }: Measured) => acceptedInTime / rate.seconds;
  const refused = Object.values(ours.pushed.refused).reduce((sum, count) => sum + count, 0);
  const took = (rank: 'p50' | 'p95' | 'p99') =>
    [
      ours.pushed.tookMs[rank],
      'ms from when it was due to 202',
      limitMs,
      { name, value: bare.pushed.tookMs[rank] },
    ] as const;
  // Chance decides how many are due in the span: one in a hundred less is the same rate.
  const most = rate.perSecond * 0.99;
  return [
    atLeast(
      'distributed/images accepted',
      perSecond(ours),
      `a second, ${pushed.bytes / 1000} kB each`,
      most,
      {
        name,
        value: perSecond(bare),
      },
    ),
    { ...atMost('distributed/accept p50', ...took('p50')), target: 'none', met: true },
    atMost('distributed/accept p95', ...took('p95')),
    { ...atMost('distributed/accept p99', ...took('p99')), target: 'none', met: true },
    exactly('distributed/images refused', refused, 'answers other than 202', 0),
    counted('distributed/accept cpu', ours.cpuMs, 'ms CPU of the doors an image', {
      name,
      value: bare.cpuMs,
    }),
  ];
}

function drainRows(backlog: number, { lost, unasked, perSecond, looksPerSecond }: Drained): Row[] {
  return [
    counted('distributed/backlog', backlog, 'images wait when the last was sent'),
    counted('distributed/drain', perSecond, 'images stored a second afterwards'),
    counted('distributed/looks', looksPerSecond, 'images looked at a second meanwhile'),
    exactly('distributed/images lost', lost, 'accepted and not stored', 0),
    exactly('distributed/images doubled', unasked, 'stored beyond what was accepted', 0),
  ];
}

/** The same load at as many processes of Node that do nothing but write to Kafka. */
async function bareDoors({ kafka }: Cluster): Promise<Measured> {
  const program = new URL('bare-door.ts', import.meta.url).pathname;
  const children: ChildProcess[] = [];
  try {
    const ports: number[] = [];
    for (let count = 0; count < doors; count += 1) {
      const child = fork(program, [kafka.brokers().join(','), 'bare'], {
        env: { ...process.env, ...environment },
        // What the benchmark prints is its rows, and nothing else.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      children.push(child);
      ports.push(Number((await once(child, 'message'))[0]));
    }
    const load = { ports, connectionsADoor, path: '/', keys: ['none'] };
    return await measured(
      children.map(({ pid }) => pid),
      (onRamped) => pushLoad({ ...rate, ...load }, onRamped),
    );
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

async function measured(
  pids: readonly (number | undefined)[],
  load: (onRamped: () => void) => Promise<Pushed>,
): Promise<Measured> {
  const cpu = () => pids.reduce<number>((sum, pid) => sum + (cpuMsOf(pid) ?? 0), 0);
  let before = cpu();
  const said = await load(() => {
    before = cpu();
  });
  return { pushed: said, cpuMs: (cpu() - before) / said.due };
}

interface LoadedHouse extends AsyncDisposable {
  readonly doors: readonly Vedette[];
  readonly load: Pick<PushLoad, 'ports' | 'connectionsADoor' | 'path' | 'keys'>;
  readonly database: string;
}

async function openHouse(cluster: Cluster): Promise<LoadedHouse> {
  await using opening = new AsyncDisposableStack();
  const start = async (roles: string) => opening.use(await cluster.start(roles, environment));
  const all: Vedette[] = [];
  for (let count = 0; count < doors; count += 1) all.push(await start('http'));
  for (let count = 0; count < takers; count += 1) givesWay(await start('ingest'));
  for (let count = 0; count < lookers; count += 1) givesWay(await start('detect'));
  const [first] = all;
  if (first === undefined) throw new Error('There is no door.');
  const admin = await setUp(first, null);
  const [site] = Site.parse((await admin.call('GET', paths.sites)).body);
  const keys: string[] = [];
  for (let number = 1; number <= integrators; number += 1) {
    const made = await admin.call('POST', paths.accessKeys, {
      ...{ name: `Integrator ${number}`, permissions: ['push-images'], siteIds: null, lifeDays: 1 },
    });
    keys.push(Key.parse(made.body).key);
  }
  const stack = opening.move();
  return {
    doors: all,
    load: {
      ports: all.map(({ url }) => Number(new URL(url).port)),
      connectionsADoor,
      path: `${paths.images}?siteId=${site?.id}&camera=Gate`,
      keys,
    },
    database: new URL(cluster.environment.VEDETTE_RECORDS_URL ?? '').pathname.slice(1),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** On one machine with the doors, what works off the backlog has what they leave; elsewhere it has machines of its own. */
function givesWay({ process: { pid } }: Vedette): void {
  for (const thread of readdirSync(`/proc/${pid}/task`))
    setPriority(Number(thread), constants.priority.PRIORITY_LOW);
}

interface Drained {
  readonly lost: number;
  readonly unasked: number;
  readonly perSecond: number;
  readonly looksPerSecond: number;
}

async function drain(cluster: Cluster, database: string, ids: readonly string[]): Promise<Drained> {
  const before = await countsOf(cluster, database);
  const beganAt = performance.now();
  await eventually('every accepted image is stored', drainMs, async () =>
    (await countsOf(cluster, database)).stored >= ids.length ? true : null,
  ).catch(() => {});
  const passed = (performance.now() - beganAt) / 1000;
  const after = await countsOf(cluster, database);
  const rows = await cluster.postgres.administer(
    "select id from pushed_images where state = 'stored'",
    database,
  );
  const stored = new Set(rows.map(({ id }) => String(id)));
  const accepted = new Set(ids);
  return {
    lost: accepted.difference(stored).size,
    unasked: stored.difference(accepted).size + (ids.length - accepted.size),
    perSecond: (after.stored - before.stored) / passed,
    looksPerSecond: (after.looked - before.looked) / passed,
  };
}

async function countsOf({ postgres }: Cluster, database: string): Promise<z.output<typeof Counts>> {
  const [row] = await postgres.administer(
    "select count(*) as stored, count(*) filter (where look = 'done') as looked from pushed_images where state = 'stored'",
    database,
  );
  return Counts.parse(row);
}
