import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type Sha256 } from '../brand.ts';
import { packFragments, unpackFragments } from './fragment-index.ts';
import type { Fragment } from './recording.ts';

const natural = fc.oneof(fc.nat(), fc.nat({ max: 200 }), fc.maxSafeNat());
const fragment: fc.Arbitrary<Fragment> = fc.record(
  {
    sizeBytes: natural,
    durationTicks: natural,
    frameCount: natural,
    sha256: fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => branded<Sha256>(Buffer.from(bytes).toString('hex'))),
  },
  { noNullPrototype: true },
);

test('fragments come back as they were packed', () => {
  fc.assert(
    fc.property(fc.array(fragment), (fragments) => {
      assert.deepEqual(unpackFragments(packFragments(fragments)), fragments);
    }),
  );
});

test('an index that was cut is damaged, or is that of the fragments before the cut', () => {
  fc.assert(
    fc.property(fc.array(fragment, { minLength: 1, maxLength: 5 }), fc.nat(), (fragments, where) => {
      const bytes = packFragments(fragments);
      const cut = bytes.subarray(0, where % bytes.length);
      try {
        const found = unpackFragments(cut);
        assert.deepEqual(found, fragments.slice(0, found.length));
        assert.ok(found.length < fragments.length);
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error && error.code === 'data-damaged', String(error));
      }
    }),
  );
});

test('any bytes are either an index or damaged, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      try {
        for (const each of unpackFragments(Uint8Array.of(1, ...noise))) {
          assert.ok(Number.isSafeInteger(each.sizeBytes) && each.sizeBytes >= 0);
          assert.match(each.sha256, /^[0-9a-f]{64}$/);
        }
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error && error.code === 'data-damaged', String(error));
      }
    }),
  );
});

test('an index of another format is refused', () => {
  const bytes = packFragments([]);
  bytes[0] = 2;
  assert.throws(() => unpackFragments(bytes), { code: 'data-damaged' });
  assert.throws(() => unpackFragments(new Uint8Array(0)), { code: 'data-damaged' });
});

test('what is no natural number is not packed', () => {
  const sha256 = branded<Sha256>('00'.repeat(32));
  for (const sizeBytes of [-1, 0.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => packFragments([{ sizeBytes, durationTicks: 1, frameCount: 1, sha256 }]), RangeError);
  }
});

test('a minute of fragments a second takes less than 2.5 KiB', () => {
  const sha256 = branded<Sha256>('ab'.repeat(32));
  const second = { sizeBytes: 500_000, durationTicks: 90_000, frameCount: 25, sha256 };
  assert.ok(packFragments(Array.from({ length: 60 }, () => second)).length < 2_560);
});
