// From TCP bytes to pictures: however the bytes are cut and packed, the same pictures come out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { VedetteError } from '../../../core/errors.ts';
import { lengthPrefixed } from '../nal-units.ts';
import type { VideoCodec } from '../stream.ts';
import { type AccessUnit, accessUnits } from './access-units.ts';
import { deframer, maxHeadBytes } from './deframer.ts';
import { h264 } from './h264.ts';
import { h265 } from './h265.ts';
import type { Message } from './messages.ts';
import { interleaved, packetize } from './packetizer.testing.ts';
import { rtpReceiver, saysGoodBye } from './rtp.ts';

const formats = { h264, h265 };
/** First bytes of a key frame's and another picture's first slice. */
const slices = {
  h264: { key: [0x65, 0x88], other: [0x41, 0x9a], next: [0x41, 0x1a], info: [0x06, 0x05] },
  h265: {
    key: [0x26, 0x01, 0xaf],
    other: [0x02, 0x01, 0xd0],
    next: [0x02, 0x01, 0x10],
    info: [0x4e, 0x01, 5],
  },
} as const;

/** Puts `stream` through all layers, in chunks that end at `cuts`. */
function receive(codec: VideoCodec, stream: Buffer, cuts: readonly number[] = []) {
  const units: AccessUnit[] = [];
  const messages: Message[] = [];
  const assembly = accessUnits(formats[codec], 'camera', (unit) => units.push(unit));
  const rtp = rtpReceiver(96, { payload: assembly.push, lost: assembly.lost });
  const frames = deframer('camera', {
    frame: (channel, bytes, start, end) => {
      if (channel === 0) rtp(bytes, start, end);
    },
    message: (message) => messages.push(message),
  });
  frames.tolerate(0);
  const ends = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, stream.length]) {
    const chunk = Buffer.from(stream.subarray(from, end));
    frames.push(chunk, chunk.length);
    // The buffer of the socket is used again for the next read.
    chunk.fill(0xee);
    from = end;
  }
  return { units, messages };
}

/** Bodies never hold three bytes that end a unit elsewhere: they count upwards. */
function unit(start: readonly number[], length: number): Buffer {
  const body = Buffer.alloc(Math.max(0, length - start.length)).map((_, index) => (index % 200) + 4);
  return Buffer.concat([Buffer.from(start), body]);
}

const picture = (codec: VideoCodec) =>
  fc
    .record({
      key: fc.boolean(),
      info: fc.boolean(),
      lengths: fc.array(fc.integer({ min: 4, max: 5000 }), { minLength: 1, maxLength: 4 }),
    })
    .map(({ key, info, lengths }) => {
      const kinds = slices[codec];
      const [first = 4, ...rest] = lengths;
      return {
        key,
        units: [
          ...(info ? [unit(kinds.info, 30)] : []),
          unit(key ? kinds.key : kinds.other, first),
          ...rest.map((length) => unit(kinds.next, length)),
        ],
      };
    });

