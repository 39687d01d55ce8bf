import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDetector } from '../adapters/memory/detector.ts';
import { VedetteError } from '../core/errors.ts';
import type { Detector } from '../core/ports/detector.ts';
import { lateDetector } from './late-detector.ts';

const size = { width: 512, height: 288 };
const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof VedetteError);
  assert.equal(error.code, expected);
  return true;
};
const picture = () => ({ width: 64, height: 36, data: new Uint8Array(64 * 36 * 3) });

test('a detector that is still starting says so, and does not say that it could not start', async () => {
  const late = lateDetector(new Promise<Detector>(() => {}), size, 2);
  assert.deepEqual([late.input, late.concurrency], [size, 2]);
  await assert.rejects(late.detect(picture()), (error) => {
    assert.doesNotMatch(String(error), /could not/);
    return code('not-ready')(error);
  });
});

test('once it has started, pictures are handed on, in the size it wants', async () => {
  const started = memoryDetector({ concurrency: 3 });
  const late = lateDetector(Promise.resolve(started), size, 2);
  await Promise.resolve();
  assert.deepEqual([late.input, late.concurrency], [started.input, 3]);
  assert.deepEqual(await late.detect(picture()), []);
  await late.close();
  await assert.rejects(started.detect(picture()), code('detector-unavailable'));
});

test('one that could not start is unavailable, and closing it is no error', async () => {
  const late = lateDetector(Promise.reject(new Error('no model')), size, 2);
  await late.close();
  await assert.rejects(late.detect(picture()), code('detector-unavailable'));
});

test('closing waits for a start under way, so that no thread of it is left behind', async () => {
  const starting = Promise.withResolvers<Detector>();
  const started = memoryDetector();
  const late = lateDetector(starting.promise, size, 1);
  const closing = late.close();
  starting.resolve(started);
  await closing;
  await assert.rejects(started.detect(picture()), code('detector-unavailable'));
});
