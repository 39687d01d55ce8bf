// What records of who leads promise.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenRecords } from './records.contract.ts';

const callers = 40;

/** Runs the suite; `open` gives empty records, and closes them after the test. */
export function leadershipContract(name: string, open: OpenRecords): void {
  test(`${name}: of ${callers} who begin to lead at once exactly one does`, async (t) => {
    const { leaderships } = await open(t);
    assert.equal(await leaderships.find('relay'), null);
    const turns = Array.from({ length: callers }, (_, index) => ({ holder: `process ${index}`, number: 1 }));
    const taken = await Promise.all(turns.map((turn) => leaderships.take('relay', null, turn)));
    const [first, ...others] = turns.filter((_, index) => taken[index]);
    assert.deepEqual(others, []);
    assert.deepEqual(await leaderships.find('relay'), first);
    assert.equal(await leaderships.find('expiry'), null);
  });

  test(`${name}: of ${callers} who follow at once exactly one does, and what was before leads no more`, async (t) => {
    const { leaderships } = await open(t);
    const before = { holder: 'a', number: 7 };
    assert.equal(await leaderships.take('relay', null, before), true);
    const turns = Array.from({ length: callers }, (_, index) => ({ holder: `process ${index}`, number: 8 }));
    const taken = await Promise.all(turns.map((turn) => leaderships.take('relay', before, turn)));
    assert.equal(taken.filter((done) => done).length, 1);
    assert.equal(await leaderships.take('relay', before, { holder: 'a', number: 8 }), false);
  });

  test(`${name}: the same holder with another number is another turn; who is gone leaves the place free`, async (t) => {
    const { leaderships } = await open(t);
    const [first, second] = [
      { holder: 'a', number: 1 },
      { holder: 'a', number: 2 },
    ];
    assert.equal(await leaderships.take('relay', first, second), false);
    assert.equal(await leaderships.take('relay', null, first), true);
    assert.equal(await leaderships.take('relay', first, second), true);
    await leaderships.leave('relay', first);
    assert.deepEqual(await leaderships.find('relay'), second);
    await leaderships.leave('relay', second);
    assert.equal(await leaderships.find('relay'), null);
    assert.equal(await leaderships.take('relay', null, first), true);
  });
}
