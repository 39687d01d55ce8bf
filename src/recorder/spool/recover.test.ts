import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import {
  always,
  samplesOf,
  testCamera,
  testFragment,
  testTimescale,
  unexplainedMs,
} from '../../../test/houses/recorder.ts';
import { memoryBlobs } from '../../adapters/memory/blobs.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { openDatabase } from '../../adapters/sql/database.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { branded, type EpochMs } from '../../core/brand.ts';
import { writeFragment } from '../../core/footage/cmaf.ts';
import type { Recording } from '../../core/footage/recording.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Keys } from '../../core/ports/keys.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { Records } from '../../core/ports/records.ts';
import { beginRecording } from '../write/begin-recording.ts';
import { keysAhead } from '../write/keys-ahead.ts';
import { dataPath, journalPath } from './files.ts';
import { spooledBlobKeys } from './inspect.ts';
import type { SpoolRecording } from './recording.ts';
import { recoverSpool } from './recover.ts';
import { storeRecording } from './store.ts';

const startMs = Date.UTC(2026, 0, 1);
const clock = manualClock(startMs);
const camera = testCamera(clock, { kind: 'demo' });
const fragmentMs = 2_000;

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-recover-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** Stores of a hub that was just started; `keys` outlive it. */
async function house(t: TestContext, keys: Keys) {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  t.after(() => database.close());
  return {
    records: sqlRecords({ database, keys, clock }),
    blobs: memoryBlobs(),
    keys,
    clock,
    log: silentLog,
  };
}

/** Writes a recording of `count` fragments, flushed and not ended, as a crash leaves it. */
async function crashed(
  keys: Keys,
  folder: string,
  count: number,
  { fromMs = startMs, lastEndAt = null as number | null } = {},
): Promise<SpoolRecording> {
  const first = testFragment(fromMs, { begins: true });
  const end = lastEndAt === null ? null : branded<EpochMs>(lastEndAt);
  const ahead = keysAhead({ keys, clock }, camera.organizationId);
  const recording = await beginRecording({ ahead, clock }, folder, camera, first, end);
  for (let index = 0; index < count; index += 1) {
    const { startTicks, durationTicks, samples } = testFragment(fromMs + index * fragmentMs);
    const content = { trackId: 1, sequence: index + 1, decodeTimeTicks: startTicks, samples };
    await recording.append(writeFragment(content), { durationTicks, frameCount: samples.length });
  }
  await recording.flush();
  await recording.close();
  return recording;
}

/** Asserts that every row has its object with size and hash, and returns which fragments are there, by number. */
async function provenFragments(deps: { records: Records; blobs: Blobs; keys: Keys }): Promise<number[]> {
  const rows = await deps.records.recordings.list(camera.id, always);
  const proven: number[] = [];
  for (const row of rows) {
    await proveObject(deps.blobs, row);
    const texts = (await samplesOf(deps, row)).map(({ data }) => Buffer.from(data).toString().trim());
    for (let at = 0; at < texts.length; at += 50) {
      const number = (Number(texts[at]?.split('/')[0]) - startMs) / fragmentMs;
      assert.deepEqual(
        texts.slice(at, at + 50),
        testFragment(startMs + number * fragmentMs).samples.map(({ data }) =>
          Buffer.from(data).toString().trim(),
        ),
      );
      assert.equal(row.startAt + (at / 50) * fragmentMs, startMs + number * fragmentMs);
      proven.push(number);
    }
  }
  const gaps = await deps.records.gaps.list(camera.id, always);
  assert.equal(
    unexplainedMs(
      rows,
      gaps.filter(({ startAt }) => startAt >= (rows[0]?.startAt ?? 0)),
    ),
    0,
  );
  return proven;
}

async function proveObject(blobs: Blobs, row: Recording): Promise<void> {
  const object = await blobs.get(row.blobKey);
  assert.equal(createHash('sha256').update(object).digest('hex'), row.sha256);
  let at = 0;
  for (const { sizeBytes, sha256 } of row.fragments) {
    const bytes = object.subarray(at, at + sizeBytes);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
    at += sizeBytes;
  }
  assert.equal(at, object.length);
}

