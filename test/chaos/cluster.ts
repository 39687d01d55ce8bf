// Kills processes of an installation whose roles run apart, with SIGKILL at random moments, and lets its services fail,
// while sensors tell of intruders, people are told, sirens sound, letters go out and images are pushed; then counts what
// became of it all.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Balancer, startBalancer } from '../servers/balancer.ts';
import { writeClip } from '../servers/clip.ts';
import { type Cluster, startCluster } from '../servers/cluster.ts';
import { freePort } from '../servers/free-port.ts';
import { type TcpCut, tcpCut } from '../servers/tcp-cut.ts';
import { runVedette, temporaryFolder } from '../servers/vedette.ts';
import { type Post, startCrew } from './cluster-crew.ts';
import { furnish, type House } from './program-house.ts';
import {
  hireIntegrator,
  type ImageJudgement,
  type Integrator,
  judgeImages,
  pushUntilTaken,
  type TakenImage,
} from './program-images.ts';
import { judge, type Judgement, settled } from './program-judge.ts';
import { type Accepted, askForLetter, tellOf } from './program-senders.ts';
import { openWorld, type World } from './program-world.ts';
import { randomFrom } from './random.ts';

/** Visits that begin between two kills, and events of one: the second joins what the first opened. */
const visitsARound = 3;
const eventsAVisit = 2;
/** Images that are pushed between two kills: at 50 kills within what one answer shows. */
const imagesARound = 20;
/** Longest time between two kills in ms. */
const longestMs = 4_000;
/** Share of kills that come while an alert, a command or a letter is handed over, and how soon after it began, in ms. */
const pointed = 0.5;
const pointedMs = 30;
/** Share of rounds in which somebody sends a letter. */
const letters = 0.3;
/** Share of calls that a receiver does not answer at once. */
const failing = 0.2;
/** How long the network is cut, in ms. */
const cutMs = 30_000;
/** In this time all that was left is done, in ms. */
const settleMs = 300_000;

/** What befalls the services, in this order, evenly among the kills. */
const blows = ['kafka restarted', 'redis emptied', 'postgres killed', 'network cut'] as const;
export type Blow = (typeof blows)[number];

export interface ClusterReport extends Judgement, ImageJudgement {
  readonly kills: Readonly<Record<string, number>>;
  readonly blows: readonly Blow[];
  readonly seed: number;
  /** Processes that did not stop in order at the end. */
  readonly badEnds: readonly string[];
  /** Broken invariants that `vedette check` finds in the end. */
  readonly findings: readonly string[];
}

/** The same `seed` kills the same after the same delays; `onProgress` is told after each kill. */
export async function killCluster(options: {
  kills: number;
  seed: number;
  onProgress?: (kill: number, what: string) => void;
}): Promise<ClusterReport> {
  const { kills, seed, onProgress } = options;
  const random = randomFrom(seed);
  await using folder = await temporaryFolder();
  await using cluster = await startCluster();
  await using network = await openNetwork(cluster);
  await using world = await openWorld(randomFrom(seed + 1), failing);
  const posts = await postsOf(folder.path, network, world);
  const { house, integrator } = await furnished(cluster, world, {
    ...{ posts, folder: folder.path, count: kills * visitsARound },
  });
  await using crew = startCrew(posts.all, folder.path);
  await using door = await startBalancer(posts.ports);

  const stopped = new AbortController();
  await using ended = new AsyncDisposableStack();
  ended.defer(() => stopped.abort());
  const accepted: Accepted[] = [];
  const taken: TakenImage[] = [];
  const outside = openOutside({ door, house, integrator, accepted, taken, random, signal: stopped.signal });
  const counts: Record<string, number> = {};
  for (let round = 0; round < kills; round += 1) {
    const livesMs = random() * longestMs;
    const soonMs = random() * pointedMs;
    const handedOver = random() < pointed ? [world.nextCall().then(() => pause(soonMs))] : [];
    outside.visit(round, livesMs);
    await Promise.race([pause(livesMs), ...handedOver]);
    const name = await crew.kill(Math.floor(random() * crew.size));
    counts[name] = (counts[name] ?? 0) + 1;
    const blow = blows.find((_, index) => round === Math.floor(((index + 1) * kills) / (blows.length + 1)));
    if (blow !== undefined) await befall(blow, cluster, network);
    onProgress?.(round + 1, blow === undefined ? name : `${name}, ${blow}`);
  }

  world.calm();
  const place = { url: door.url, house, world };
  const patience = pause(settleMs, undefined, { ref: false }).then(() => stopped.abort());
  const ids = await Promise.race([outside.done(), patience.then((): string[] => [])]);
  await settled(place, settleMs);
  const images = await judgeImages(door.url, taken, settleMs);
  const judgement = await judge(place, { accepted, asked: ids });
  const badEnds = await crew.stop();
  return {
    ...judgement,
    ...images,
    kills: counts,
    blows: [...blows],
    seed,
    badEnds,
    findings: await findings(posts),
  };
}

/** Broken invariants of what is stored, now that nobody writes. */
async function findings({ recorder }: Posts): Promise<string[]> {
  const { stdout, stderr } = await runVedette(['check', '--json'], recorder.environment);
  if (stdout === '') throw new Error(`vedette check said nothing of the footage: ${stderr}`);
  const report: { findings: unknown[] } = JSON.parse(stdout);
  return report.findings.map((finding) => JSON.stringify(finding));
}

