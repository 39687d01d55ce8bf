import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportSearch, shifted } from './search.ts';

const now = Date.UTC(2026, 10, 25);
const weekMs = 7 * 86_400_000;
const set = (search: object) =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

test('an address keeps what fits, and names only what differs from the usual', () => {
  assert.deepEqual(set(reportSearch({ weeks: 52, siteId: 'a', until: now })), {
    weeks: 52,
    siteId: 'a',
    until: now,
  });
  assert.deepEqual(set(reportSearch({ weeks: 12, siteId: '', until: -1 })), {});
  assert.deepEqual(set(reportSearch({ weeks: 13, siteId: 4, until: 'x' })), {});
});

test('one goes back by the length of the report, and forward to now, never ahead of it', () => {
  const back = shifted({}, -1, now);
  assert.deepEqual(back, { until: now - 12 * weekMs });
  const further = shifted(back ?? {}, -1, now);
  assert.deepEqual(further, { until: now - 24 * weekMs });
  assert.deepEqual(shifted(further ?? {}, 1, now), back);
  assert.deepEqual(set(shifted(back ?? {}, 1, now) ?? { none: 1 }), {});
  assert.equal(shifted({}, 1, now), null);
});
