import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Camera, CameraStatus } from '../../src/http/contract/cameras.ts';
import { asRecorded } from '../camera/unrecorded.ts';
import { keptOf } from './kept.ts';

const now = 1_800_000_000_000;

function camera(state: CameraStatus['state'], change: Partial<Camera> = {}): Camera {
  return {
    ...{ id: state, siteId: 'a', name: state, enabled: state !== 'disabled', createdAt: 1 },
    source: state === 'receiving' ? { kind: 'pushed' } : { kind: 'demo' },
    status: {
      ...{ state, since: now - 60_000, problem: null, notice: null, picture: null },
      ...{ framesPerSecond: 10, bitsPerSecond: 1000, lastFragmentAt: now - 1000, detection: 'running' },
    },
    ...change,
  };
}

test('a site says that its cameras record only where one does', () => {
  assert.equal(keptOf([], now), null);
  assert.deepEqual(keptOf([camera('recording'), camera('offline')], now), {
    tone: 'plain',
    words: 'Cameras record',
  });
  assert.deepEqual(keptOf([camera('offline')], now), { tone: 'bad', words: 'No camera records' });
  assert.deepEqual(keptOf([camera('disabled')], now), { tone: 'plain', words: 'No camera records' });
  assert.deepEqual(keptOf([camera('receiving')], now), { tone: 'plain', words: 'Images are stored' });
});

test('where no process records, no camera that should be recorded claims that it is, whatever it last said', () => {
  const told = [camera('recording'), camera('receiving'), camera('disabled')];
  const [gate, drive, off] = asRecorded(told, 'No recorder runs.');
  assert.deepEqual(
    [gate?.status.state, gate?.status.problem, gate?.status.framesPerSecond],
    ['offline', { code: 'recorder-missing', detail: 'No recorder runs.', nextTryAt: null }, 0],
  );
  assert.equal(gate?.status.since, now - 1000, 'since its last picture');
  assert.deepEqual(
    [drive, off],
    [told[1], told[2]],
    'what is pushed and what is off is no other than before',
  );
  assert.deepEqual(keptOf(asRecorded(told, 'No recorder runs.'), now), {
    tone: 'bad',
    words: 'Nothing is recorded',
  });
  assert.equal(asRecorded(told, null), told);
});
