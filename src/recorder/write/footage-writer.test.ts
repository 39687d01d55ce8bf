import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  always,
  failingSync,
  samplesOf,
  testCamera,
  testFragment,
  unexplainedMs,
  until,
} from '../../../test/houses/recorder.ts';
import { memoryBlobs } from '../../adapters/memory/blobs.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { openDatabase } from '../../adapters/sql/database.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { branded, type EpochMs } from '../../core/brand.ts';
import { type ErrorCode, VedetteError } from '../../core/errors.ts';
import type { Sample } from '../../core/footage/cmaf.ts';
import { recordingKeyContext } from '../../core/footage/recording.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import { silentLog } from '../../core/ports/log.ts';
import { recoverSpool } from '../spool/recover.ts';
import { createFootageWriter } from './footage-writer.ts';
import { maxQueuedBytes } from './queue.ts';

const startMs = Date.UTC(2026, 0, 1);

async function house(
  t: TestContext,
  { blobs = memoryBlobs() as Blobs, lastEndAt = null as number | null } = {},
) {
  const spoolFolder = await mkdtemp(join(tmpdir(), 'vedette-writer-'));
  const clock = manualClock(startMs);
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const keys = memoryKeys();
  const records = sqlRecords({ database, keys, clock });
  const camera = testCamera(clock, { kind: 'demo' });
  const problems: (ErrorCode | null)[] = [];
  const room = { asked: 0, make: async () => false };
  const watch = { isActive: false, lookedAt: null as Uint8Array | null };
  const deps = { records, blobs, keys, clock, log: silentLog };
  const writer = createFootageWriter(deps, {
    ...{ camera, spoolFolder, waiting: [], random: () => 0.5 },
    lastEndAt: lastEndAt === null ? null : branded<EpochMs>(lastEndAt),
    makeRoom: () => {
      room.asked += 1;
      return room.make();
    },
    isActive: () => watch.isActive,
    isInUse: (data) => data === watch.lookedAt,
    onSealed: () => {},
    onWritten: () => {},
    onProblem: (code) => problems.push(code),
  });
  t.after(async () => {
    await writer.stop();
    await database.close();
    await rm(spoolFolder, { recursive: true });
  });
  return {
    ...{ ...deps, camera, writer, spoolFolder, problems, room, watch },
    recordings: () => records.recordings.list(camera.id, always),
    gaps: () => records.gaps.list(camera.id, always),
    add(...seconds: number[]) {
      for (const second of seconds) writer.add(testFragment(startMs + second * 1000));
    },
  };
}

const seconds = (from: number, to: number) =>
  Array.from({ length: (to - from) / 2 }, (_, index) => from + index * 2);

test('recordings are at most 60 s long, touch, and hold what was written', async (t) => {
  const { writer, add, recordings, gaps, blobs, keys, spoolFolder } = await house(t);
  add(...seconds(0, 130));
  writer.endRecording();
  await writer.settled();
  const rows = await recordings();
  assert.deepEqual(
    rows.map(({ startAt, endAt }) => [startAt - startMs, endAt - startMs]),
    [
      [0, 60_000],
      [60_000, 120_000],
      [120_000, 130_000],
    ],
  );
  assert.deepEqual(await gaps(), []);
  assert.deepEqual(await readdir(spoolFolder), []);
  for (const row of rows) {
    const object = await blobs.get(row.blobKey);
    assert.equal(createHash('sha256').update(object).digest('hex'), row.sha256);
    assert.equal(object.length, row.sizeBytes);
    const expected = row.fragments.flatMap((_, index) => testFragment(row.startAt + index * 2_000).samples);
    assert.deepEqual(
      (await samplesOf({ blobs, keys }, row)).map(({ data }) => Buffer.from(data).toString()),
      expected.map(({ data }) => Buffer.from(data).toString()),
    );
  }
  assert.match(rows[0]?.blobKey ?? '', /^footage\/[0-9a-f-]+\/[0-9a-f-]+\/2026-01-01\/[0-9a-f-]+\.cmfv$/);
});

test('no two recordings have the same key', async (t) => {
  const { writer, add, recordings, keys } = await house(t);
  add(...seconds(0, 70));
  writer.endRecording();
  await writer.settled();
  const unwrapped = await Promise.all(
    (await recordings()).map(async (row) =>
      Buffer.from(await keys.unwrap(row.wrappedKey, recordingKeyContext(row))).toString('hex'),
    ),
  );
  assert.equal(new Set(unwrapped).size, 2);
});