/** Sensors and people outside, whoever of the program lives. */
function openOutside(given: {
  door: Balancer;
  house: House;
  integrator: Integrator;
  accepted: Accepted[];
  taken: TakenImage[];
  random: () => number;
  signal: AbortSignal;
}) {
  const { door, house, integrator, accepted, taken, random, signal } = given;
  const asked: Promise<string | null>[] = [];
  const senders: Promise<void>[] = [];
  const kept = <T>(promise: Promise<T>) => {
    promise.catch(() => {});
    return promise;
  };
  return {
    visit(round: number, livesMs: number) {
      for (const site of house.sites.slice(round * visitsARound, (round + 1) * visitsARound)) {
        const visit = pause(random() * livesMs).then(async () => {
          for (let event = 0; event < eventsAVisit; event += 1) {
            const eventId = `visit-${site.id}-${event}`;
            await tellOf({ url: door.url, site, eventId, accepted, signal });
          }
        });
        senders.push(kept(visit));
      }
      for (let image = 0; image < imagesARound; image += 1) {
        const push = pause(random() * livesMs).then(() =>
          pushUntilTaken({ url: door.url, integrator, name: `image-${round}-${image}`, taken, signal }),
        );
        senders.push(kept(push));
      }
      if (random() < letters) asked.push(kept(askForLetter(door.url, house, signal)));
    },
    /** Waits for all of them. Returns the letters that were taken. */
    async done(): Promise<string[]> {
      await Promise.all(senders);
      return (await Promise.all(asked)).filter((id) => id !== null);
    },
  };
}

async function befall(blow: Blow, { kafka, redis, postgres }: Cluster, network: Network): Promise<void> {
  const [broker] = kafka.nodes;
  if (blow === 'kafka restarted') {
    await broker?.stop();
    await broker?.start();
  } else if (blow === 'redis emptied') {
    await redis.kill();
    await redis.start();
  } else if (blow === 'postgres killed') {
    await postgres.kill();
    await postgres.start();
  } else {
    network.cut();
    await pause(cutMs);
    network.mend();
  }
}

/** What lies between the processes and the services. */
interface Network extends AsyncDisposable {
  /** The settings of a process, whose ways to the services can be cut. */
  readonly environment: Readonly<Record<string, string>>;
  cut(): void;
  mend(): void;
}

async function openNetwork({ environment, kafka }: Cluster): Promise<Network> {
  const cuts: TcpCut[] = [];
  const behind = async (name: string) => {
    const url = new URL(environment[name] ?? '');
    const port = await freePort();
    cuts.push(await tcpCut(port, Number(url.port)));
    url.port = String(port);
    return url.href;
  };
  return {
    environment: {
      ...environment,
      VEDETTE_RECORDS_URL: await behind('VEDETTE_RECORDS_URL'),
      VEDETTE_CACHE_URL: await behind('VEDETTE_CACHE_URL'),
    },
    cut() {
      for (const each of [...cuts, kafka.network]) each.cut();
    },
    mend() {
      for (const each of [...cuts, kafka.network]) each.mend();
    },
    async [Symbol.asyncDispose]() {
      for (const each of cuts) await each[Symbol.asyncDispose]();
    },
  };
}

interface Posts {
  readonly all: readonly Post[];
  readonly door: Post;
  readonly recorder: Post;
  readonly ports: readonly number[];
}

async function postsOf(folder: string, network: Network, world: World): Promise<Posts> {
  const base = {
    ...network.environment,
    VEDETTE_LOG_FORMAT: 'json',
    VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true',
    VEDETTE_SMTP_URL: `smtp://127.0.0.1:${world.mailPort}?ignoreTLS=true`,
    VEDETTE_MAIL_FROM: 'Vedette <alerts@example.org>',
  };
  const ports = [await freePort(), await freePort()];
  const post = (name: string, roles: string, port = 0): Post => {
    const data = join(folder, name);
    mkdirSync(data);
    return { name, roles, environment: { ...base, VEDETTE_DATA: data, VEDETTE_PORT: String(port) } };
  };
  const door = post('http-1', 'http', ports[0]);
  const recorder = post('record', 'record');
  const others = [
    post('http-2', 'http', ports[1]),
    post('ingest-1', 'ingest'),
    post('ingest-2', 'ingest'),
    post('detect-1', 'detect'),
    post('tell-1', 'tend,deliver'),
    post('tell-2', 'tend,deliver'),
  ];
  return { all: [door, recorder, ...others], door, recorder, ports };
}

/** Makes everything that is needed for `count` visits, with a process for each role, which then stop. */
async function furnished(
  cluster: Cluster,
  world: World,
  { posts, folder, count }: { posts: Posts; folder: string; count: number },
): Promise<{ readonly house: House; readonly integrator: Integrator }> {
  const clip = join(folder, 'clip.mp4');
  await writeClip(clip, { seconds: 8, framesPerSecond: 10, framesPerKeyFrame: 10 });
  const [door, ...others] = await Promise.all(
    posts.all
      .filter(({ name }) => !name.endsWith('-2'))
      .map(({ roles, environment }) => cluster.start(roles, environment)),
  );
  if (door === undefined) throw new Error('There is no door.');
  const house = await furnish(door, world, { count, clip });
  const integrator = await hireIntegrator(door.url, house.sites[0]?.id ?? '');
  await Promise.all([door, ...others].map((each) => each.stop()));
  return { house, integrator };
}
