// Tracker and episodes together: a person in many pictures is one episode.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs } from '../brand.ts';
import type { Box, Detection } from './detection.ts';
import { blindMs, type Episode, type EpisodeChange, isBlind, stepEpisode } from './episodes.ts';
import { newObjectScore, type TrackedObject, trackObjects } from './tracker.ts';

const lookMs = 500;

interface Glimpse {
  readonly detections: readonly Detection[];
  readonly motion: readonly Box[];
}

interface Event {
  readonly change: EpisodeChange;
  readonly at: number;
  readonly episode: Episode | null;
}

const whole: Box = { x: 0, y: 0, width: 1, height: 1 };
const nobody: Glimpse = { detections: [], motion: [] };

/** A person of the usual shape with the centre of the box at `x`. */
function person(x: number, score = 0.7): Detection {
  const left = Math.max(0, x - 0.06);
  return {
    kind: 'person',
    score,
    box: { x: left, y: 0.3, width: Math.min(1, x + 0.06) - left, height: 0.5 },
  };
}

const moving = (...detections: Detection[]): Glimpse => ({ detections, motion: [whole] });
const still = (...detections: Detection[]): Glimpse => ({ detections, motion: [] });
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Looks at one glimpse after the other, as a camera's scene does, and returns every change. */
function watch(glimpses: readonly Glimpse[]): Event[] {
  let objects: TrackedObject[] = [];
  let episode: Episode | null = null;
  return glimpses.flatMap((glimpse, index) => {
    const at = branded<EpochMs>(index * lookMs);
    objects = trackObjects(objects, { at, ...glimpse, aspect: 16 / 9 });
    const step = stepEpisode(episode, objects, at);
    episode = step.change === 'ended' ? null : step.episode;
    if (step.change === 'ended') objects = [];
    return step.change === null ? [] : [{ change: step.change, at, episode: step.episode }];
  });
}

const count = (events: readonly Event[], change: EpisodeChange) =>
  events.filter((event) => event.change === change).length;

/** Walks in on the left, to `x`. */
const arrival = (x: number) => times(8, (step) => moving(person((x * (step + 1)) / 8)));
/** Walks out on the right, from `x`. */
const departure = (x: number) => times(8, (step) => moving(person(x + ((0.98 - x) * (step + 1)) / 8)));

test('a person is an episode after two of three looks, from the first of them', () => {
  const [began, ...others] = watch([nobody, moving(person(0.5)), moving(), moving(person(0.52))]);
  assert.equal(began?.change, 'began');
  assert.equal(began?.at, 3 * lookMs);
  assert.equal(began?.episode?.startAt, lookMs);
  assert.equal(others.length, 0);
  assert.deepEqual(watch([moving(person(0.5)), moving(), moving(), moving(person(0.5))]), []);
});

test('a doubtful detection begins nothing, but keeps a person who is known', () => {
  const doubtful = person(0.5, newObjectScore - 0.01);
  assert.deepEqual(watch(times(20, () => moving(doubtful))), []);
  const events = watch([...arrival(0.5), ...times(30, () => moving(doubtful)), ...times(16, () => nobody)]);
  assert.equal(count(events, 'began'), 1);
  assert.equal(events.at(-1)?.episode?.lastSeenAt, (8 + 29) * lookMs);
});

test('who stands still for 25 s stays one episode', () => {
  const standing = times(50, (index) => still(person(0.5 + (index % 3) * 0.005)));
  const events = watch([...arrival(0.5), ...standing, ...departure(0.5), ...times(10, () => nobody)]);
  assert.equal(count(events, 'began'), 1);
  assert.equal(count(events, 'ended'), 1);
});

test('who walks out of the picture is gone within three seconds, and the next one is another episode', () => {
  const visit = [...arrival(0.5), ...departure(0.5)];
  const events = watch([...visit, ...times(7, () => nobody), ...visit, ...times(8, () => nobody)]);
  const ended = events.find(({ change }) => change === 'ended');
  assert.ok((ended?.at ?? 0) - (ended?.episode?.lastSeenAt ?? 0) <= 3_000);
  assert.equal(count(events, 'began'), 2);
  assert.equal(count(events, 'ended'), 2);
});

test('who vanishes inside the picture is waited for longer than who leaves it', () => {
  const events = watch([...arrival(0.5), ...times(4, () => still(person(0.5))), ...times(20, () => nobody)]);
  const ended = events.at(-1);
  assert.equal(ended?.change, 'ended');
  assert.equal((ended?.at ?? 0) - (ended?.episode?.lastSeenAt ?? 0), 6_000);
});

