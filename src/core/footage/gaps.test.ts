import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs } from '../brand.ts';
import { explainGap, maxGapRows, type Reason, uncovered } from './gaps.ts';
import { gapCauses } from './recording.ts';

const time = (ms: number) => branded<EpochMs>(ms);

test('gap rows cover the gap exactly, in order, whatever the reasons', () => {
  const moment = fc.integer({ min: 0, max: 100_000 });
  const reasons = fc.array(fc.record({ cause: fc.constantFrom(...gapCauses), since: moment.map(time) }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(moment, moment, reasons, (a, b, list) => {
      const [startAt, endAt] = [time(Math.min(a, b)), time(Math.max(a, b))];
      const rows = explainGap(startAt, endAt, list);
      assert.equal(rows[0]?.startAt ?? endAt, startAt);
      assert.equal(rows.at(-1)?.endAt ?? startAt, endAt);
      assert.ok(rows.length <= maxGapRows);
      for (const [index, row] of rows.entries()) {
        assert.ok(row.startAt < row.endAt);
        if (index > 0) assert.equal(row.startAt, rows[index - 1]?.endAt);
        if (index > 0) assert.notEqual(row.cause, rows[index - 1]?.cause);
      }
    }),
  );
});

test('a crash and then an unreachable camera are two rows', () => {
  const reasons: Reason[] = [
    { cause: 'recorder-crashed', since: time(1_000) },
    { cause: 'source-unreachable', since: time(4_000) },
    { cause: 'source-unreachable', since: time(9_000) },
  ];
  assert.deepEqual(explainGap(time(1_000), time(60_000), reasons), [
    { cause: 'recorder-crashed', startAt: 1_000, endAt: 4_000 },
    { cause: 'source-unreachable', startAt: 4_000, endAt: 60_000 },
  ]);
});

test('a gap that nobody explained lost its frames; where nothing is missing there is no row', () => {
  assert.deepEqual(explainGap(time(5), time(9), []), [{ cause: 'frames-lost', startAt: 5, endAt: 9 }]);
  assert.deepEqual(explainGap(time(9), time(9), [{ cause: 'disk-full', since: time(9) }]), []);
});

test('what no span covers is found', () => {
  const span = (startAt: number, endAt: number) => ({ startAt: time(startAt), endAt: time(endAt) });
  assert.deepEqual(uncovered(span(0, 100), []), [span(0, 100)]);
  assert.deepEqual(uncovered(span(0, 100), [span(20, 30), span(-5, 10), span(25, 60)]), [
    span(10, 20),
    span(60, 100),
  ]);
  assert.deepEqual(uncovered(span(0, 100), [span(0, 120)]), []);
  assert.deepEqual(uncovered(span(0, 100), [span(150, 160)]), [span(0, 100)]);
});
