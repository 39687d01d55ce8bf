// How fast a picture becomes boxes, and what is found on footage with known truth.

import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { avMedia } from '../src/adapters/av/media.ts';
import { onnxDetector } from '../src/adapters/onnx/detector.ts';
import { replayFile } from '../src/app/replay/replay.ts';
import type { ReplayedFile } from '../src/app/replay/report.ts';
import { readSettings } from '../src/app/settings.ts';
import { silentLog } from '../src/core/ports/log.ts';
import { peopleClip } from './clips.ts';
import { atMost, exactly, type Row } from './row.ts';

const modelFolder = join(tmpdir(), 'vedette-bench-models');
/** Clips with known truth lie beside the project, not in it. */
const footage = new URL('../../shared/footage/', import.meta.url).pathname;

export async function measure(): Promise<Row[]> {
  return [await frameCost(), ...(await accuracy())];
}

/** CPU time of this process for one decoded frame: scale, convert, infer, decode the boxes. */
async function frameCost(): Promise<Row> {
  const media = avMedia({ log: silentLog });
  const detector = await onnxDetector({ modelFolder, workers: 1, threadsPerWorker: 1, log: silentLog });
  const { width, height } = detector.input;
  const input = await media.open({ kind: 'file', path: await peopleClip() }, new AbortController().signal);
  const decoder = await input.decoder({ keyFramesOnly: false });
  let frames = 0;
  let elapsedMs = 0;
  while (frames < 150) {
    const packet = await input.read();
    if (packet === null) break;
    for (const picture of await decoder.decode(packet)) {
      const before = performance.now();
      await detector.detect(await picture.rgb(width, height));
      // The first frames warm the session up.
      if (frames >= 20) elapsedMs += performance.now() - before;
      frames += 1;
      picture.release();
    }
  }
  decoder.close();
  await input.close();
  await detector.close();
  return atMost(
    'detection/frame',
    elapsedMs / (frames - 20),
    'ms from decoded frame to boxes, one thread',
    25,
  );
}

interface Truth {
  readonly durationSeconds: number;
  readonly person: readonly (readonly [number, number])[];
}

/** What is found on the clips with known truth; no rows where they are missing. */
export async function accuracy(): Promise<Row[]> {
  if (!existsSync(footage)) return [];
  const truth: Record<string, Truth> = JSON.parse(readFileSync(join(footage, 'truth.json'), 'utf8'));
  const rows: Row[] = [];
  for (const [name, { person }] of Object.entries(truth)) {
    const result = await replayFile(join(footage, name), {
      pace: 'max',
      settings: readSettings({}),
      modelFolder,
      log: silentLog,
      onProgress: () => {},
    });
    const found = person.filter(
      (visit) => result.episodes.filter((episode) => overlaps(episode, visit, 0)).length === 1,
    );
    rows.push(
      exactly(`detection/${name}/visits`, found.length, 'visits that are one episode', person.length),
    );
    rows.push(exactly(`detection/${name}/episodes`, result.episodes.length, 'episodes', person.length));
    rows.push(
      exactly(`detection/${name}/false`, falseAlarms(result, person), 'episodes with nobody there', 0),
    );
    rows.push({
      ...atMost(`detection/${name}/cpu`, result.cpuMsPerCameraSecond, 'ms CPU a camera-second', 0),
      target: 'none',
      met: true,
    });
  }
  return rows;
}

function falseAlarms(result: ReplayedFile, visits: Truth['person']): number {
  return result.episodes.filter((episode) => !visits.some((visit) => overlaps(episode, visit, 1))).length;
}

function overlaps(
  episode: ReplayedFile['episodes'][number],
  [from, to]: readonly [number, number],
  slackSeconds: number,
): boolean {
  return episode.startSeconds < to + slackSeconds && episode.endSeconds > from - slackSeconds;
}
