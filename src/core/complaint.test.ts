// What is said of something that goes wrong again and again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../adapters/memory/clock.ts';
import { type Complaint, complaint, quietMs } from './complaint.ts';
import { VedetteError } from './errors.ts';
import { type Log, type LogFields, silentLog } from './ports/log.ts';
import { repeat } from './repeat.ts';

const says = 'It could not be kept';
const gone = new VedetteError('cache-unavailable');

/** Lines as `level sentence`, and the fields of the last one. */
function notes() {
  const lines: string[] = [];
  const last: { fields: LogFields } = { fields: {} };
  const note =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      lines.push(`${level} ${message}`);
      last.fields = fields;
    };
  const log: Log = { ...silentLog, info: note('info'), warn: note('warn'), error: note('error') };
  return { lines, last, log };
}

test('a service that is away for long is complained of once, and once it is over, with how often and how long', async () => {
  const clock = manualClock(0);
  const { lines, last, log } = notes();
  const one = complaint({ clock, log }, { says, level: 'warn' });
  one.well();
  for (let times = 0; times < 14; times += 1) {
    one.failed(gone);
    await clock.advance(2_000);
  }
  one.well();
  one.well();
  await clock.advance(quietMs);
  assert.deepEqual(lines, [`warn ${says}`, `info Over: ${says}`]);
  assert.deepEqual(last.fields, { times: 14, forMs: 28_000 });
  one.failed(gone);
  assert.deepEqual(lines.slice(2), [`warn ${says}`], 'the next time is said anew');
});

test('what says nothing of an absent service is said each time', () => {
  const { lines, log } = notes();
  const one = complaint({ clock: manualClock(0), log }, { says });
  for (const error of [new TypeError('x'), new VedetteError('data-full'), gone, gone]) one.failed(error);
  assert.deepEqual(lines, Array(3).fill(`error ${says}`));
});

test('all who say the same share one complaint: over when the last of them is well', async () => {
  const clock = manualClock(0);
  const { lines, last, log } = notes();
  const nine = Array.from({ length: 9 }, () => complaint({ clock, log: { ...log } }, { says }));
  for (const each of nine) each.failed(gone);
  const [first, ...others] = nine;
  for (const each of others) each.well();
  assert.deepEqual(lines, [`error ${says}`]);
  first?.well();
  await clock.advance(quietMs);
  assert.deepEqual(lines, [`error ${says}`, `info Over: ${says}`]);
  assert.equal(last.fields.times, 9);
});

test('whoever failed and is there no more silences nobody', async () => {
  const clock = manualClock(0);
  const { lines, log } = notes();
  complaint({ clock, log }, { says }).failed(gone);
  await clock.advance(600_000);
  const other: Complaint = complaint({ clock, log }, { says });
  other.failed(gone);
  other.well();
  await clock.advance(quietMs);
  assert.deepEqual(lines, [`error ${says}`, `error ${says}`, `info Over: ${says}`]);
});

test('work that is repeated while its service is away is complained of once', async () => {
  const clock = manualClock(0);
  const { lines, log } = notes();
  let isDown = true;
  const running = repeat({ clock, log }, { everyMs: 1_000, failed: says }, () => {
    if (isDown) throw gone;
  });
  for (let seconds = 0; seconds < 20; seconds += 1) await clock.advance(1_000);
  isDown = false;
  await clock.advance(1_000 + quietMs);
  await running.stop();
  assert.deepEqual(lines, [`error ${says}`, `info Over: ${says}`]);
});

test('where some fail and others go well in turn, it is said once, and over when nothing failed for a while', async () => {
  const clock = manualClock(0);
  const { lines, last, log } = notes();
  const one = complaint({ clock, log }, { says, level: 'warn' });
  for (let times = 0; times < 20; times += 1) {
    one.failed(gone);
    one.well();
    await clock.advance(quietMs - 1);
  }
  assert.deepEqual(lines, [`warn ${says}`]);
  await clock.advance(1);
  assert.deepEqual(lines, [`warn ${says}`, `info Over: ${says}`]);
  assert.equal(last.fields.times, 20);
  one.failed(gone);
  await clock.advance(quietMs);
  one.well();
  assert.deepEqual(
    lines.slice(2),
    [`warn ${says}`, `info Over: ${says}`],
    'what was long ago is over at once',
  );
  assert.equal(clock.sleepers, 0);
});
