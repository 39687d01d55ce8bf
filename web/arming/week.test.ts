import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bandsOfWeek, dayWords, daysWords, weekdays } from './week.ts';

const shop = bandsOfWeek([
  { days: [1, 2, 3, 4, 5], at: '07:30', arming: 'disarmed' },
  { days: [1, 2, 3, 4, 5], at: '20:00', arming: 'armed-away' },
]);

test('what a day ends with goes on the next day, around the week', () => {
  assert.deepEqual(shop.get(1), [
    { from: 0, to: 450, arming: 'armed-away' },
    { from: 450, to: 1200, arming: 'disarmed' },
    { from: 1200, to: 1440, arming: 'armed-away' },
  ]);
  assert.deepEqual(shop.get(7), [{ from: 0, to: 1440, arming: 'armed-away' }]);
});

test('without entries nothing is drawn', () => {
  assert.deepEqual([...bandsOfWeek([]).values()].flat(), []);
  assert.equal(dayWords(1, []), 'Monday: nothing is planned');
});

test('an entry at midnight leaves no band without a width', () => {
  const bands = bandsOfWeek([{ days: [...weekdays], at: '00:00', arming: 'armed-home' }]);
  assert.deepEqual(bands.get(3), [{ from: 0, to: 1440, arming: 'armed-home' }]);
});

test('a day is told in words', () => {
  const words = 'Monday: until 07:30 armed, away, until 20:00 disarmed, then armed, away';
  assert.equal(dayWords(1, shop.get(1) ?? []), words);
  assert.equal(dayWords(6, shop.get(6) ?? []), 'Saturday: all day armed, away');
});

test('days are written as people write them', () => {
  assert.equal(daysWords([1, 2, 3, 4, 5]), 'Mon–Fri');
  assert.equal(daysWords([7, 6]), 'Sat, Sun');
  assert.equal(daysWords([1, 3, 4, 5, 7]), 'Mon, Wed–Fri, Sun');
  assert.equal(daysWords([...weekdays]), 'every day');
});
