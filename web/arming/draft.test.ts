import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schedule } from '../../src/http/contract/sites.ts';
import * as draft from './draft.ts';

const empty: Schedule = { weekly: [], exceptions: [], holidays: { dates: [], yearly: [], entries: [] } };

test('the first entry arms in the evening, the second disarms in the morning', () => {
  const { weekly } = draft.withNewEntry(draft.withNewEntry(empty));
  assert.deepEqual(
    weekly.map(({ at, arming }) => [at, arming]),
    [
      ['22:00', 'armed-away'],
      ['07:00', 'disarmed'],
    ],
  );
});

test('days are switched on and off, in the order of the week', () => {
  assert.deepEqual(draft.toggledDay([1, 7], 3), [1, 3, 7]);
  assert.deepEqual(draft.toggledDay([1, 3, 7], 3), [1, 7]);
});

test('a date is an exception once, and keeps its plan', () => {
  const one = draft.withExceptionEntries(draft.withException(empty, '2026-12-24'), '2026-12-24', [
    { at: '14:00', arming: 'armed-away' },
  ]);
  assert.equal(draft.withException(one, '2026-12-24'), one);
  assert.equal(draft.withException(one, ''), one);
  assert.deepEqual(draft.withoutException(one, '2026-12-24'), empty);
});

test('holidays are single dates or days of every year, each once', () => {
  const plan = draft.withHolidays(empty, ['2026-04-06', ...draft.commonHolidays, '2026-04-06']);
  assert.deepEqual(plan.holidays.dates, ['2026-04-06']);
  assert.deepEqual(draft.withHolidays(plan, draft.commonHolidays), plan);
  assert.deepEqual(draft.withoutHoliday(plan, '12-26').holidays.yearly, ['01-01', '05-01', '12-25']);
  assert.deepEqual([draft.hasHolidays(empty), draft.hasHolidays(plan)], [false, true]);
  assert.deepEqual(['2026-04-06', '12-25', '02-29'].map(draft.dateWords), [
    '6 Apr 2026',
    '25 Dec, every year',
    '29 Feb, every year',
  ]);
});