test('what never moved is part of the scene: a poster begins no episode', () => {
  assert.deepEqual(watch(times(100, () => still(person(0.5, 0.9)))), []);
  const corner: Box = { x: 0, y: 0, width: 0.1, height: 0.1 };
  assert.deepEqual(watch(times(100, () => ({ detections: [person(0.5)], motion: [corner] }))), []);
});

test('a coat that somebody hung up ends the episode after five minutes without motion', () => {
  const events = watch([...arrival(0.5), ...times(700, () => still(person(0.5)))]);
  assert.equal(count(events, 'ended'), 1);
  assert.equal(count(events, 'began'), 1);
});

test('a moved poster starts its episode when it moved, not when it was first seen', () => {
  const events = watch([...times(100, () => still(person(0.5))), moving(person(0.5))]);
  assert.equal(events[0]?.episode?.startAt, 100 * lookMs);
});

test('an occlusion of up to two seconds, anywhere on the way, never splits an episode', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 22 }), fc.integer({ min: 1, max: 4 }), (from, looks) => {
      const path = [...arrival(0.4), ...times(10, () => still(person(0.4))), ...departure(0.4)];
      const hidden = path.map((glimpse, index) =>
        index >= from && index < from + looks ? { ...glimpse, detections: [] } : glimpse,
      );
      const events = watch([...hidden, ...times(14, () => nobody)]);
      assert.equal(count(events, 'began'), 1);
      assert.equal(count(events, 'ended'), 1);
    }),
  );
});

test('who passes behind a lamp post on the way out, two seconds long, is the same person', () => {
  const walk = times(6, (step) => moving(person(0.5 + step * 0.08)));
  const after = [moving(person(0.92)), moving(person(0.96))];
  const events = watch([...walk, ...times(4, () => nobody), ...after, ...times(8, () => nobody)]);
  assert.equal(count(events, 'began'), 1);
});

test('who comes while another one is being waited for prolongs the episode, even if a look misses him', () => {
  const next = [moving(person(0.1)), nobody, moving(person(0.15)), moving(person(0.2))];
  const events = watch([...arrival(0.5), ...departure(0.5), ...times(3, () => nobody), ...next]);
  assert.equal(count(events, 'began'), 1);
  assert.equal(count(events, 'ended'), 0);
});

test('nobody is gone because of a single look, however late it comes', () => {
  const [began] = watch([moving(person(0.5)), moving(person(0.5))]);
  const late = stepEpisode(began?.episode ?? null, [], branded<EpochMs>(20_000));
  assert.equal(late.change, null);
  assert.equal(stepEpisode(late.episode, [], branded<EpochMs>(20_500)).change, 'ended');
});

const anyGlimpse: fc.Arbitrary<Glimpse> = fc.record({
  detections: fc.array(
    fc.record({
      kind: fc.constantFrom('person', 'vehicle', 'animal'),
      score: fc.double({ min: 0.15, max: 1, noNaN: true }),
      box: fc
        .tuple(...times(4, () => fc.double({ min: 0, max: 0.5, noNaN: true })))
        .map(([x = 0, y = 0, width = 0, height = 0]) => ({
          x,
          y,
          width: width + 0.01,
          height: height + 0.01,
        })),
    }),
    { maxLength: 3 },
  ),
  motion: fc.constantFrom([], [whole]),
});

test('whatever is seen: began, continues and ended come in order, and an episode left alone ends', () => {
  fc.assert(
    fc.property(fc.array(anyGlimpse, { maxLength: 60 }), (glimpses) => {
      const events = watch([...glimpses, ...times(16, () => nobody)]);
      let isOpen = false;
      for (const { change, episode, at } of events) {
        assert.equal(change === 'began', !isOpen);
        assert.ok(episode !== null && episode.startAt <= episode.lastSeenAt && episode.lastSeenAt <= at);
        assert.ok(episode.bestScore >= newObjectScore);
        if (change === 'ended') assert.ok(at - episode.lastSeenAt >= 2_500);
        isOpen = change !== 'ended';
      }
      assert.equal(isOpen, false);
    }),
  );
});

test('without any look for half a minute an episode is blind', () => {
  const [began] = watch([moving(person(0.5)), moving(person(0.5))]);
  const episode = began?.episode;
  assert.ok(episode);
  assert.equal(isBlind(episode, branded<EpochMs>(lookMs + blindMs - 1)), false);
  assert.equal(isBlind(episode, branded<EpochMs>(lookMs + blindMs)), true);
});
