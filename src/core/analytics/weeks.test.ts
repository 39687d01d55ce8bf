import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs } from '../brand.ts';
import { isoWeeks } from './weeks.ts';

const hourMs = 3_600_000;
const at = (text: string) => branded<EpochMs>(Date.parse(text));

test('a week begins on Monday at midnight of its zone, and has the name of its year', () => {
  const [week] = isoWeeks('Europe/Berlin', at('2027-01-01T12:00Z'), 1);
  assert.equal(week?.name, '2026-W53');
  assert.equal(week?.startAt, at('2026-12-27T23:00Z'));
  const [other] = isoWeeks('America/New_York', at('2027-01-04T04:00Z'), 1);
  assert.equal(other?.name, '2026-W53', 'it is still Sunday there');
});

test('the weeks of both clock changes are an hour shorter and longer', () => {
  const lengths = (until: string) => isoWeeks('Europe/Berlin', at(until), 1).map((w) => w.endAt - w.startAt);
  assert.deepEqual(lengths('2026-03-29T12:00Z'), [7 * 24 * hourMs - hourMs]);
  assert.deepEqual(lengths('2026-10-25T12:00Z'), [7 * 24 * hourMs + hourMs]);
});

test('weeks follow each other without a gap, and the last one holds the moment', () => {
  const zones = ['UTC', 'Europe/Berlin', 'Pacific/Apia', 'America/Sao_Paulo', 'Asia/Kathmandu'];
  const moments = fc.integer({ min: at('2000-01-01T00:00Z'), max: at('2050-01-01T00:00Z') });
  fc.assert(
    fc.property(fc.constantFrom(...zones), moments, fc.integer({ min: 1, max: 53 }), (zone, ms, count) => {
      const weeks = isoWeeks(zone, branded<EpochMs>(ms), count);
      assert.equal(weeks.length, count);
      const last = weeks.at(-1);
      assert.ok(last !== undefined && last.startAt <= ms && ms < last.endAt);
      for (const [index, week] of weeks.entries()) {
        if (index > 0) assert.equal(week.startAt, weeks[index - 1]?.endAt);
      }
    }),
  );
});
