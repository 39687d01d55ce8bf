// The scripted detector keeps the promises of the port.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectorContract } from '../../core/ports/detector.contract.ts';
import { memoryDetector } from './detector.ts';

const person = { kind: 'person', score: 0.7, box: { x: 0.1, y: 0.2, width: 0.1, height: 0.5 } } as const;

detectorContract('memory', async () => memoryDetector({ concurrency: 2, answer: () => [person] }));

test('it says what it was told to say, and fails when told to fail', async () => {
  const found = memoryDetector({ answer: ({ data }) => (data[0] === 1 ? [person] : []) });
  const picture = { width: 64, height: 36, data: new Uint8Array(64 * 36 * 3) };
  assert.deepEqual(await found.detect(picture), []);
  assert.deepEqual(await found.detect({ ...picture, data: picture.data.slice().fill(1) }), [person]);
  const broken = memoryDetector({
    answer: () => {
      throw new Error('no');
    },
  });
  await assert.rejects(broken.detect(picture), { code: 'detector-unavailable' });
});
