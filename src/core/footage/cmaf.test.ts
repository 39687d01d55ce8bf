import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { VedetteError } from '../errors.ts';
import { fragmentBytes, readFragment, type Sample, trackIdOf, writeFragment } from './cmaf.ts';

// Plain objects, as the reader makes them.
const plain = { noNullPrototype: true };
const sample: fc.Arbitrary<Sample> = fc.record(
  {
    data: fc.uint8Array({ maxLength: 50 }),
    durationTicks: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    compositionOffsetTicks: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    keyFrame: fc.boolean(),
  },
  plain,
);
const content = fc.record(
  {
    trackId: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    sequence: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    decodeTimeTicks: fc.maxSafeNat(),
    samples: fc.array(sample, { minLength: 1, maxLength: 20 }),
  },
  plain,
);

test('what was written is read back, whatever the times and sizes', () => {
  fc.assert(
    fc.property(content, (fragment) => assert.deepEqual(readFragment(writeFragment(fragment)), fragment)),
  );
});

test('a fragment is the same in memory that was used before, and leaves what lies behind it', () => {
  fc.assert(
    fc.property(content, fc.nat(200), (fragment, spareBytes) => {
      const fresh = writeFragment(fragment);
      assert.equal(fresh.length, fragmentBytes(fragment));
      const used = new Uint8Array(fresh.length + spareBytes).fill(0xee);
      assert.deepEqual(writeFragment(fragment, used), fresh);
      assert.ok(used.subarray(fresh.length).every((byte) => byte === 0xee));
      assert.deepEqual(writeFragment(fragment, used.subarray(0, fresh.length - 1)), fresh);
    }),
  );
});

test('a damaged fragment is refused, never read past its end', () => {
  fc.assert(
    fc.property(content, fc.nat(), fc.integer({ min: 0, max: 255 }), (fragment, at, byte) => {
      const bytes = writeFragment(fragment);
      bytes[at % bytes.length] = byte;
      const cut = bytes.subarray(0, at % (bytes.length + 1));
      for (const damaged of [bytes, cut]) {
        try {
          const read = readFragment(damaged);
          for (const { data } of read.samples) assert.ok(data.length <= damaged.length);
        } catch (error) {
          assert.ok(error instanceof VedetteError);
          assert.equal(error.code, 'footage-damaged');
        }
      }
    }),
  );
});

test('the boxes are those of ISO/IEC 14496-12, byte for byte', () => {
  const data = new Uint8Array([0xaa, 0xbb, 0xcc]);
  const samples = [{ data, durationTicks: 3600, compositionOffsetTicks: -2, keyFrame: true }];
  const bytes = writeFragment({ trackId: 1, sequence: 7, decodeTimeTicks: 2 ** 40 + 5, samples });
  const expected = [
    '00000068 6d6f6f66', // moof
    '00000010 6d666864 00000000 00000007', // mfhd
    '00000050 74726166', // traf
    '00000010 74666864 00020000 00000001', // tfhd, default-base-is-moof
    '00000014 74666474 01000000 00000100 00000005', // tfdt, 64 bits
    '00000024 7472756e 01000f01 00000001 00000070', // trun
    '00000e10 00000003 02000000 fffffffe',
    '0000000b 6d646174 aabbcc', // mdat
  ];
  assert.equal(bytes.toHex(), expected.join('').replaceAll(' ', ''));
});

test('an empty fragment is refused', () => {
  assert.throws(() => writeFragment({ trackId: 1, sequence: 1, decodeTimeTicks: 0, samples: [] }), {
    code: 'internal-error',
  });
});

test('the track of an init segment is found in both forms of its header, and missed where there is none', () => {
  const box = (type: string, ...parts: Uint8Array[]) => {
    const body = Buffer.concat(parts);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + body.length);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const init = (header: Uint8Array) =>
    Buffer.concat([
      box('ftyp', Buffer.from('cmfc')),
      box('moov', box('mvhd', Buffer.alloc(100)), box('trak', box('tkhd', header))),
    ]);
  const short = Buffer.alloc(84);
  short.writeUInt32BE(3, 12);
  const long = Buffer.alloc(96);
  long[0] = 1;
  long.writeUInt32BE(4, 20);
  assert.equal(trackIdOf(init(short)), 3);
  assert.equal(trackIdOf(init(long)), 4);
  assert.throws(() => trackIdOf(Buffer.alloc(20)), { code: 'source-not-video' });
});