test('an open recording is sealed after a crash, and its spool files are gone', async (t) => {
  const keys = memoryKeys();
  const folder = await temporary(t);
  const deps = await house(t, keys);
  const { header } = await crashed(keys, folder, 5, { lastEndAt: startMs - 3_000 });
  assert.deepEqual(await recoverSpool(deps, folder), {
    recordings: 1,
    fragmentsCut: 0,
    setAside: 0,
    waiting: [],
  });
  assert.deepEqual(await provenFragments(deps), [0, 1, 2, 3, 4]);
  assert.deepEqual(await readdir(folder), []);
  const row = await deps.records.recordings.find(header.id);
  assert.deepEqual([row?.startAt, row?.endAt], [startMs, startMs + 10_000]);
  assert.deepEqual(await deps.records.initSegments.find(header.init.sha256), header.init);
  assert.deepEqual(
    (await deps.records.gaps.list(camera.id, always)).map(({ startAt, endAt }) => [startAt, endAt]),
    [[startMs - 3_000, startMs]],
  );
  assert.deepEqual(await recoverSpool(deps, folder), {
    recordings: 0,
    fragmentsCut: 0,
    setAside: 0,
    waiting: [],
  });
});

test('cut anywhere, data and journal keep every fragment that both have whole', async (t) => {
  const keys = memoryKeys();
  const original = await temporary(t);
  const recording = await crashed(keys, original, 4);
  const { id } = recording.header;
  const dataBytes = (await readFile(dataPath(original, id))).length;
  const journal = await readFile(journalPath(original, id));
  const headerBytes = journal.indexOf('\n') + 1;
  const size = recording.fragments[0]?.sizeBytes ?? 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.nat(dataBytes), fc.constantFrom(0, size, size * 2, dataBytes)),
      fc.oneof(fc.nat(journal.length), fc.constantFrom(0, headerBytes, journal.length)),
      async (dataLength, journalLength) => {
        const folder = await temporary(t);
        const deps = await house(t, keys);
        await cp(original, folder, { recursive: true });
        await truncate(dataPath(folder, id), dataLength);
        await truncate(journalPath(folder, id), journalLength);
        await recoverSpool(deps, folder);
        const lines = journal.subarray(0, journalLength).toString('latin1').split('\n').length - 2;
        const whole = Math.max(0, Math.min(lines, Math.floor(dataLength / size)));
        assert.deepEqual(
          await provenFragments(deps),
          Array.from({ length: whole }, (_, index) => index),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('damage anywhere costs the fragments it touches and no other, and nothing false is ever stored', async (t) => {
  const keys = memoryKeys();
  const original = await temporary(t);
  const recording = await crashed(keys, original, 4);
  const { id } = recording.header;
  const data = await readFile(dataPath(original, id));
  const journal = await readFile(journalPath(original, id));
  const size = recording.fragments[0]?.sizeBytes ?? 0;
  const headerBytes = journal.indexOf('\n') + 1;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(data.length - 1),
      fc.option(fc.integer({ min: headerBytes, max: journal.length - 1 })),
      async (dataAt, journalAt) => {
        const folder = await temporary(t);
        const deps = await house(t, keys);
        await writeFile(dataPath(folder, id), flipped(data, dataAt));
        await writeFile(journalPath(folder, id), journalAt === null ? journal : flipped(journal, journalAt));
        await recoverSpool(deps, folder);
        const lost = new Set([Math.floor(dataAt / size)]);
        if (journalAt !== null) {
          const line = journal.subarray(0, journalAt).toString('latin1').split('\n').length - 2;
          lost.add(line);
          // A damaged line end joins two lines.
          if (journal[journalAt] === 0x0a) lost.add(line + 1);
        }
        assert.deepEqual(
          await provenFragments(deps),
          [0, 1, 2, 3].filter((number) => !lost.has(number)),
        );
        const again = await recoverSpool(deps, folder);
        assert.equal(again.recordings, 0);
      },
    ),
    { numRuns: 60 },
  );
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

test('a recording whose header is damaged is moved aside, not deleted', async (t) => {
  const keys = memoryKeys();
  const folder = await temporary(t);
  const deps = await house(t, keys);
  const { id } = (await crashed(keys, folder, 2)).header;
  const journal = await readFile(journalPath(folder, id));
  await writeFile(journalPath(folder, id), flipped(journal, 20));
  await writeFile(join(folder, 'stray.data'), 'bytes');
  const found = await recoverSpool(deps, folder);
  assert.deepEqual(found, { recordings: 0, fragmentsCut: 0, setAside: 2, waiting: [] });
  assert.deepEqual(await readdir(folder), ['damaged']);
  assert.deepEqual((await readdir(join(folder, 'damaged'))).sort(), [
    `${id}.data`,
    `${id}.journal`,
    'stray.data',
  ]);
});

test('a crash at any step of sealing loses nothing and stores nothing twice', async (t) => {
  const keys = memoryKeys();
  for (const crashAfter of ['before', 'object', 'row', 'forgetting'] as const) {
    const folder = await temporary(t);
    const deps = await house(t, keys);
    const { header } = await crashed(keys, folder, 3);
    const journal = await readFile(journalPath(folder, header.id));
    const failing = {
      ...deps.records,
      transaction: () => Promise.reject(new Error('the power went')),
    };
    if (crashAfter === 'object') {
      await recoverSpool({ ...deps, records: failing }, folder);
      assert.deepEqual(await readdir(folder), [`${header.id}.journal`]);
    } else if (crashAfter !== 'before') {
      await recoverSpool(deps, folder);
      if (crashAfter === 'row') await writeFile(journalPath(folder, header.id), journal);
    }
    const first = await recoverSpool(deps, folder);
    assert.equal(first.setAside, 0, crashAfter);
    assert.deepEqual(await provenFragments(deps), [0, 1, 2], crashAfter);
    assert.deepEqual(await readdir(folder), [], crashAfter);
  }
});

test('a torn end before the next recording is a gap that says crash', async (t) => {
  const keys = memoryKeys();
  const folder = await temporary(t);
  const deps = await house(t, keys);
  const first = await crashed(keys, folder, 3);
  const second = await crashed(keys, folder, 2, { fromMs: startMs + 6_000, lastEndAt: startMs + 6_000 });
  await truncate(dataPath(folder, first.header.id), (first.fragments[0]?.sizeBytes ?? 0) * 2);
  await recoverSpool(deps, folder);
  assert.deepEqual(await provenFragments(deps), [0, 1, 3, 4]);
  const gaps = await deps.records.gaps.list(camera.id, always);
  assert.deepEqual(
    gaps.map(({ startAt, endAt, cause }) => [startAt - startMs, endAt - startMs, cause]),
    [[4_000, 6_000, 'recorder-crashed']],
  );
  assert.equal((await deps.records.recordings.last(camera.id))?.id, second.header.id);
});

test('what cannot be stored now stays for the next start', async (t) => {
  const keys = memoryKeys();
  const folder = await temporary(t);
  const deps = await house(t, keys);
  await crashed(keys, folder, 2);
  const full = { ...deps, blobs: memoryBlobs({ capacityBytes: 10 }) };
  const left = await recoverSpool(full, folder);
  assert.deepEqual([left.recordings, left.fragmentsCut, left.setAside], [0, 0, 0]);
  assert.deepEqual(left.waiting, [{ cameraId: camera.id, startAt: startMs, endAt: startMs + 4_000 }]);
  assert.equal((await readdir(folder)).length, 2);
  assert.equal((await recoverSpool(deps, folder)).recordings, 1);
});

test('what waited for room and turns out damaged is told as a gap, though there is newer footage by then', async (t) => {
  const keys = memoryKeys();
  for (const damage of ['middle', 'end', 'all', 'journal'] as const) {
    const folder = await temporary(t);
    const deps = await house(t, keys);
    await crashed(keys, folder, 1, { fromMs: startMs - fragmentMs });
    await recoverSpool(deps, folder);
    const { header, fragments } = await crashed(keys, folder, 4);
    const { waiting } = await recoverSpool({ ...deps, blobs: memoryBlobs({ capacityBytes: 10 }) }, folder);
    const newer = await crashed(keys, await temporary(t), 1, { fromMs: startMs + 8_000 });
    await storeRecording(deps, {
      ...{ header: newer.header, fragments: newer.fragments, sizeBytes: 0, dataFile: null, waiting },
      ...{ sha256: branded('00'.repeat(32)), isActive: false, otherwise: 'frames-lost' },
    });
    assert.deepEqual(await deps.records.gaps.list(camera.id, always), []);
    const path = dataPath(folder, header.id);
    const data = await readFile(path);
    const size = fragments[0]?.sizeBytes ?? 0;
    if (damage === 'middle') await writeFile(path, flipped(data, size + 5));
    else if (damage === 'end') await truncate(path, size * 3);
    else if (damage === 'all') await truncate(path, 7);
    else {
      const lines = (await readFile(journalPath(folder, header.id), 'latin1')).split('\n');
      await writeFile(journalPath(folder, header.id), `${lines.slice(0, 3).join('\n')}\n`, 'latin1');
    }
    await recoverSpool(deps, folder);
    const gaps = await deps.records.gaps.list(camera.id, always);
    assert.deepEqual(
      gaps.map(({ startAt, endAt }) => [startAt - startMs, endAt - startMs]),
      { middle: [[2_000, 4_000]], end: [[6_000, 8_000]], all: [[0, 8_000]], journal: [[4_000, 8_000]] }[
        damage
      ],
      damage,
    );
    assert.equal(unexplainedMs(await deps.records.recordings.list(camera.id, always), gaps), 0, damage);
    await recoverSpool(deps, folder);
    assert.equal((await deps.records.gaps.list(camera.id, always)).length, 1);
  }
});

test('storing a recording again changes nothing', async (t) => {
  const keys = memoryKeys();
  const folder = await temporary(t);
  const deps = await house(t, keys);
  const { header } = await crashed(keys, folder, 2);
  await recoverSpool(deps, folder);
  const row = await deps.records.recordings.find(header.id);
  assert.ok(row !== null);
  const { fragments, sizeBytes, sha256 } = row;
  const again = { header, fragments, sizeBytes, sha256, dataFile: null, isActive: true, waiting: [] };
  assert.deepEqual(await storeRecording(deps, { ...again, otherwise: 'frames-lost' }), row);
  assert.equal(
    testTimescale * 4,
    row.fragments.reduce((total, { durationTicks }) => total + durationTicks, 0),
  );
});

test('a file that cannot be read stays where it is and keeps no other from being recovered', async (t) => {
  const keys = memoryKeys();
  const folder = await temporary(t);
  const deps = await house(t, keys);
  // Read before and after the good one, whatever the order of the folder.
  for (const name of ['0', 'z']) await mkdir(join(folder, `${name}.journal`));
  const { header } = await crashed(keys, folder, 2);
  assert.deepEqual(await spooledBlobKeys(folder), [header.blobKey]);
  const errors: unknown[] = [];
  const log = { ...silentLog, error: (_message: string, fields?: unknown) => errors.push(fields) };
  const found = await recoverSpool({ ...deps, log }, folder);
  assert.deepEqual(found, { recordings: 1, fragmentsCut: 0, setAside: 0, waiting: [] });
  assert.deepEqual(await provenFragments(deps), [0, 1]);
  assert.deepEqual((await readdir(folder)).sort(), ['0.journal', 'z.journal']);
  assert.match(JSON.stringify(errors), /"0.journal".*"z.journal"|"z.journal".*"0.journal"/);
});
