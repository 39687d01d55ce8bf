// What a camera costs where roles run apart, beside what it costs in one process: the same looped files, the same program.

import { z } from 'zod';
import { paths } from '../src/http/contract/paths.ts';
import { type Cluster, startCluster } from '../test/servers/cluster.ts';
import {
  type Client,
  eventually,
  setUp,
  startVedette,
  temporaryFolder,
  type Vedette,
} from '../test/servers/vedette.ts';
import { pause } from './cameras.ts';
import { quietClip } from './clips.ts';
import { cpuMsByProgram, cpuMsOf } from './processes.ts';
import { counted, type Row } from './row.ts';

/** As many as a large shop has; BENCH_CPU_CAMERAS=4 measures a small one. */
const cameras = Number(process.env.BENCH_CPU_CAMERAS ?? 16);
/** BENCH_CPU_SECONDS=10 looks quickly. */
const seconds = Number(process.env.BENCH_CPU_SECONDS ?? 60);
const warmUpSeconds = Math.min(15, seconds);
const most = 1.3;
const unit = 'ms CPU a camera-second';

/** Programs of the engines as Linux calls them. */
const engines = [
  ['PostgreSQL', /^postgres/],
  ['Redis', /^redis/],
  ['Kafka', /^java/],
] as const;

const roles = ['http', 'record', 'tend,deliver'] as const;

const Site = z.array(z.object({ id: z.string() }));
const Cameras = z.array(z.object({ status: z.object({ state: z.string() }) }));

export async function cpuRows(): Promise<Row[]> {
  const embedded = await alone();
  const apart = await together();
  process.stderr.write(`  ${JSON.stringify({ embedded, apart })}\n`);
  const peer = { name: 'one process', value: embedded.all };
  const oneMore = Object.entries(apart.more).reduce((sum, [name, ms]) => sum + (isRole(name) ? ms : 0), 0);
  return [
    {
      ...counted('distributed/camera cpu', apart.ours, `${unit}, three processes, ${cameras} cameras`, peer),
      ...{ target: `≤ ${most.toFixed(2)} × one process`, met: apart.ours <= most * embedded.all },
    },
    {
      ...counted('distributed/one more camera', oneMore, `${unit}, beyond idling, three processes`, {
        ...{ name: 'one process', value: embedded.more },
      }),
      ...{ target: `≤ ${most.toFixed(2)} × one process`, met: oneMore <= most * embedded.more },
    },
    ...Object.entries({ ...apart.roles, ...apart.engines }).map(([name, ms]) =>
      counted(`distributed/camera cpu ${name}`, ms, unit),
    ),
    // Without what the processes cost before there was a camera: what one more costs.
    ...Object.entries(apart.more).map(([name, ms]) =>
      counted(`distributed/one more ${name}`, ms, 'ms CPU a camera-second, beyond idling'),
    ),
    counted('distributed/one more commits', apart.moreCommits, 'commits of PostgreSQL a camera-second'),
  ];
}

const isRole = (name: string) => roles.some((role) => role === name);

/** All that it costs, and what it costs beyond what the process costs without a camera. */
async function alone(): Promise<{ readonly all: number; readonly more: number }> {
  await using folder = await temporaryFolder();
  await using vedette = await startVedette(folder.path, { VEDETTE_LOG_LEVEL: 'warn' });
  const admin = await setUp(vedette, null);
  const idle = (await spent([vedette])).total;
  await record(admin);
  const all = (await spent([vedette])).total;
  return { all, more: all - idle };
}

async function together() {
  await using cluster = await startCluster({ isMeasured: true });
  const quiet = { VEDETTE_LOG_LEVEL: 'warn' };
  const processes = await Promise.all(roles.map((each) => cluster.start(each, quiet)));
  const [door] = processes;
  if (door === undefined) throw new Error('There is no door.');
  const admin = await setUp(door, null);
  const measured = async () => {
    const before = await committed(cluster);
    const beganAt = performance.now();
    const { total, each, others } = await spent(processes);
    const count = (await committed(cluster)) - before;
    return { total, each, others, commits: aCameraSecond(count, (performance.now() - beganAt) / 1000) };
  };
  const idle = await measured();
  await record(admin);
  const busy = await measured();
  const ofEngine = ({ others }: typeof busy, name: RegExp) =>
    [...others].reduce((sum, [program, ms]) => sum + (name.test(program) ? ms : 0), 0);
  return {
    ours: busy.total,
    roles: Object.fromEntries(roles.map((role, index) => [role, busy.each[index] ?? 0])),
    engines: Object.fromEntries(engines.map(([name, program]) => [name, ofEngine(busy, program)])),
    more: {
      ...Object.fromEntries(
        roles.map((role, index) => [role, (busy.each[index] ?? 0) - (idle.each[index] ?? 0)]),
      ),
      ...Object.fromEntries(
        engines.map(([name, program]) => [name, ofEngine(busy, program) - ofEngine(idle, program)]),
      ),
    },
    moreCommits: busy.commits - idle.commits,
  };
}

async function committed({ postgres }: Cluster): Promise<number> {
  const statement = 'select sum(xact_commit)::bigint as commits from pg_stat_database';
  const [{ commits } = { commits: Number.NaN }] = await postgres.administer(statement);
  return Number(commits);
}

function aCameraSecond(amount: number, passed = seconds): number {
  return amount / passed / cameras;
}

/** Adds the cameras, and waits until all record. */
async function record(admin: Client): Promise<void> {
  const path = await quietClip();
  const [site] = Site.parse((await admin.call('GET', paths.sites)).body);
  for (let number = 1; number <= cameras; number += 1) {
    const source = { kind: 'file', path, loop: true };
    const made = await admin.call('POST', paths.cameras, {
      siteId: site?.id,
      name: `Camera ${number}`,
      source,
    });
    if (made.status >= 300) throw new Error(`No camera was made: ${JSON.stringify(made.body)}`);
  }
  await eventually('all cameras record', 120_000, async () => {
    const known = Cameras.parse((await admin.call('GET', paths.cameras)).body);
    return known.filter(({ status }) => status.state === 'recording').length === cameras ? true : null;
  });
}

/** CPU of `processes`, and of the other programs below this one by their names, a camera-second. */
async function spent(processes: readonly Vedette[]) {
  await pause(warmUpSeconds);
  const own = () => processes.map(({ process: { pid } }) => cpuMsOf(pid) ?? Number.NaN);
  const [before, programsBefore] = [own(), cpuMsByProgram()];
  await pause(seconds);
  const [after, programsAfter] = [own(), cpuMsByProgram()];
  const each = after.map((ms, index) => aCameraSecond(ms - (before[index] ?? 0)));
  return {
    total: each.reduce((sum, ms) => sum + ms, 0),
    each,
    others: new Map(
      [...programsAfter].map(([name, ms]) => [name, aCameraSecond(ms - (programsBefore.get(name) ?? 0))]),
    ),
  };
}
