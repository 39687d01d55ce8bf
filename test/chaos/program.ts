// Kills the whole program with SIGKILL at random moments while sensors tell of intruders, people are told, sirens sound
// and letters go to authorities; then counts what became of all of it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { paths } from '../../src/http/contract/paths.ts';
import { writeClip } from '../servers/clip.ts';
import { program, runVedette, startVedette, temporaryFolder } from '../servers/vedette.ts';
import { furnish } from './program-house.ts';
import { judge, type Judgement, settled } from './program-judge.ts';
import { type Accepted, askForLetter, tellOf } from './program-senders.ts';
import { openWorld } from './program-world.ts';
import { randomFrom } from './random.ts';

/** Visits that begin between two kills. */
const visitsARound = 3;
/** Events of one visit: the second joins what the first opened. */
const eventsAVisit = 2;
/** Share of kills that come before it answers, while it starts with what the last kill left. */
const atStart = 0.2;
/** From a start to such a kill at most, and from the first answer to another one at most, in ms. */
const startMs = 1_500;
const longestMs = 5_000;
/** Share of kills that come while an alert, a command or a letter is handed over, and how soon after it began, in ms. */
const pointed = 0.5;
const pointedMs = 30;
/** Share of rounds in which somebody sends a letter. */
const letters = 0.6;
/** Share of calls that a receiver does not answer at once. */
const failing = 0.25;
/** In this time all that the last kill left is done, in ms: beyond the back-off of what was refused some times. */
const settleMs = 180_000;

export interface ProgramReport extends Judgement {
  readonly kills: number;
  /** Of these, kills after the program had begun to answer. */
  readonly atWork: number;
  readonly seed: number;
  /** Broken invariants that `vedette check` finds in the end. */
  readonly findings: readonly string[];
}

/** The same `seed` kills after the same delays; `onProgress` is told after each kill. */
export async function killProgram(options: {
  kills: number;
  seed: number;
  onProgress?: (kill: number) => void;
}): Promise<ProgramReport> {
  const { kills, seed, onProgress } = options;
  const random = randomFrom(seed);
  await using folder = await temporaryFolder();
  await using world = await openWorld(randomFrom(seed + 1), failing);
  const data = join(folder.path, 'data');
  const clip = join(folder.path, 'clip.mp4');
  await writeClip(clip, { seconds: 8, framesPerSecond: 10, framesPerKeyFrame: 10 });
  const environment = {
    VEDETTE_DATA: data,
    VEDETTE_PORT: String(await freePort()),
    VEDETTE_LOG_FORMAT: 'json',
    VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true',
    VEDETTE_SMTP_URL: `smtp://127.0.0.1:${world.mailPort}?ignoreTLS=true`,
    VEDETTE_MAIL_FROM: 'Vedette <alerts@example.org>',
  };
  const url = `http://127.0.0.1:${environment.VEDETTE_PORT}`;
  const vedette = await startVedette(data, environment);
  const house = await furnish(vedette, world, { count: kills * visitsARound, clip });
  await vedette.stop();

  const accepted: Accepted[] = [];
  const asked: Promise<string | null>[] = [];
  const senders: Promise<void>[] = [];
  let atWork = 0;
  const stopped = new AbortController();
  await using ended = new AsyncDisposableStack();
  ended.defer(() => stopped.abort());
  for (let round = 0; round < kills; round += 1) {
    const child = run(environment);
    ended.defer(() => end(child));
    const isAtStart = random() < atStart;
    const livesMs = random() * (isAtStart ? startMs : longestMs);
    const soonMs = random() * pointedMs;
    const isPointed = random() < pointed;
    if (!isAtStart && (await answers(url, child))) atWork += 1;
    const visits = house.sites.slice(round * visitsARound, (round + 1) * visitsARound);
    for (const site of visits) {
      const visit = pause((random() * livesMs) / 2).then(async () => {
        for (let event = 0; event < eventsAVisit; event += 1) {
          const eventId = `visit-${site.id}-${event}`;
          await tellOf({ url, site, eventId, accepted, signal: stopped.signal });
        }
      });
      senders.push(kept(visit));
    }
    const asks = random() < letters;
    if (asks) asked.push(kept(askForLetter(url, house, stopped.signal)));
    const handedOver = isPointed ? [world.nextCall().then(() => pause(soonMs))] : [];
    await Promise.race([pause(livesMs), ...handedOver]);
    await end(child);
    onProgress?.(round + 1);
  }

  world.calm();
  await using last = await startVedette(data, environment);
  const patience = pause(settleMs, undefined, { ref: false }).then(() => stopped.abort());
  await Promise.race([Promise.all(senders), patience]);
  const ids = (await Promise.all(asked)).filter((id) => id !== null);
  await settled({ url, house, world }, settleMs);
  const judgement = await judge({ url, house, world }, { accepted, asked: ids });
  await last.stop();
  const { stdout } = await runVedette(['check', '--json'], environment);
  const { findings }: { findings: unknown[] } = JSON.parse(stdout);
  return { ...judgement, kills, atWork, seed, findings: findings.map((finding) => JSON.stringify(finding)) };
}

/** Waits until the program answers; false where it ended before. */
async function answers(url: string, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const response = await fetch(new URL(paths.welcome, url)).catch(() => null);
    if (response?.ok === true) return true;
    await pause(50);
  }
  return false;
}

/** A failure is met where the promise is awaited in the end, not before. */
function kept<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** Not waited for: it may be killed before it says that it runs. */
function run(environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [program, 'serve'], {
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
