// What every detector must do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectKinds } from '../detection/detection.ts';
import { VedetteError } from '../errors.ts';
import type { Detector, RgbPicture } from './detector.ts';

/** Runs the suite; `open` gives a fresh detector each time. */
export function detectorContract(name: string, open: () => Promise<Detector>): void {
  test(`${name}: what it finds has a kind, a score and a box within the picture`, async () => {
    const detector = await open();
    for (const picture of [grey(detector), noise(detector)]) {
      for (const { kind, score, box } of await detector.detect(picture)) {
        assert.ok(objectKinds.includes(kind));
        assert.ok(score > 0 && score <= 1);
        assert.ok(box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0);
        assert.ok(box.x + box.width <= 1 && box.y + box.height <= 1);
      }
    }
    await detector.close();
  });

  test(`${name}: a picture of another size is refused`, async () => {
    const detector = await open();
    const { width, height } = detector.input;
    const wrong = { width: width + 1, height, data: new Uint8Array((width + 1) * height * 3) };
    await assert.rejects(detector.detect(wrong), code('request-invalid'));
    assert.ok(Array.isArray(await detector.detect(grey(detector))), 'and the next one is answered');
    await detector.close();
  });

  test(`${name}: beyond what may wait it is busy, and all that was accepted is answered`, async () => {
    const detector = await open();
    const accepted = detector.concurrency * 3;
    const offers = Array.from({ length: accepted + 2 }, () => detector.detect(grey(detector)));
    const outcomes = await Promise.allSettled(offers);
    assert.ok(outcomes.slice(0, accepted).every(({ status }) => status === 'fulfilled'));
    for (const refused of outcomes.slice(accepted)) {
      assert.ok(refused.status === 'rejected' && code('detector-busy')(refused.reason));
    }
    assert.ok(Array.isArray(await detector.detect(grey(detector))), 'and then there is room again');
    await detector.close();
  });

  test(`${name}: closing waits for what was accepted; afterwards it is unavailable`, async () => {
    const detector = await open();
    let answered = 0;
    const offers = Array.from({ length: detector.concurrency * 2 }, async () => {
      await detector.detect(grey(detector));
      answered += 1;
    });
    await detector.close();
    await Promise.resolve();
    assert.equal(answered, offers.length);
    await assert.rejects(detector.detect(grey(detector)), code('detector-unavailable'));
    await detector.close();
  });
}

function grey({ input: { width, height } }: Detector): RgbPicture {
  return { width, height, data: new Uint8Array(width * height * 3).fill(127) };
}

function noise(detector: Detector): RgbPicture {
  const picture = grey(detector);
  for (let index = 0; index < picture.data.length; index++) picture.data[index] = (index * 7919) % 251;
  return picture;
}

function code(expected: string) {
  return (error: unknown): boolean => error instanceof VedetteError && error.code === expected;
}
