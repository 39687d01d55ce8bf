import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../adapters/memory/clock.ts';
import { memoryKeys } from '../adapters/memory/keys.ts';
import { openDatabase } from '../adapters/sql/database.ts';
import { sqlRecords } from '../adapters/sql/records.ts';
import { leader, type Running } from './leader.ts';
import { silentLog } from './ports/log.ts';
import type { LeadershipRecords } from './ports/records-leadership.ts';
import { recordedLease } from './recorded-lease.ts';

const ttlMs = 3_000;

async function scene() {
  const clock = manualClock(1_800_000_000_000);
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const { leaderships } = sqlRecords({ database, keys: memoryKeys(), clock });
  const leading = new Set<string>();
  const beginWith = (
    holder: string,
    start: () => Running | Promise<Running>,
    shared: LeadershipRecords = leaderships,
  ) => {
    const lease = recordedLease({ leaderships: shared, clock }, { name: 'relay', holder, ttlMs });
    return leader({ clock, log: silentLog }, { name: 'relay', lease, ttlMs }, start);
  };
  const begin = (holder: string, shared: LeadershipRecords = leaderships) =>
    beginWith(
      holder,
      () => {
        assert.equal(leading.size, 0, 'two lead');
        leading.add(holder);
        return { stop: async () => void leading.delete(holder) };
      },
      shared,
    );
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) await clock.advance(250);
  };
  return {
    clock,
    leaderships,
    leading,
    begin,
    beginWith,
    pass,
    [Symbol.asyncDispose]: () => database.close(),
  };
}

/** The records as one process sees them: whoever asks is answered, told that they are away, or never answered. */
function cutOff(leaderships: LeadershipRecords) {
  const line = { is: 'well' as 'well' | 'away' | 'silent' };
  const over = <T>(work: () => Promise<T>): Promise<T> => {
    if (line.is === 'silent') return new Promise(() => {});
    return line.is === 'away' ? Promise.reject(new Error('cut off')) : work();
  };
  const cut: LeadershipRecords = {
    find: (work) => over(() => leaderships.find(work)),
    take: (...given) => over(() => leaderships.take(...given)),
    leave: (...given) => over(() => leaderships.leave(...given)),
  };
  return { line, cut };
}

test('of several processes one leads; where it stops another follows at once', async () => {
  await using house = await scene();
  const { leading, begin, pass } = house;
  const processes = [begin('a'), begin('b'), begin('c')];
  await pass(2_000);
  assert.equal(leading.size, 1);
  const [first] = leading;
  await processes[['a', 'b', 'c'].indexOf(first ?? '')]?.stop();
  assert.equal(leading.size, 0);
  await pass(1_000);
  assert.equal(leading.size, 1);
  assert.ok(!leading.has(first ?? ''));
  await Promise.all(processes.map((each) => each.stop()));
  assert.equal(leading.size, 0);
});

for (const fault of ['away', 'silent'] as const) {
  test(`whose records are ${fault} stops leading before another begins, and does not come between it`, async () => {
    await using house = await scene();
    const { leaderships, leading, begin, pass } = house;
    const { line, cut } = cutOff(leaderships);
    const alone = begin('alone', cut);
    await pass(2_000);
    assert.deepEqual([...leading], ['alone']);
    const other = begin('other');
    await pass(10_000);
    assert.deepEqual([...leading], ['alone']);
    line.is = fault;
    await pass(ttlMs + 3_000);
    assert.deepEqual([...leading], ['other']);
    line.is = 'well';
    await pass(10_000);
    assert.deepEqual([...leading], ['other']);
    const stopped = Promise.all([alone.stop(), other.stop()]);
    await pass(2_000);
    await stopped;
  });
}

test('who cannot ask for less than the life of its lease leads on', async () => {
  await using house = await scene();
  const { leaderships, leading, begin, pass } = house;
  const { line, cut } = cutOff(leaderships);
  const alone = begin('alone', cut);
  const other = begin('other');
  await pass(2_000);
  const [first] = leading;
  for (let time = 0; time < 5; time += 1) {
    line.is = 'away';
    await pass(2_000);
    line.is = 'well';
    await pass(1_500);
    assert.deepEqual([...leading], [first]);
  }
  await Promise.all([alone.stop(), other.stop()]);
});

/** Work that takes until `finish` to begin, and what became of it. */
function slowWork() {
  const { promise, resolve: finish } = Promise.withResolvers<void>();
  const seen = { starts: 0, running: 0 };
  const start = async () => {
    seen.starts += 1;
    await promise;
    seen.running += 1;
    return {
      stop: async () => {
        seen.running -= 1;
      },
    };
  };
  return { finish, seen, start };
}

