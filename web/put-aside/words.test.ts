import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QuarantinedImage } from '../../src/http/contract/images.ts';
import { mayStrip, mayTryAgain, outcomeWords, sizeWords, whatWords } from './words.ts';

const image: QuarantinedImage = {
  ...{ id: 'a', siteId: 'b', cameraId: null, way: 'kafka', receivedAt: 1, takenAt: 1 },
  ...{ mediaType: 'image/jpeg', sizeBytes: 2_100_000, reason: { code: 'trailing-data', detail: 'Cut.' } },
};

test('what was put aside is said in words', () => {
  assert.equal(whatWords(image), 'JPEG of 2.1 MB, over Kafka');
  assert.equal(whatWords({ ...image, way: 'http', mediaType: 'text/x' }), 'File of 2.1 MB, over HTTP');
  assert.deepEqual([1, 999, 1_000, 999_499, 999_500].map(sizeWords), [
    ...['1 bytes', '999 bytes', '1 kB', '999 kB', '1.0 MB'],
  ]);
});

test('cutting off is offered where something follows the end, and the outcome is told', () => {
  assert.equal(mayStrip(image), true);
  assert.equal(mayStrip({ ...image, reason: { code: 'truncated', detail: '' } }), false);
  const status = {
    ...{ id: 'a', siteId: 'b', cameraId: null, receivedAt: 1, takenAt: 1, destroyedAt: null },
    look: null,
  };
  const aside = { ...status, state: 'quarantined' as const, reason: { code: 'x', detail: 'It is cut.' } };
  assert.equal(
    outcomeWords({ ...status, state: 'stored', reason: null }),
    'It was stored, and is on its time line.',
  );
  assert.equal(outcomeWords(aside), 'It stays put aside. It is cut.');
});

test('trying again is offered only where it can come to something else', () => {
  const of = (code: string, cameraId: string | null = 'c') =>
    mayTryAgain({ ...image, cameraId, reason: { code, detail: '' } });
  assert.deepEqual([of('trailing-data'), of('stops-the-decoder')], [true, true]);
  for (const code of ['too-many-pixels', 'truncated', 'damaged', 'animated', 'wrong-type', 'not-an-image'])
    assert.equal(of(code), false, code);
  assert.equal(of('trailing-data', null), false, 'of no camera');
});