test('a cut seals the recording after the next fragment, and the next one touches it', async (t) => {
  const { writer, add, recordings } = await house(t);
  add(0, 2);
  await until(() => writer.open[0]?.fragments.length === 2, 'two fragments are written');
  writer.cut();
  add(4, 6);
  await until(async () => (await recordings()).length === 1, 'the cut recording is sealed');
  writer.endRecording();
  await writer.settled();
  assert.deepEqual(
    (await recordings()).map(({ startAt, endAt }) => [startAt - startMs, endAt - startMs]),
    [
      [0, 6_000],
      [6_000, 8_000],
    ],
  );
});

test('a cut between recordings cuts none that comes later', async (t) => {
  const { writer, add, recordings } = await house(t);
  writer.cut();
  add(0, 2, 4);
  writer.endRecording();
  await writer.settled();
  assert.equal((await recordings()).length, 1);
});

test('a hole in the footage is a gap in the transaction of the later recording', async (t) => {
  const { writer, add, recordings, gaps } = await house(t, { lastEndAt: startMs - 10_000 });
  add(0, 2);
  const since = branded<EpochMs>(startMs + 4_000);
  writer.add(testFragment(startMs + 9_000, { begins: true, reasons: [{ cause: 'source-timeout', since }] }));
  writer.endRecording();
  await writer.settled();
  assert.deepEqual(
    (await gaps()).map(({ startAt, endAt, cause }) => [startAt - startMs, endAt - startMs, cause]),
    [
      [-10_000, 0, 'frames-lost'],
      [4_000, 9_000, 'source-timeout'],
    ],
  );
  assert.equal(unexplainedMs(await recordings(), (await gaps()).slice(1)), 0);
});

test('what is written can be read at once, and through the moment of sealing', async (t) => {
  const { writer, add, recordings } = await house(t);
  add(0);
  await until(() => writer.readable[0]?.fragments.length === 1, 'the fragment can be read');
  const [open] = writer.readable;
  const before = await open?.read(0);
  writer.endRecording();
  await writer.settled();
  assert.equal((await recordings()).length, 1);
  assert.deepEqual(writer.open, []);
  assert.deepEqual(await writer.readable[0]?.read(0), before);
  await assert.rejects(async () => open?.read(1), { code: 'not-found' });
});

test('a recording is kept by its class: held, with somebody in it, or idle', async (t) => {
  const { writer, add, recordings, records, camera, watch } = await house(t);
  const { id: cameraId, organizationId } = camera;
  await records.holds.insert({
    ...{ id: branded('h'), organizationId, cameraId, incidentId: branded('i') },
    ...{ startAt: branded(startMs + 4_500), endAt: branded(startMs + 5_000) },
  });
  add(0, 2);
  await until(() => writer.open[0]?.fragments.length === 2, 'the idle one is written');
  writer.endRecording();
  add(4);
  writer.endRecording();
  await writer.settled();
  watch.isActive = true;
  add(6);
  writer.endRecording();
  await writer.settled();
  assert.deepEqual(
    (await recordings()).map(({ retentionClass }) => retentionClass),
    ['idle', 'incident', 'activity'],
  );
});

test('a full store is asked to make room, and nothing is lost', async (t) => {
  const full = { is: true };
  const blobs = memoryBlobs();
  const { writer, add, recordings, gaps, room, clock } = await house(t, {
    blobs: {
      ...blobs,
      put: (...args) => (full.is ? Promise.reject(new VedetteError('data-full')) : blobs.put(...args)),
    },
  });
  add(...seconds(0, 62));
  await until(() => room.asked > 0, 'room is asked for');
  // Recording goes on while the sealing waits.
  add(62, 64);
  await until(() => writer.open.at(-1)?.fragments.length === 3, 'recording goes on');
  full.is = false;
  await clock.advance(10_000);
  writer.endRecording();
  await writer.settled();
  assert.deepEqual(
    (await recordings()).map(({ fragments }) => fragments.length),
    [30, 3],
  );
  assert.deepEqual(await gaps(), []);
});