/** One whose work has not begun yet, and another who would lead. */
async function slowBesideOther(
  { begin, beginWith, pass }: Awaited<ReturnType<typeof scene>>,
  shared?: LeadershipRecords,
) {
  const slow = slowWork();
  const alone = beginWith('alone', slow.start, shared);
  await pass(2_000);
  const other = begin('other');
  const endBoth = () => Promise.all([alone.stop(), other.stop(), pass(2_000)]);
  return { slow, alone, other, endBoth };
}

test('whose work takes long to begin goes on leading meanwhile, and begins it once', async () => {
  await using house = await scene();
  const { leading, pass } = house;
  const { slow, alone, other } = await slowBesideOther(house);
  await pass(20_000);
  assert.deepEqual([...leading], [], 'nobody takes over from who is still beginning');
  slow.finish();
  await pass(1_000);
  assert.deepEqual(slow.seen, { starts: 1, running: 1 });
  await Promise.all([alone.stop(), other.stop()]);
  assert.equal(slow.seen.running, 0);
});

test('what began after the lease was lost is stopped at once', async () => {
  await using house = await scene();
  const { leaderships, leading, pass } = house;
  const { line, cut } = cutOff(leaderships);
  const { slow, endBoth } = await slowBesideOther(house, cut);
  line.is = 'away';
  await pass(ttlMs + 3_000);
  assert.deepEqual([...leading], ['other']);
  slow.finish();
  await pass(250);
  assert.deepEqual(slow.seen, { starts: 1, running: 0 });
  await endBoth();
});

test('whose work hangs as it begins lets another lead after a minute', async () => {
  await using house = await scene();
  const { leading, pass } = house;
  const { slow, endBoth } = await slowBesideOther(house);
  await pass(50_000);
  assert.deepEqual([...leading], []);
  await pass(15_000);
  assert.deepEqual([...leading], ['other']);
  slow.finish();
  await pass(5_000);
  assert.deepEqual(slow.seen, { starts: 1, running: 0 });
  await endBoth();
});

test('a start that hangs does not hold up who stops; what it begins later is stopped', async () => {
  await using house = await scene();
  const { leaderships, leading, begin, pass } = house;
  const slow = slowWork();
  const alone = house.beginWith('alone', slow.start);
  await pass(2_000);
  let isStopped = false;
  const stopped = alone.stop().then(() => {
    isStopped = true;
  });
  await pass(2_000);
  assert.ok(isStopped, 'a second is enough');
  await stopped;
  assert.equal(await leaderships.find('relay'), null, 'the lease is given up');
  slow.finish();
  await pass(250);
  assert.deepEqual(slow.seen, { starts: 1, running: 0 });
  const other = begin('other');
  await pass(2_000);
  assert.deepEqual([...leading], ['other']);
  await other.stop();
});

test('what begins within a second of the stop is stopped before it ends', async () => {
  await using house = await scene();
  const { pass } = house;
  const slow = slowWork();
  const alone = house.beginWith('alone', slow.start);
  await pass(2_000);
  const stopped = alone.stop();
  await pass(500);
  slow.finish();
  await stopped;
  assert.deepEqual(slow.seen, { starts: 1, running: 0 });
});

test('whose start hung challenges again, and begins anew; the first is stopped when it comes', async () => {
  await using house = await scene();
  const { begin, leading, pass } = house;
  const hung = slowWork();
  const sound = slowWork();
  sound.finish();
  const starts = [hung.start, sound.start];
  const alone = house.beginWith('alone', () => (starts.shift() ?? sound.start)());
  await pass(2_000);
  const other = begin('other');
  await pass(70_000);
  assert.deepEqual([...leading], ['other']);
  await pass(70_000);
  await other.stop();
  await pass(3_000);
  assert.deepEqual(sound.seen, { starts: 1, running: 1 });
  hung.finish();
  await pass(1_000);
  assert.deepEqual([hung.seen.running, sound.seen.running], [0, 1]);
  await alone.stop();
  assert.equal(sound.seen.running, 0);
});

test('who stops while it waits for what hung is done in a second, too', async () => {
  await using house = await scene();
  const { pass } = house;
  const alone = house.beginWith('alone', slowWork().start);
  await pass(80_000);
  let isStopped = false;
  void alone.stop().then(() => {
    isStopped = true;
  });
  await pass(2_500);
  assert.ok(isStopped);
});
