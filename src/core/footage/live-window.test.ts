// Live numbers: one number a fragment for ever, whoever watches and whenever.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs, type RecordingId, type Sha256 } from '../brand.ts';
import type { PlayableFragment } from './footage.ts';
import { type Numbering, numberedWindow, numberRecordings } from './live-window.ts';

const startMs = Date.UTC(2026, 0, 1);
const perRecording = 10;

/** Fragment `number` of a camera that records without a break. */
function fragment(number: number, holeMs = 0): PlayableFragment {
  return {
    recordingId: branded<RecordingId>(`r${Math.floor(number / perRecording)}`),
    index: number % perRecording,
    startAt: branded<EpochMs>(startMs + number * 1000 + holeMs),
    durationMs: 1000,
    frameCount: 25,
    sizeBytes: 16,
    init: { sha256: branded<Sha256>('a'), codec: 'avc1.640028', width: 640, height: 360 },
  };
}

function range(from: number, to: number): PlayableFragment[] {
  return Array.from({ length: to - from }, (_, n) => fragment(from + n));
}

test('whatever windows are asked for, and in whatever order answers come, a fragment keeps its number', () => {
  // Steps of time between looks, some longer than the window, some answers older than the last.
  const look = fc.record({ step: fc.integer({ min: -3, max: 60 }), length: fc.integer({ min: 1, max: 31 }) });
  fc.assert(
    fc.property(fc.array(look, { minLength: 1, maxLength: 40 }), (looks) => {
      let numbering: Numbering = [];
      let head = 40;
      const numbers = new Map<string, number>();
      for (const { step, length } of looks) {
        head = Math.max(length, head + step);
        const window = range(head - length, head);
        numbering = numberRecordings(numbering, window);
        const shown = numberedWindow(numbering, window);
        let previous: { number: number; startAt: number } | null = null;
        for (const { fragment, mediaSequence } of shown) {
          const name = `${fragment.recordingId}/${fragment.index}`;
          assert.equal(numbers.get(name) ?? mediaSequence, mediaSequence);
          numbers.set(name, mediaSequence);
          if (previous !== null) {
            assert.equal(mediaSequence, previous.number + 1);
            assert.ok(fragment.startAt > previous.startAt);
          }
          previous = { number: mediaSequence, startAt: fragment.startAt };
        }
      }
      assert.equal(new Set(numbers.values()).size, numbers.size);
    }),
  );
});

const lastOf = (numbering: Numbering, window: readonly PlayableFragment[]) =>
  numberedWindow(numbering, window).at(-1)?.mediaSequence ?? assert.fail();
const firstOf = (numbering: Numbering, window: readonly PlayableFragment[]) =>
  numberedWindow(numbering, window)[0]?.mediaSequence ?? assert.fail();

test('after an unwatched while the numbers jump further than fragments could have been missed', () => {
  const before = numberRecordings([], range(0, 30));
  const after = numberRecordings(before, range(100, 130));
  assert.ok(firstOf(after, range(100, 130)) - lastOf(before, range(0, 30)) >= 71);
});

test('a program that starts anew counts on from where the last one can have been', () => {
  const old = numberRecordings([], range(0, 30));
  const renewed = numberRecordings([], range(31, 60));
  assert.ok(firstOf(renewed, range(31, 60)) > lastOf(old, range(0, 30)));
});

test('within a recording nothing is new: what was decided of it once is all that is shared', () => {
  const begun = numberRecordings([], range(0, 1));
  assert.equal(numberRecordings(begun, range(0, perRecording)), begun);
  assert.equal(
    lastOf(begun, range(0, perRecording)),
    firstOf(begun, range(0, perRecording)) + perRecording - 1,
  );
});

test('a hole counts as a discontinuity that slides out of the window with its number kept', () => {
  const holed = [fragment(0), fragment(1), fragment(2, 5000), fragment(3, 5000)];
  // A hole lies between recordings; within one there is none.
  const [a, b, c, d] = holed.map((one, n) => ({
    ...one,
    recordingId: branded<RecordingId>(`s${n >> 1}`),
    index: n % 2,
  }));
  assert.ok(a && b && c && d);
  const numbering = numberRecordings([], [a, b, c, d]);
  const [first, second, third, fourth] = numberedWindow(numbering, [a, b, c, d]).map(
    ({ discontinuitySequence }) => discontinuitySequence,
  );
  assert.deepEqual([second, third, fourth], [first, (first ?? 0) + 1, (first ?? 0) + 1]);
  assert.equal(numberedWindow(numbering, [c, d])[0]?.discontinuitySequence, third);
});