test('footage that cannot be written for too long becomes a gap, and recording goes on by itself', async (t) => {
  const { writer, recordings, gaps, problems, keys, clock } = await house(t);
  const wrap = keys.wrap.bind(keys);
  keys.wrap = () => Promise.reject(new VedetteError('data-full'));
  const big = { sizeBytes: Math.floor(maxQueuedBytes / 3) - 1 };
  writer.add(testFragment(startMs, big));
  await until(() => problems.includes('data-full'), 'the problem is told');
  for (const second of seconds(2, 20)) writer.add(testFragment(startMs + second * 1000, big));
  keys.wrap = wrap;
  await clock.advance(10_000);
  await until(() => problems.at(-1) === null, 'the problem is over');
  writer.add(testFragment(startMs + 20_000));
  writer.endRecording();
  await writer.settled();
  assert.deepEqual(
    (await recordings()).map(({ startAt, endAt }) => [startAt - startMs, endAt - startMs]),
    [
      [0, 6_000],
      [20_000, 22_000],
    ],
  );
  assert.deepEqual(
    (await gaps()).map(({ startAt, endAt, cause }) => [startAt - startMs, endAt - startMs, cause]),
    [[6_000, 20_000, 'disk-full']],
  );
});

test('what cannot be sealed when the recorder stops stays in the spool', async (t) => {
  const blobs = { ...memoryBlobs(), put: () => Promise.reject(new VedetteError('data-read-only')) };
  const { writer, add, spoolFolder } = await house(t, { blobs });
  add(0, 2);
  await writer.stop();
  assert.deepEqual((await readdir(spoolFolder)).map((name) => name.split('.')[1]).sort(), [
    'data',
    'journal',
  ]);
});

test('a database that is away for hours keeps recordings in the spool, and they are sealed once it is back', async (t) => {
  const { writer, add, recordings, gaps, records, clock, spoolFolder } = await house(t);
  const { transaction } = records;
  let tries = 0;
  records.transaction = () => {
    tries += 1;
    return Promise.reject(new VedetteError('records-unavailable'));
  };
  add(...seconds(0, 64));
  writer.endRecording();
  await until(async () => {
    await clock.advance(10_000);
    return tries > 100;
  }, 'it is tried again and again');
  assert.equal(writer.open.length, 2);
  records.transaction = transaction;
  await until(async () => {
    await clock.advance(10_000);
    return (await recordings()).length === 2;
  }, 'both are sealed');
  assert.deepEqual(
    (await recordings()).map(({ startAt, endAt }) => [startAt - startMs, endAt - startMs]),
    [
      [0, 60_000],
      [60_000, 64_000],
    ],
  );
  assert.deepEqual(await gaps(), []);
  await writer.settled();
  assert.deepEqual(await readdir(spoolFolder), []);
});

test('a recording that cannot be sealed is left to the recovery, and those after it are sealed', async (t) => {
  const blobs = memoryBlobs();
  const refused: string[] = [];
  let tries = 0;
  const { writer, add, recordings, gaps, clock, spoolFolder, ...deps } = await house(t, {
    blobs: {
      ...blobs,
      put(key, ...rest) {
        if (refused.length === 0) refused.push(key);
        if (!refused.includes(key)) return blobs.put(key, ...rest);
        tries += 1;
        return Promise.reject(new VedetteError('data-damaged'));
      },
    },
  });
  add(...seconds(0, 64));
  writer.endRecording();
  await until(async () => {
    await clock.advance(1_000);
    return (await recordings()).length === 1;
  }, 'the second recording is sealed');
  assert.equal(tries, 5);
  assert.deepEqual(writer.open, []);
  // It is not missing: it waits.
  assert.deepEqual(await gaps(), []);
  refused[0] = 'another';
  await recoverSpool({ ...deps, clock }, spoolFolder);
  assert.deepEqual(
    (await recordings()).map(({ startAt, endAt }) => [startAt - startMs, endAt - startMs]),
    [
      [0, 60_000],
      [60_000, 64_000],
    ],
  );
  assert.deepEqual(await gaps(), []);
});

