import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraStatus } from '../../src/http/contract/cameras.ts';
import {
  absenceWords,
  noticeSentence,
  pictureWords,
  problemSentence,
  statusDetails,
  statusWords,
} from './status.ts';

const now = 1_800_000_000_000;
const recording: CameraStatus = {
  state: 'recording',
  since: now - 3_600_000,
  problem: null,
  notice: null,
  picture: { width: 1920, height: 1080, codec: 'avc1.640028' },
  framesPerSecond: 25,
  bitsPerSecond: 3_900_000,
  lastFragmentAt: now - 1500,
  detection: 'running',
};

test('a recording camera is good, one whose picture froze is not, whatever it says', () => {
  assert.deepEqual(statusWords(recording, now), { tone: 'good', words: 'Recording' });
  assert.deepEqual(statusWords({ ...recording, lastFragmentAt: now - 90_000 }, now), {
    tone: 'bad',
    words: 'No picture for 1 min 30 s',
  });
});

test('an offline camera says why and when it is tried again', () => {
  const problem = {
    code: 'source-unreachable',
    detail: 'The camera does not answer.',
    nextTryAt: now + 12_400,
  };
  const offline: CameraStatus = { ...recording, state: 'offline', problem };
  assert.equal(problemSentence(offline, now), 'The camera does not answer. Next try in 12 s.');
  assert.equal(problemSentence(offline, now + 12_000), 'The camera does not answer. Trying again now.');
  assert.equal(problemSentence(recording, now), null);
});

test('a camera that records says what happened to its clock, and when', () => {
  const notice = { code: 'clock-set-back', detail: 'The clock was set back.', since: now - 180_000 };
  const noticed: CameraStatus = { ...recording, notice };
  assert.equal(noticeSentence(noticed, now), 'The clock was set back. (3 min ago)');
  assert.equal(statusWords(noticed, now).tone, 'good');
  assert.equal(noticeSentence(recording, now), null);
});

test('a stream is described as people know it, and what is unknown is left out', () => {
  assert.equal(pictureWords(recording, now), '1920 × 1080 · H.264 · 25 fps');
  const starting: CameraStatus = {
    ...recording,
    state: 'starting',
    picture: null,
    framesPerSecond: 0,
    bitsPerSecond: 0,
    lastFragmentAt: null,
    detection: 'waiting',
  };
  assert.equal(pictureWords(starting, now), null);
  assert.deepEqual(
    statusDetails(starting, now).map((row) => row.term),
    ['State', 'Detection'],
  );
  assert.deepEqual(statusDetails(recording, now).at(0), { term: 'State', value: 'Recording, 1 h' });
});

test('without a live picture the page says since when, and what is left', () => {
  const zone = 'UTC';
  assert.equal(absenceWords(recording, zone, now), null);
  const offline: CameraStatus = { ...recording, state: 'offline', since: now - 60_000 };
  assert.deepEqual(absenceWords(offline, zone, now), {
    title: 'Offline since today 07:59',
    detail: 'Its last picture came at 07:59:58. The time line has what was recorded.',
  });
  const frozen = { ...recording, lastFragmentAt: now - 90_000 };
  assert.equal(absenceWords(frozen, zone, now)?.title, 'No picture comes just now');
  const never = { ...offline, lastFragmentAt: null };
  assert.equal(absenceWords(never, zone, now)?.detail, 'No picture has come since Vedette was started.');
});

test('a camera that ended has no frame rate, bit rate or detection any more', () => {
  const ended: CameraStatus = { ...recording, state: 'ended' };
  assert.deepEqual(
    statusDetails(ended, now).map((row) => row.term),
    ['State', 'Resolution', 'Codec', 'Last stored'],
  );
  assert.equal(pictureWords(ended, now), '1920 × 1080 · H.264');
});

test('a picture that froze has no frame rate any more, and one duration', () => {
  const frozen = { ...recording, lastFragmentAt: now - 92_000 };
  assert.equal(pictureWords(frozen, now), '1920 × 1080 · H.264');
  const rows = statusDetails(frozen, now);
  assert.deepEqual(rows[0], { term: 'State', value: 'No picture for 1 min 32 s' });
  assert.deepEqual(
    rows.map((row) => row.term),
    ['State', 'Resolution', 'Codec', 'Last stored'],
  );
});

test('where no recorder runs, that is said, and the camera is not blamed', () => {
  const problem = {
    code: 'recorder-missing',
    detail: 'No recorder runs: nothing is recorded.',
    nextTryAt: null,
  };
  const without: CameraStatus = { ...recording, state: 'offline', problem };
  assert.deepEqual(statusWords(without, now), { tone: 'bad', words: 'Nothing is recorded' });
  assert.equal(absenceWords(without, 'UTC', now)?.title, 'Nothing is recorded');
  assert.equal(problemSentence(without, now), 'No recorder runs: nothing is recorded.');
});
