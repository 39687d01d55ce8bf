// NAL units: whatever a camera sends must come out as the same units in the other form.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { annexB, annexBUnits, isAnnexB, lengthPrefixed, sampleUnits } from './nal-units.ts';

/** Bytes as they occur in a NAL unit: no start code within (emulation prevention), no zero at the end. */
const unit = fc
  .uint8Array({ minLength: 1, maxLength: 200 })
  .map((bytes) => Buffer.from([0x41, ...[...bytes].map((byte) => (byte < 4 ? byte + 4 : byte))]));
const units = fc.array(unit, { minLength: 1, maxLength: 12 });

test('units survive the way from a byte stream to a sample and back', () => {
  fc.assert(
    fc.property(units, (list) => {
      const stream = annexB(list);
      assert.ok(isAnnexB(stream));
      const sample = Buffer.from(lengthPrefixed(annexBUnits(stream)));
      assert.deepEqual(sampleUnits(sample, 4), list);
    }),
  );
});

test('start codes of three and four bytes and trailing zeros are the same stream', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(unit, fc.nat(3)), { minLength: 1, maxLength: 12 }), (list) => {
      const stream = Buffer.concat(
        list.flatMap(([bytes, zeros]) => [Buffer.from([0, 0, 1]), bytes, Buffer.alloc(zeros)]),
      );
      assert.deepEqual(
        annexBUnits(stream),
        list.map(([bytes]) => bytes),
      );
    }),
  );
});

test('a sample cut anywhere inside a unit is recognised as damaged', () => {
  fc.assert(
    fc.property(units, fc.nat(), (list, seed) => {
      const sample = Buffer.from(lengthPrefixed(list));
      const lastUnit = list.at(-1)?.length ?? 0;
      const cut = sample.length - 1 - (seed % (lastUnit + 3));
      assert.equal(sampleUnits(sample.subarray(0, cut), 4), null);
    }),
  );
});

test('arbitrary bytes never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom(1, 2, 4), (bytes, size) => {
      annexBUnits(Buffer.from(bytes));
      sampleUnits(Buffer.from(bytes), size);
    }),
  );
});