test('a sync that fails ends the recording, which is written anew; it is told once, until one succeeds', async (t) => {
  const { writer, add, recordings, gaps, problems, blobs, keys, spoolFolder, camera } = await house(t);
  const sync = await failingSync(t, spoolFolder);
  add(0);
  await until(() => writer.open[0]?.fragments.length === 1, 'the first is written');
  const { dataFile } = writer.open[0] ?? { dataFile: '' };
  const before = (await stat(dataFile)).ino;
  const stored: number[] = [];
  const put = blobs.put.bind(blobs);
  blobs.put = async (key, body, about) => {
    if (!(body instanceof Uint8Array)) stored.push((await stat(body.takeFile)).ino);
    return put(key, body, about);
  };
  sync.fails = 1;
  await writer.flush();
  await until(async () => (await recordings()).length === 1, 'the recording is sealed');
  await until(() => writer.open.length === 0, 'nothing is open');
  // What the disk may have dropped is not what the store is given.
  assert.notEqual(stored[0], before);
  assert.deepEqual(problems, ['data-damaged']);
  add(2);
  await until(() => writer.open.at(-1)?.fragments.length === 1, 'recording goes on');
  assert.deepEqual(problems, ['data-damaged']);
  await writer.flush();
  assert.deepEqual(problems, ['data-damaged', null]);
  writer.endRecording();
  await writer.settled();
  const rows = await recordings();
  assert.deepEqual(
    rows.map(({ startAt, endAt }) => [startAt - startMs, endAt - startMs]),
    [
      [0, 2_000],
      [2_000, 4_000],
    ],
  );
  assert.equal((await samplesOf({ blobs, keys }, rows[0] ?? assert.fail())).length, 50);
  assert.deepEqual([await gaps(), await readdir(spoolFolder), camera.enabled], [[], [], true]);
});

test('a fragment that fails to be written is the gap before the next one of the queue, and of no other', async (t) => {
  const { writer, add, recordings, gaps, problems, keys, clock } = await house(t, { lastEndAt: startMs });
  const wrap = keys.wrap.bind(keys);
  let attempts = 0;
  keys.wrap = (...args) => {
    attempts += 1;
    return attempts <= 5 ? Promise.reject(new VedetteError('data-damaged')) : wrap(...args);
  };
  add(0, 2, 4);
  await until(() => problems.includes('data-damaged'), 'the problem is told');
  await until(async () => {
    await clock.advance(5_000);
    return problems.at(-1) === null;
  }, 'the problem is over');
  add(6);
  writer.endRecording();
  await writer.settled();
  assert.deepEqual(
    (await recordings()).map(({ startAt, endAt }) => [startAt - startMs, endAt - startMs]),
    [[2_000, 8_000]],
  );
  assert.deepEqual(
    (await gaps()).map(({ startAt, endAt, cause }) => [startAt - startMs, endAt - startMs, cause]),
    [[0, 2_000, 'storage-failed']],
  );
});

test('memory of what was written is given back, unless somebody still looks at it', async (t) => {
  const { writer, watch } = await house(t);
  const fragment = testFragment(startMs, { samples: [sample(true), sample(false), sample(false)] });
  const [first, second, third] = fragment.samples.map(({ data }) => data);
  watch.lookedAt = second ?? null;
  writer.add(fragment);
  await until(() => first?.length === 0, 'the memory is given back');
  await until(() => third?.length === 0, 'the memory is given back');
  assert.equal(second?.length, 10_000);

  function sample(keyFrame: boolean): Sample {
    return { data: new Uint8Array(10_000), durationTicks: 3_600, compositionOffsetTicks: 0, keyFrame };
  }
});

test('while the keeper of keys is away recordings go on beginning, each with a key of its own, until none is left', async (t) => {
  const { writer, add, keys, recordings, gaps, problems } = await house(t);
  add(...seconds(0, 60));
  writer.endRecording();
  await writer.settled();
  const { wrap } = keys;
  keys.wrap = () => Promise.reject(new VedetteError('key-unavailable'));
  add(...seconds(60, 300));
  writer.endRecording();
  await writer.settled();
  const rows = await recordings();
  assert.equal(rows.length, 5);
  const plain = await Promise.all(
    rows.map((row) => keys.unwrap(row.wrappedKey, recordingKeyContext(row)).then((key) => key.toHex())),
  );
  assert.equal(new Set(plain).size, rows.length);
  assert.deepEqual([await gaps(), problems], [[], []]);

  for (let minute = 5; minute < 20; minute += 1) add(...seconds(minute * 60, minute * 60 + 60));
  await until(() => problems.length > 0, 'a key is missing');
  assert.deepEqual(problems, ['key-unavailable']);
  keys.wrap = wrap;
});
