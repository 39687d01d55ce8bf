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
    const sightings = await watched(clip);
    assert.equal(sightings.length, visits.length, JSON.stringify(sightings));
    sightings.forEach(({ startAt, lastSeenAt }, index) => {
      const [startSeconds, endSeconds] = [startAt / 1000, lastSeenAt / 1000];
      const [from = 0, to = 0] = visits[index] ?? [];
      assert.ok(startSeconds >= from - toleranceSeconds && endSeconds <= to + toleranceSeconds);
      assert.ok(startSeconds < to && endSeconds > from);
    });
  });
}

test('the path of each visitor goes from the front to the shelf and out on the right, with the pause in between', {
  skip,
}, async () => {
  for (const { paths, startAt, lastSeenAt } of await watched('one-by-one-person.mp4')) {
    const [path, ...others] = paths;
    // One visitor at a time: nobody is drawn twice.
    assert.deepEqual(others, []);
    const [first, last] = [path?.at(0) ?? assert.fail(), path?.at(-1) ?? assert.fail()];
    assert.deepEqual([first.at, last.at], [startAt, lastSeenAt]);
    assert.ok(
      first.y > 0.98 && first.x > 0.35 && first.x < 0.6,
      'comes in at the lower edge, left of the shelf',
    );
    assert.ok(last.x > 0.8, 'leaves on the right');
    const middle = path?.slice(1, -1) ?? [];
    assert.ok(
      middle.some(({ x, y }) => Math.abs(x - 0.59) < 0.06 && y < 0.93),
      'stands before the shelf',
    );
    assert.ok(
      middle.every(({ x }) => x < last.x),
      'does not turn back from the right',
    );
    assert.ok(paths.flat().every(({ x, y }) => x > 0 && x < 1 && y > 0 && y < 1));
  }
});

const known = new Map<string, Promise<readonly Sighting[]>>();

/** The end of each episode of a clip, which is looked at once. */
function watched(clip: string): Promise<readonly Sighting[]> {
  const watching = known.get(clip) ?? watchClip(new URL(clip, folder).pathname);
  known.set(clip, watching);
  return watching;
}

async function watchClip(path: string): Promise<readonly Sighting[]> {
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
  return ended;
}
