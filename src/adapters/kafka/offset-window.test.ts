import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { offsetWindow } from './offset-window.ts';

test('whatever is done first, nothing that is not done is ever told as done', () => {
  const scenario = fc.record({
    gaps: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 60 }),
    order: fc.infiniteStream(fc.nat()),
  });
  fc.assert(
    fc.property(scenario, ({ gaps, order }) => {
      const window = offsetWindow();
      let next = 0n;
      // Offsets with holes: what was compacted away, or marks the end of a transaction.
      const offsets = gaps.map((gap) => {
        const offset = next;
        window.add(offset);
        next += BigInt(gap);
        return offset;
      });
      const open = [...offsets];
      while (open.length > 0) {
        assert.equal(window.committable(next), open[0]);
        assert.equal(window.unfinished, open.length);
        const from = offsets[order.next().value % offsets.length] ?? 0n;
        const done = offsets.filter((offset) => offset >= from && !open.includes(offset));
        assert.equal(window.finishedFrom(from), done.length);
        const [finished] = open.splice(order.next().value % open.length, 1);
        window.finish(finished ?? 0n);
      }
      assert.equal(window.committable(next), next);
      assert.equal(window.unfinished, 0);
    }),
  );
});

test('a window that is passed does not grow', () => {
  const window = offsetWindow();
  for (let offset = 0n; offset < 10_000n; offset += 1n) {
    window.add(offset);
    window.finish(offset);
  }
  assert.equal(window.finishedFrom(0n) < 2_500, true);
});