for (const codec of ['h264', 'h265'] as const) {
  test(`packing, fragmenting and cutting into TCP chunks changes no picture (${codec})`, () => {
    fc.assert(
      fc.property(
        fc.array(picture(codec), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(60_000), { maxLength: 30 }),
        fc.record({
          maxPayloadBytes: fc.integer({ min: 16, max: 1400 }),
          aggregate: fc.boolean(),
          firstSequence: fc.nat(0xffff),
          firstTimestamp: fc.nat(0xffffffff),
          answersBetween: fc.boolean(),
        }),
        (pictures, cuts, how) => {
          let sequence = how.firstSequence;
          const stream: Buffer[] = [];
          for (const [index, { units }] of pictures.entries()) {
            const timestamp = (how.firstTimestamp + index * 3600) >>> 0;
            const packets = packetize(units, { ...how, codec, timestamp, firstSequence: sequence });
            sequence += packets.length;
            stream.push(...packets.map((packet) => interleaved(0, packet)));
            stream.push(interleaved(1, Buffer.from([0x80, 200, 0, 0])));
            if (how.answersBetween) stream.push(Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 7\r\n\r\n'));
          }
          const { units, messages } = receive(codec, Buffer.concat(stream), cuts);
          assert.equal(messages.length, how.answersBetween ? pictures.length : 0);
          assert.equal(units.length, pictures.length);
          for (const [index, { key, units: sent }] of pictures.entries()) {
            const got = units[index];
            assert.ok(got?.intact);
            assert.equal(got.keyFrame, key);
            assert.equal(got.rtpTimestamp, (how.firstTimestamp + index * 3600) >>> 0);
            assert.deepEqual(got.sample, Buffer.from(lengthPrefixed(sent)));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test(`a picture with a lost packet is not intact, and no other one suffers (${codec})`, () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (choice, big) => {
        const make = (index: number, firstSequence: number) =>
          packetize([unit(slices[codec].other, big ? 900 : 300), unit(slices[codec].next, 700)], {
            // The numbers wrap among these packets.
            ...{ codec, firstSequence: 65_520 + firstSequence, maxPayloadBytes: 100 },
            timestamp: index * 3600,
          });
        const all: Buffer[] = [];
        const owner: number[] = [];
        for (let index = 0; index < 4; index += 1) {
          for (const packet of make(index, all.length)) {
            all.push(packet);
            owner.push(index);
          }
        }
        // Not of the last picture: what follows shows that something is missing.
        const missing = choice % owner.indexOf(3);
        const stream = all.filter((_, index) => index !== missing).map((packet) => interleaved(0, packet));
        const { units } = receive(codec, Buffer.concat(stream));
        const intact = units.filter((one) => one.intact).map(({ rtpTimestamp }) => rtpTimestamp / 3600);
        assert.deepEqual(
          intact,
          [0, 1, 2, 3].filter((index) => index !== owner[missing]),
        );
        assert.ok(units.some((one) => !one.intact));
      }),
    );
  });
}

test('parameter sets, delimiters and fillers are not part of the sample', () => {
  const sets = [Buffer.from([0x67, 1, 2, 3]), Buffer.from([0x68, 1, 2])];
  const slice = unit(slices.h264.key, 50);
  const units = [Buffer.from([0x09, 0x10]), ...sets, slice, Buffer.from([0x0c, 0xff, 0x80])];
  const packets = packetize(units, { codec: 'h264', timestamp: 1, firstSequence: 1, maxPayloadBytes: 100 });
  const { units: got } = receive('h264', Buffer.concat(packets.map((packet) => interleaved(0, packet))));
  // The marker stands on the filler's packet, as cameras with a constant rate send it.
  assert.deepEqual(got[0]?.sample, Buffer.from(lengthPrefixed([slice])));
  assert.deepEqual(got[0]?.parameterSets, sets);
});

test('parameter sets in one unit with start codes between them are taken apart', () => {
  const code = Buffer.from([0, 0, 0, 1]);
  const sets = [Buffer.from([0x67, 1, 2, 3]), Buffer.from([0x68, 1, 2])];
  const slice = unit(slices.h264.key, 50);
  const together = Buffer.concat([sets[0] ?? code, code, sets[1] ?? code, code, slice]);
  const packets = packetize([together], {
    ...{ codec: 'h264', timestamp: 1, firstSequence: 1, maxPayloadBytes: 40 },
  });
  const { units } = receive('h264', Buffer.concat(packets.map((packet) => interleaved(0, packet))));
  assert.deepEqual(units[0]?.parameterSets, sets);
  assert.deepEqual(units[0]?.sample, Buffer.from(lengthPrefixed([slice])));
});

test('a camera that marks every slice as the last is seen through after one picture', () => {
  const stream: Buffer[] = [];
  for (let index = 0; index < 4; index += 1) {
    for (const [part, start] of [slices.h264.other, slices.h264.next].entries()) {
      const options = { codec: 'h264', timestamp: index * 3600, maxPayloadBytes: 900 } as const;
      stream.push(...packetize([unit(start, 50)], { ...options, firstSequence: index * 2 + part }));
    }
  }
  const { units } = receive('h264', Buffer.concat(stream.map((packet) => interleaved(0, packet))));
  const whole = lengthPrefixed([unit(slices.h264.other, 50), unit(slices.h264.next, 50)]);
  assert.deepEqual(
    units
      .filter(({ intact }) => intact)
      .slice(1)
      .map(({ sample }) => sample),
    [Buffer.from(whole), Buffer.from(whole)],
  );
});

test('bytes that are no frame are skipped between frames', () => {
  const packets = [0, 1, 2].flatMap((index) =>
    packetize([unit(slices.h264.other, 50)], {
      ...{ codec: 'h264', timestamp: index * 3600, firstSequence: index, maxPayloadBytes: 900 },
    }),
  );
  const noise = Buffer.from('0102033a3b', 'hex');
  const stream = packets.flatMap((packet) => [interleaved(0, packet), noise]);
  fc.assert(
    fc.property(fc.array(fc.nat(400), { maxLength: 8 }), (cuts) => {
      assert.equal(receive('h264', Buffer.concat(stream), cuts).units.length, 3);
    }),
  );
});

test('interleaved packing, a picture without end and headers without end are refused', () => {
  const refuses = (work: () => unknown, code: string) =>
    assert.throws(work, (error) => error instanceof VedetteError && error.code === code);
  const options = { codec: 'h264', timestamp: 1, maxPayloadBytes: 60_000 } as const;
  const [stapB = Buffer.alloc(0)] = packetize([Buffer.from([25, 0, 0, 0, 1, 9])], {
    ...options,
    firstSequence: 0,
  });
  refuses(() => receive('h264', interleaved(0, stapB)), 'source-not-video');
  const endless = Array.from({ length: 200 }, (_, index) =>
    interleaved(
      0,
      packetize([unit(slices.h264.other, 50_000)], { ...options, firstSequence: index })[0] ?? stapB,
    ),
  );
  for (const frame of endless) frame[5] = 96;
  refuses(() => receive('h264', Buffer.concat(endless)), 'source-corrupt');
  const header = Buffer.concat([Buffer.from('RTSP/1.0 200 OK\r\nX: '), Buffer.alloc(maxHeadBytes + 10, 'x')]);
  refuses(() => receive('h264', header, [100, 5000]), 'source-not-video');
});

test('a good-bye is found in a compound RTCP packet', () => {
  const report = Buffer.from(
    '80c80006 70483361 eeace699 505b8dc5 00c5e9bb 00000019 00001d99'.replaceAll(' ', ''),
    'hex',
  );
  const bye = Buffer.from('81cb000170483361', 'hex');
  assert.equal(saysGoodBye(report, 0, report.length), false);
  const both = Buffer.concat([report, bye]);
  assert.equal(saysGoodBye(both, 0, both.length), true);
});
