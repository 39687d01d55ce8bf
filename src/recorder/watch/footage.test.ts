// The whole path from film to sighting, on clips whose truth is known. They are not part of the project.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { avMedia } from '../../adapters/av/media.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { onnxDetector } from '../../adapters/onnx/detector.ts';
import { branded, type CameraId, type EpochMs } from '../../core/brand.ts';
import type { Sighting } from '../../core/detection/detection.ts';
import { silentLog } from '../../core/ports/log.ts';
import { createWatch } from './watch.ts';

const folder = new URL('../../../../shared/footage/', import.meta.url);
const truthSchema = z.record(z.string(), z.object({ person: z.array(z.tuple([z.number(), z.number()])) }));
const truth = await readFile(new URL('truth.json', folder), 'utf8').then(
  (text) => truthSchema.parse(JSON.parse(text)),
  () => null,
);
const skip = truth === null ? 'the clips are not in ../shared/footage' : false;
/** A sighting this far outside a visit is a false alarm. */
const toleranceSeconds = 1;

for (const clip of ['one-by-one-person.mp4', 'bottles.mp4']) {
  test(`${clip}: every visit is found, each is one episode, and nothing else is`, { skip }, async () => {
    const visits = truth?.[clip]?.person ?? [];
    const episodes = await watchClip(new URL(clip, folder).pathname);
    assert.equal(episodes.length, visits.length, JSON.stringify(episodes));
    episodes.forEach(([startSeconds, endSeconds], index) => {
      const [from = 0, to = 0] = visits[index] ?? [];
      assert.ok(startSeconds >= from - toleranceSeconds && endSeconds <= to + toleranceSeconds);
      assert.ok(startSeconds < to && endSeconds > from);
    });
  });
}

/** Start and end of each episode, in seconds of the clip. */
async function watchClip(path: string): Promise<(readonly [number, number])[]> {
  const modelFolder = await mkdtemp(join(tmpdir(), 'vedette-model-'));
  const detector = await onnxDetector({ modelFolder, workers: 1, threadsPerWorker: 1, log: silentLog });
  const ended: Sighting[] = [];
  const onSighting = (sighting: Sighting) => {
    if (sighting.phase === 'ended') ended.push(sighting);
  };
  const watch = createWatch({ detector, clock: manualClock(), log: silentLog, onSighting });
  const camera = watch.camera(branded<CameraId>('clip'), { pace: 'max' });
  const media = avMedia({ log: silentLog });
  const input = await media.open({ kind: 'file', path }, new AbortController().signal);
  const decoder = await input.decoder({ keyFramesOnly: false });
  let at = branded<EpochMs>(0);
  for (let packet = await input.read(); packet !== null; packet = await input.read()) {
    for (const picture of await decoder.decode(packet)) {
      at = branded<EpochMs>(Math.round((picture.ptsTicks * 1000) / input.init.timescale));
      if (camera.wants(at)) await camera.offer(picture, at);
      else picture.release();
    }
  }
  await camera.end(at);
  await watch.stop();
  decoder.close();
  await input.close();
  await detector.close();
  await rm(modelFolder, { recursive: true });
  return ended.map(({ startAt, lastSeenAt }) => [startAt / 1000, lastSeenAt / 1000]);
}
