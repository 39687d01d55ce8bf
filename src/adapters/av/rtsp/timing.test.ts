// The time line of RTP timestamps: it goes on over the wrap, and decode times grow and never pass the picture's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type RtpTimes,
  rtpTimeLine,
  seenReorder,
  showsReorder,
  type TimingOptions,
  unwrapped,
} from './timing.ts';

const plain: TimingOptions = {
  clockRate: 90_000,
  timescale: 90_000,
  framesPerSecond: 25,
  reorderPictures: 0,
  reorderCertain: true,
};
const at = (frame: number, bidirectional = false) => ({
  rtpTimestamp: (0xffff_fff0 + frame * 3600) >>> 0,
  bidirectional,
});

test('timestamps go on over the wrap of their 32 bits', () => {
  fc.assert(
    fc.property(
      fc.nat(0xffffffff),
      fc.array(fc.integer({ min: -1_000_000, max: 0x7fff_ffff }), { maxLength: 40 }),
      (start, steps) => {
        const next = unwrapped();
        assert.equal(next(start), start);
        let wanted = start;
        for (const step of steps) {
          wanted += step;
          assert.equal(next(((wanted % 2 ** 32) + 2 ** 32) % 2 ** 32), wanted);
        }
      },
    ),
  );
});

test('without B-frames a picture is decoded when it is shown', () => {
  const place = rtpTimeLine(plain);
  for (let frame = 0; frame < 100; frame += 1) {
    assert.deepEqual(place(at(frame), true), { ptsTicks: frame * 3600, dtsTicks: frame * 3600 });
  }
});

/** Frame numbers in decode order: groups of `width` B-frames after the P-frame they need. */
function decodeOrder(groups: number, width: number): { frame: number; bidirectional: boolean }[] {
  const order = [{ frame: 0, bidirectional: false }];
  for (let group = 0; group < groups; group += 1) {
    const last = (group + 1) * (width + 1);
    order.push({ frame: last, bidirectional: false });
    for (let index = width; index > 0; index -= 1) order.push({ frame: last - index, bidirectional: true });
  }
  return order;
}

function assertGrows(times: readonly RtpTimes[]): void {
  for (const [index, { ptsTicks, dtsTicks }] of times.entries()) {
    assert.ok(dtsTicks <= ptsTicks, `picture ${index} is decoded after it is shown`);
    assert.ok(dtsTicks > (times[index - 1]?.dtsTicks ?? Number.NEGATIVE_INFINITY), `picture ${index}`);
  }
}

test('with B-frames decode times are even, grow, and are never after the presentation times', () => {
  for (const width of [1, 2, 3]) {
    const order = decodeOrder(6, width);
    const pictures = order.map(({ frame, bidirectional }) => at(frame, bidirectional));
    const reorderPictures = seenReorder(pictures);
    assert.equal(reorderPictures, 1);
    const place = rtpTimeLine({ ...plain, reorderPictures });
    const times = pictures.map((picture) => place(picture, true)).filter((one) => one !== null);
    assertGrows(times);
    assert.deepEqual(
      times.map(({ ptsTicks }) => ptsTicks),
      order.map(({ frame }) => frame * 3600),
    );
    assert.deepEqual(
      times.map(({ dtsTicks }) => dtsTicks),
      order.map((_, index) => (index - 1) * 3600),
    );
  }
});

test('any order within the depth that the stream says keeps the rules', () => {
  const disorder = fc.array(fc.nat(3), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), disorder, (depth, choices) => {
      // Takes from a window of the next pictures, so that at most `depth` overtake one.
      const waiting = [...choices.keys()];
      const order: number[] = [];
      for (const choice of choices) {
        const overtaken = order.filter((frame) => frame > (waiting[0] ?? 0)).length;
        const pick = overtaken >= depth ? 0 : choice % Math.min(depth + 1, waiting.length);
        order.push(...waiting.splice(pick, 1));
      }
      const pictures = order.map((frame) => at(frame, true));
      const place = rtpTimeLine({ ...plain, reorderPictures: seenReorder(pictures) });
      const first = pictures[0];
      assert.ok(first);
      assertGrows(pictures.map((picture) => place(picture, true)).filter((one) => one !== null));
    }),
  );
});

test('a stream that begins to reorder unannounced loses pictures up to its next key frame, not its rules', () => {
  const place = rtpTimeLine({ ...plain, reorderCertain: false });
  const times: RtpTimes[] = [];
  let waits = false;
  for (let frame = 0; frame < 5; frame += 1) times.push(place(at(frame), true) ?? assert.fail());
  for (const [index, { frame, bidirectional }] of decodeOrder(20, 2).entries()) {
    const keyFrame = index === 19;
    const placed = place(at(5 + frame, bidirectional), !waits || keyFrame);
    if (placed === null) waits = true;
    else {
      waits = false;
      times.push(placed);
    }
  }
  assertGrows(times);
  assert.equal(times.length, 5 + 2 + (61 - 19));
});

test('the first pictures show how a stream reorders', () => {
  const pictures = decodeOrder(2, 2).map(({ frame, bidirectional }) => at(frame, bidirectional));
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((count) => showsReorder(pictures.slice(0, count))),
    [false, false, false, false, true],
  );
  assert.equal(showsReorder([0, 1, 2, 3].map((frame) => at(frame))), true);
});

test('a clock set back a little makes no step back; set back or forward by much, it begins anew', () => {
  const place = rtpTimeLine(plain);
  const ticks = [0, 3600, 3590, 7200].map(
    (rtpTimestamp) => place({ rtpTimestamp, bidirectional: true }, true)?.dtsTicks,
  );
  assert.deepEqual(ticks, [0, 3600, 3601, 7200]);
  const jump = (rtpTimestamp: number) => place({ rtpTimestamp, bidirectional: false }, true)?.dtsTicks;
  assert.equal(jump(90_000_000), 90_000_000);
  assert.equal(jump(1000), 1000);
});

test('a clock rate of its own is brought to the timescale', () => {
  const place = rtpTimeLine({ ...plain, clockRate: 1000 });
  place({ rtpTimestamp: 40, bidirectional: false }, true);
  assert.equal(place({ rtpTimestamp: 80, bidirectional: false }, true)?.ptsTicks, 3600);
});
