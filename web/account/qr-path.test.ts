import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { qrPath } from './qr-path.ts';

test('runs of dark modules are drawn as one rectangle each', () => {
  assert.equal(qrPath([[true, true, false, true]]), 'M0 0h2v1h-2zM3 0h1v1h-1z');
  assert.equal(qrPath([[false], [true]]), 'M0 1h1v1h-1z');
  assert.equal(qrPath([]), '');
});

test('exactly the dark modules are covered', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), { maxLength: 5 }),
      (rows) => {
        const covered = rows.map((row) => row.map(() => false));
        for (const [, x, y, width] of qrPath(rows).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
          covered[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
        }
        assert.deepEqual(covered, rows);
      },
    ),
  );
});
