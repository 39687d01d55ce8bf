import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branded, type CameraId, type EpochMs, type TrackId } from '../../core/brand.ts';
import type { Sighting } from '../../core/detection/detection.ts';
import { episodesOf, isFlawless, percentiles, printable, type ReplayedFile } from './report.ts';

const whole: ReplayedFile = {
  file: 'yard.mp4',
  durationSeconds: 75,
  episodes: [{ startSeconds: 7, endSeconds: 69.25, bestScore: 0.8 }],
  framesDecoded: 375,
  framesDamaged: 0,
  framesDetected: 60,
  cpuMsPerCameraSecond: 40,
  latencyMs: null,
};

function sighting(track: string, lastSeenAt: number, change: Partial<Sighting> = {}): Sighting {
  return {
    phase: 'continues',
    cameraId: branded<CameraId>('c'),
    trackId: branded<TrackId>(track),
    kind: 'person',
    startAt: branded<EpochMs>(10_000),
    lastSeenAt: branded<EpochMs>(lastSeenAt),
    bestScore: 0.5,
    bestBox: { x: 0, y: 0, width: 1, height: 1 },
    paths: [],
    touches: [],
    snapshot: null,
    ...change,
  };
}

test('the sightings of a track are one episode, in seconds of the file; what is no person is none', () => {
  const sightings = [
    sighting('b', 31_000, { startAt: branded<EpochMs>(30_000) }),
    sighting('a', 12_000, { phase: 'began' }),
    sighting('a', 15_500, { phase: 'ended', bestScore: 0.714 }),
    sighting('car', 40_000, { kind: 'vehicle' }),
  ];
  assert.deepEqual(episodesOf(sightings, 8_000), [
    { startSeconds: 2, endSeconds: 7.5, bestScore: 0.71 },
    { startSeconds: 22, endSeconds: 23, bestScore: 0.5 },
  ]);
});

test('percentiles are of the nearest rank; of nothing there are none', () => {
  assert.deepEqual(percentiles([5, 1, 3, 2, 4]), { p50: 3, p95: 5 });
  assert.equal(percentiles([]), null);
});

test('a file with a damaged picture, or without its end, is not flawless', () => {
  assert.equal(isFlawless(whole), true);
  assert.equal(isFlawless({ ...whole, framesDamaged: 1 }), false);
  assert.equal(isFlawless({ ...whole, problem: { code: 'source-corrupt', detail: 'cut off' } }), false);
});

test('the table says what was seen, what is damaged and what is missing', () => {
  assert.match(printable([whole]), /1\. {2}0:07\.0 – 1:09\.3 {3}person, score 0\.80\n$/);
  assert.doesNotMatch(printable([whole]), /damaged|Not replayed/);
  const poor: ReplayedFile = {
    ...whole,
    episodes: [],
    framesDamaged: 3,
    problem: { code: 'source-corrupt', detail: 'yard.mp4: the file is cut off.' },
  };
  const table = printable([whole, poor]);
  assert.match(table, /3 pictures are damaged: somebody may have been missed there\./);
  assert.match(table, /Not replayed to its end: yard\.mp4: the file is cut off\. \(source-corrupt\)/);
  assert.match(table, /Nobody was seen\./);
  assert.match(printable([{ ...whole, framesDamaged: 1 }]), /1 picture is damaged/);
});

test('a name can neither command the terminal nor fill it', () => {
  const table = printable([{ ...whole, file: '/tmp/\u001b[2Jgone\n\u009b31m.mp4' }]);
  assert.match(table, /^\/tmp\/\\u\{1b\}\[2Jgone\\u\{a\}\\u\{9b\}31m\.mp4\n/);
  const [first = ''] = printable([{ ...whole, file: `/${'long'.repeat(1_000)}/yard.mp4` }]).split('\n');
  assert.ok(first.length <= 120 && first.endsWith('/yard.mp4'), first);
});
