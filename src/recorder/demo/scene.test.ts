// The scene, seen by the detector that guards real yards: somebody when somebody is there, and nobody otherwise.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { avMedia } from '../../adapters/av/media.ts';
import { onnxDetector } from '../../adapters/onnx/detector.ts';
import type { Detector } from '../../core/ports/detector.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { YuvPicture } from '../../core/ports/media.ts';
import { sceneHeight, sceneWidth } from './backdrop.ts';
import { daySeconds } from './light.ts';
import { drawScene, visits } from './scene.ts';

function blank(): YuvPicture {
  const pixels = sceneWidth * sceneHeight;
  return {
    width: sceneWidth,
    height: sceneHeight,
    y: new Uint8Array(pixels),
    u: new Uint8Array(pixels / 4),
    v: new Uint8Array(pixels / 4),
  };
}

/** Best score of a person at each of the seconds, through encoder and decoder as a camera's picture goes. */
async function scores(detector: Detector, seconds: readonly number[]): Promise<number[]> {
  const encoder = await avMedia({ log: silentLog }).encoder({
    width: sceneWidth,
    height: sceneHeight,
    framesPerSecond: 2,
    framesPerKeyFrame: 2,
    bitsPerSecond: 1_500_000,
  });
  const decoder = await encoder.decoder({ keyFramesOnly: false });
  const picture = blank();
  const found: Promise<number>[] = [];
  for (const second of seconds) {
    drawScene(second, picture);
    for (const packet of await encoder.encode(picture)) {
      for (const decoded of await decoder.decode(packet)) {
        const rgb = await decoded.rgb(detector.input.width, detector.input.height);
        decoded.release();
        found.push(bestPerson(detector, rgb));
        await found.at(-3);
      }
    }
  }
  decoder.close();
  encoder.close();
  return Promise.all(found);
}

async function bestPerson(detector: Detector, rgb: Parameters<Detector['detect']>[0]): Promise<number> {
  const people = (await detector.detect(rgb)).filter(({ kind }) => kind === 'person');
  return Math.max(0, ...people.map(({ score }) => score));
}

test('over a whole day the detector finds every visitor, and nobody when nobody is there', async () => {
  const modelFolder = await mkdtemp(join(tmpdir(), 'vedette-scene-'));
  const detector = await onnxDetector({ modelFolder, workers: 2, threadsPerWorker: 1, log: silentLog });
  try {
    const day = visits(0, daySeconds);
    assert.equal(day.length, 4);
    for (const { startSeconds, endSeconds } of day) {
      // The first and last second show half a person at the edge of the picture.
      const seconds = Array.from(
        { length: Math.floor((endSeconds - startSeconds - 2) * 2) },
        (_, index) => startSeconds + 1 + index / 2,
      );
      const seen = await scores(detector, seconds);
      const clear = seen.filter((score) => score >= 0.35).length;
      assert.ok(clear >= seen.length * 0.8, `visit at ${startSeconds}: ${seen.map((s) => s.toFixed(2))}`);
    }
    const empty = Array.from({ length: daySeconds / 2.5 }, (_, index) => index * 2.5).filter((second) =>
      day.every(({ startSeconds, endSeconds }) => second < startSeconds || second >= endSeconds),
    );
    const seen = await scores(detector, empty);
    assert.ok(empty.length > 80);
    assert.deepEqual(
      empty.filter((_, index) => (seen[index] ?? 0) >= 0.3),
      [],
    );
  } finally {
    await detector.close();
    await rm(modelFolder, { recursive: true });
  }
});

test('the first visitor comes after twenty seconds, later ones about every minute, for a quarter of one', () => {
  const list = visits(0, 1000);
  assert.equal(list[0]?.startSeconds, 20);
  for (const [index, { startSeconds, endSeconds }] of list.entries()) {
    const length = endSeconds - startSeconds;
    assert.ok(length > 12 && length < 18, `${length}`);
    const previous = list[index - 1];
    if (previous === undefined) continue;
    const pause = startSeconds - previous.startSeconds;
    assert.ok(pause >= 60 && pause <= 90, `${pause}`);
  }
  assert.deepEqual(visits(34, 90), []);
  assert.deepEqual(visits(30, 31), [list[0]]);
});

test('the same second is the same picture, and the next one is another', () => {
  const [one, two, three] = [blank(), blank(), blank()];
  drawScene(27.3, one);
  drawScene(140, two);
  drawScene(27.3, two);
  drawScene(27.4, three);
  assert.deepEqual(one, two);
  assert.notDeepEqual(one.y, three.y);
});
