// Kills the program with SIGKILL at random points while it records, and measures what that cost.

import { join } from 'node:path';
import { type TimeLine, TimeLine as TimeLineSchema } from '../../src/http/contract/cameras.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { writeClip } from '../servers/clip.ts';
import {
  type Client,
  eventually,
  runVedette,
  setUp,
  signIn,
  startVedette,
  temporaryFolder,
} from '../servers/vedette.ts';
import { randomFrom } from './random.ts';

/** Longest fragment of the clips that the cameras play. */
export const fragmentMs = 2_000;
/** How often the recorder forces what it wrote to disk. */
export const flushIntervalMs = 2_000;

export interface KillReport {
  readonly kills: number;
  /** For each kill and camera that was recording: footage before the kill that is not there afterwards. */
  readonly lostMs: readonly number[];
  /** For each kill and camera: from the start of the new process to the first footage. */
  readonly resumedMs: readonly number[];
  /** What `vedette check` found after each kill, on the folder as the kill left it, and at the end. */
  readonly findings: readonly string[];
  readonly recordingsChecked: number;
  /** Crash gaps on the time lines that no kill explains. */
  readonly unexplainedGaps: number;
}

interface Kill {
  readonly startedAt: number;
  readonly killedAt: number;
}

/** The same `seed` kills after the same delays; `onProgress` is told after each kill. */
export async function killAtRandom(options: {
  kills: number;
  seed: number;
  onProgress?: (kill: number) => void;
}): Promise<KillReport> {
  const random = randomFrom(options.seed);
  await using folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const clips = await makeClips(folder.path);
  const findings: string[] = [];
  const kills: Kill[] = [];
  await setUpCameras(data, clips);

  for (let count = 0; count < options.kills; count += 1) {
    const startedAt = Date.now();
    await using vedette = await startVedette(data);
    // The moment of the kill is what is being varied: from before the first fragment to well into the footage.
    await new Promise((resolve) => setTimeout(resolve, random() * 6_000));
    const killedAt = Date.now();
    await vedette.kill();
    kills.push({ startedAt, killedAt });
    findings.push(...(await check(data)).findings);
    options.onProgress?.(count + 1);
  }

  const lastStartAt = Date.now();
  const timeLines = await readTimeLines(data, kills, lastStartAt);
  const last = await check(data);
  return {
    ...measure(kills, lastStartAt, timeLines),
    findings: [...findings, ...last.findings],
    recordingsChecked: last.recordings,
  };
}

async function makeClips(folder: string): Promise<string[]> {
  const clips = [join(folder, 'one.mp4'), join(folder, 'two.mp4')];
  for (const [index, clip] of clips.entries()) {
    await writeClip(clip, {
      seconds: 8,
      framesPerSecond: 10,
      framesPerKeyFrame: index === 0 ? 10 : fragmentMs / 100,
    });
  }
  return clips;
}

async function setUpCameras(data: string, clips: readonly string[]): Promise<void> {
  await using vedette = await startVedette(data);
  const client = await setUp(vedette, null);
  const sites = await client.call<{ id: string }[]>('GET', paths.sites);
  const siteId = sites.body[0]?.id;
  for (const [index, path] of clips.entries()) {
    const source = { kind: 'file', path, loop: true };
    const answer = await client.call('POST', paths.cameras, { siteId, name: `Camera ${index + 1}`, source });
    if (answer.status !== 201) throw new Error(`The camera was refused: ${JSON.stringify(answer.body)}`);
  }
  await recordingAgain(client, 30_000);
  await vedette.stop();
}

async function recordingAgain(client: Client, withinMs: number): Promise<string[]> {
  return eventually('all cameras record', withinMs, async () => {
    const { body } = await client.call<{ id: string; status: { lastFragmentAt: number | null } }[]>(
      'GET',
      paths.cameras,
    );
    const recording = body.every((camera) => camera.status.lastFragmentAt !== null);
    return recording ? body.map((camera) => camera.id) : null;
  });
}

async function readTimeLines(data: string, kills: readonly Kill[], lastStartAt: number): Promise<TimeLine[]> {
  await using vedette = await startVedette(data);
  const client = await signIn(vedette.url);
  const cameraIds = await recordingAgain(client, 30_000);
  const from = (kills[0]?.startedAt ?? lastStartAt) - 60_000;
  const timeLines = await Promise.all(
    cameraIds.map((id) => client.call('GET', `${paths.timeline(id)}?from=${from}&to=${Date.now() + 1_000}`)),
  );
  await vedette.stop();
  return timeLines.map((answer) => TimeLineSchema.parse(answer.body));
}

function measure(kills: readonly Kill[], lastStartAt: number, timeLines: readonly TimeLine[]) {
  const lostMs: number[] = [];
  const resumedMs: number[] = [];
  let unexplainedGaps = 0;
  for (const timeLine of timeLines) {
    const gaps = timeLine.gaps.filter((gap) => gap.cause === 'recorder-crashed');
    for (const [index, kill] of kills.entries()) {
      const gap = gaps.find((one) => one.startAt <= kill.killedAt && kill.killedAt <= one.endAt);
      // Killed before it recorded anything: the gap began with an earlier kill.
      if (gap === undefined || gap.startAt < kill.startedAt) continue;
      lostMs.push(kill.killedAt - gap.startAt);
      const nextStart = kills[index + 1]?.startedAt ?? lastStartAt;
      const nextKill = kills[index + 1]?.killedAt ?? Number.POSITIVE_INFINITY;
      if (gap.endAt < nextKill) resumedMs.push(gap.endAt - nextStart);
    }
    unexplainedGaps += gaps.filter(
      (gap) => !kills.some((kill) => gap.startAt <= kill.killedAt && kill.killedAt <= gap.endAt),
    ).length;
  }
  return { kills: kills.length, lostMs, resumedMs, unexplainedGaps };
}

async function check(data: string): Promise<{ findings: string[]; recordings: number }> {
  const { stdout, stderr } = await runVedette(['check', '--json'], { VEDETTE_DATA: data });
  try {
    const report: { looked: { recordings: number }; findings: unknown[] } = JSON.parse(stdout);
    return {
      findings: report.findings.map((finding) => JSON.stringify(finding)),
      recordings: report.looked.recordings,
    };
  } catch {
    return { findings: [`check itself failed: ${stderr}`], recordings: 0 };
  }
}
