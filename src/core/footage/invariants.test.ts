import assert from 'node:assert/strict';
import { createHash, randomBytes as randomBuffer } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  at,
  camera,
  gap,
  household,
  image,
  initSegment,
  recording,
  span,
} from '../../../test/houses/rows.ts';
import { memoryBlobs } from '../../adapters/memory/blobs.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { openDatabase } from '../../adapters/sql/database.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { runningSha256 } from '../../adapters/system/hash.ts';
import { branded, type Sha256 } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { silentLog } from '../ports/log.ts';
import type { Camera } from '../site/camera.ts';
import { type CheckOptions, checkFootage } from './invariants.ts';
import { type Recording, recordingKeyContext } from './recording.ts';

const minuteMs = 60_000;
const fragmentCount = 4;
const fragmentBytes = 500;
/** 25 frames a second at 90 kHz. */
const frameTicks = 3_600;

const hashOf = (bytes: Uint8Array) => branded<Sha256>(createHash('sha256').update(bytes).digest('hex'));
const randomBytes = (sizeBytes: number) => new Uint8Array(randomBuffer(sizeBytes));

/** A store with one camera and no footage. */
async function house(t: { after(work: () => Promise<void>): void }) {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  t.after(() => database.close());
  const records = sqlRecords({ database, keys: memoryKeys(), clock: manualClock() });
  const blobs = memoryBlobs();
  const { camera: gate, site: yard } = await household(records);
  await records.initSegments.put(initSegment());

  async function store(key: string, bytes: Uint8Array): Promise<void> {
    await blobs.put(key, bytes, { sizeBytes: bytes.length, sha256: hashOf(bytes) });
  }

  async function replace(key: string, bytes: Uint8Array): Promise<void> {
    await blobs.delete(key);
    await store(key, bytes);
  }

  /** Footage with its object; `change` is what the row says otherwise. */
  async function record(
    startMs: number,
    endMs: number,
    change: Partial<Recording> = {},
    of: Camera = gate,
  ): Promise<Recording> {
    const bytes = randomBytes(fragmentCount * fragmentBytes);
    const fragments = Array.from({ length: fragmentCount }, (_, i) => ({
      sizeBytes: fragmentBytes,
      durationTicks: frameTicks * 50,
      frameCount: 50,
      sha256: hashOf(bytes.subarray(i * fragmentBytes, (i + 1) * fragmentBytes)),
    }));
    const what = { fragments, sizeBytes: bytes.length, sha256: hashOf(bytes), ...change };
    const made = recording(of, span(startMs, endMs), what);
    await store(made.blobKey, bytes);
    await records.recordings.insert(made);
    return made;
  }

  async function check(options: Partial<CheckOptions> = {}) {
    const checking = checkFootage({ records, blobs, hash: runningSha256 }, { openBlobKeys: [], ...options });
    const findings = await Array.fromAsync(checking);
    return { findings, looked: checking.looked };
  }

  async function found(options: Partial<CheckOptions> = {}): Promise<string[]> {
    const { findings } = await check(options);
    return findings.map(({ invariant, subject }) => `${invariant} ${subject}`);
  }

  return { records, blobs, gate, yard, store, replace, record, check, found };
}

test('an empty store has no findings and says that nothing was looked at', async (t) => {
  const { check } = await house(t);
  const { findings, looked } = await check();
  assert.deepEqual(findings, []);
  assert.deepEqual(looked, { cameras: 1, recordings: 0, images: 0, objects: 0, bytes: 0 });
});

test('a whole store has no findings, and everything in it was looked at', async (t) => {
  const { records, gate, store, record, check } = await house(t);
  await record(0, minuteMs);
  await record(minuteMs, 2 * minuteMs);
  await records.gaps.insert(gap(gate, span(2 * minuteMs, 5 * minuteMs)));
  await record(5 * minuteMs, 6 * minuteMs);
  const bytes = randomBytes(700);
  const still = { ...image(gate, at(0)), sizeBytes: 700, sha256: hashOf(bytes) };
  await store(still.blobKey, bytes);
  await records.images.insert(still);
  await store('footage/open', randomBytes(10));
  await store('footage/garbage', randomBytes(10));
  await records.garbage.add('footage/garbage', at(0));
  const { findings, looked } = await check({ openBlobKeys: ['footage/open'] });
  assert.deepEqual(findings, []);
  assert.deepEqual(looked, { cameras: 1, recordings: 3, images: 1, objects: 6, bytes: 3 * 2_000 + 700 });
});

test('more rows than a page are all looked at, and a large object is read in pieces', async (t) => {
  const { records, blobs, gate, record, check, replace } = await house(t);
  for (let i = 0; i < 401; i += 1) await record(i * minuteMs, (i + 1) * minuteMs);
  const large = randomBytes(9 * 1024 * 1024 + 17);
  const still = { ...image(gate, at(0)), sizeBytes: large.length, sha256: hashOf(large) };
  await replace(still.blobKey, large);
  await records.images.insert(still);
  const { findings, looked } = await check();
  assert.deepEqual(findings, []);
  assert.equal(looked.recordings, 401);
  const asked: number[] = [];
  const watching = {
    ...blobs,
    get: (key: string, range?: { start: number; end?: number }) => {
      asked.push((range?.end ?? Number.POSITIVE_INFINITY) - (range?.start ?? 0));
      return blobs.get(key, range);
    },
  };
  await Array.fromAsync(
    checkFootage({ records, blobs: watching, hash: runningSha256 }, { openBlobKeys: [] }),
  );
  assert.ok(Math.max(...asked) <= 4 * 1024 * 1024);
});

test('I1: an object that is missing, or has another size, is found', async (t) => {
  const { blobs, record, replace, found } = await house(t);
  const missing = await record(0, minuteMs);
  const shorter = await record(minuteMs, 2 * minuteMs);
  const longer = await record(2 * minuteMs, 3 * minuteMs);
  const bytes = await blobs.get(longer.blobKey);
  await blobs.delete(missing.blobKey);
  await replace(shorter.blobKey, randomBytes(1_999));
  await replace(longer.blobKey, new Uint8Array([...bytes, 0]));
  assert.deepEqual(
    await found(),
    [missing, shorter, longer].map(({ id }) => `I1 recording ${id}`),
  );
});

test('I1: any single flipped bit is found, and in which fragment it is', async (t) => {
  const { blobs, record, replace, check } = await house(t);
  const made = await record(0, minuteMs);
  const bytes = new Uint8Array(await blobs.get(made.blobKey));
  const property = fc.asyncProperty(
    fc.integer({ min: 0, max: bytes.length - 1 }),
    fc.integer({ min: 0, max: 7 }),
    async (position, bit) => {
      const flipped = bytes.slice();
      flipped[position] = (flipped[position] ?? 0) ^ (1 << bit);
      await replace(made.blobKey, flipped);
      const { findings } = await check();
      assert.equal(findings.length, 1);
      assert.equal(findings[0]?.invariant, 'I1');
      assert.match(
        findings[0].problem,
        new RegExp(`Damaged fragments: ${Math.floor(position / fragmentBytes)}\\.`),
      );
    },
  );
  await fc.assert(property, { numRuns: 25 });
});

test('I1: a row whose fragments do not make up its size, or whose header is gone, is found', async (t) => {
  const { record, found } = await house(t);
  const odd = await record(0, minuteMs, { fragments: [] });
  const headless = await record(minuteMs, 2 * minuteMs, { initSha256: hashOf(new Uint8Array(3)) });
  assert.deepEqual(await found(), [`I1 recording ${odd.id}`, `I1 recording ${headless.id}`]);
});

test('I1: an image whose object is missing or damaged is found', async (t) => {
  const { records, gate, store, found } = await house(t);
  const bytes = randomBytes(700);
  const whole = { ...image(gate, at(0)), sizeBytes: 700, sha256: hashOf(bytes) };
  await store(whole.blobKey, bytes);
  const damaged = { ...image(gate, at(0)), sizeBytes: 700, sha256: hashOf(bytes) };
  await store(damaged.blobKey, randomBytes(700));
  const missing = image(gate, at(0));
  for (const each of [whole, damaged, missing]) await records.images.insert(each);
  assert.deepEqual(await found(), [`I1 image ${damaged.id}`, `I1 image ${missing.id}`]);
});

test('I1: an object that the store cannot read is found, and the check goes on', async (t) => {
  const { records, blobs, record } = await house(t);
  const bad = await record(0, minuteMs);
  await record(minuteMs, 2 * minuteMs);
  const failing = {
    ...blobs,
    get: (key: string, range?: { start: number; end?: number }) =>
      key === bad.blobKey ? Promise.reject(new Error('EIO')) : blobs.get(key, range),
  };
  const check = checkFootage({ records, blobs: failing, hash: runningSha256 }, { openBlobKeys: [] });
  const findings = await Array.fromAsync(check);
  assert.deepEqual(
    findings.map(({ subject }) => subject),
    [`recording ${bad.id}`],
  );
  assert.equal(check.looked.recordings, 2);
});

test('I2: an object that nobody owns is found', async (t) => {
  const { store, record, found } = await house(t);
  await record(0, minuteMs);
  await store('footage/orphan', randomBytes(10));
  assert.deepEqual(await found(), ['I2 object footage/orphan']);
  assert.deepEqual(await found({ openBlobKeys: ['footage/orphan'] }), []);
});

test('I2: an object that two rows own is found', async (t) => {
  const { records, gate, record, found } = await house(t);
  const made = await record(0, minuteMs);
  await records.images.insert({
    ...image(gate, at(0)),
    blobKey: made.blobKey,
    sizeBytes: made.sizeBytes,
    sha256: made.sha256,
  });
  assert.deepEqual(await found(), [`I2 object ${made.blobKey}`]);
});

test('I2: an object that is owned and listed as garbage is found', async (t) => {
  const { records, record, found } = await house(t);
  const made = await record(0, minuteMs);
  await records.garbage.add(made.blobKey, at(0));
  assert.deepEqual(await found(), [`I2 object ${made.blobKey}`]);
});

test('I3: recordings that overlap are found, also when one lies inside another', async (t) => {
  const { gate, record, found } = await house(t);
  await record(0, minuteMs);
  await record(minuteMs - 1_000, minuteMs - 500);
  await record(minuteMs, 2 * minuteMs);
  assert.deepEqual(await found(), [`I3 camera ${gate.id}`]);
});

test('I3: missing footage without a gap is found, with its time', async (t) => {
  const { gate, record, check } = await house(t);
  await record(0, minuteMs);
  await record(2 * minuteMs, 3 * minuteMs);
  const { findings } = await check();
  assert.equal(findings.length, 1);
  assert.equal(findings[0]?.subject, `camera ${gate.id}`);
  assert.match(findings[0].problem, /60000 ms from 2026-01-01T00:01:00\.000Z/);
});

test('I3: a gap must cover all that is missing; several may do so together', async (t) => {
  const { records, gate, record, found } = await house(t);
  await record(0, minuteMs);
  await record(4 * minuteMs, 5 * minuteMs);
  await records.gaps.insert(gap(gate, span(minuteMs, 2 * minuteMs)));
  await records.gaps.insert(gap(gate, span(3 * minuteMs, 4 * minuteMs)));
  assert.equal((await found()).length, 1);
  await records.gaps.insert(gap(gate, span(2 * minuteMs, 3 * minuteMs)));
  assert.deepEqual(await found(), []);
});

test('I3: a frame, or a tenth of a second, between two recordings is no gap; more is', async (t) => {
  const { yard, records, record, found } = await house(t);
  const slow = [
    { sizeBytes: 2_000, durationTicks: 90_000, frameCount: 2, sha256: hashOf(new Uint8Array(1)) },
  ];
  const cases = [
    { apartMs: 100, change: {}, broken: false },
    { apartMs: 101, change: {}, broken: true },
    { apartMs: -40, change: {}, broken: false },
    { apartMs: -41, change: {}, broken: true },
    { apartMs: 500, change: { fragments: slow }, broken: false },
    { apartMs: 501, change: { fragments: slow }, broken: true },
  ];
  const expected: string[] = [];
  for (const { apartMs, change, broken } of cases) {
    const other = camera(yard);
    await records.cameras.insert(other);
    await record(0, minuteMs, change, other);
    await record(minuteMs + apartMs, 2 * minuteMs, {}, other);
    if (broken) expected.push(`I3 camera ${other.id}`);
  }
  const sorted = (await found()).sort();
  assert.deepEqual(sorted, expected.sort());
});

test('I3: cameras do not explain or disturb each other', async (t) => {
  const { records, gate, yard, record, found } = await house(t);
  const other = camera(yard);
  await records.cameras.insert(other);
  await record(0, minuteMs);
  await record(30_000, 90_000, {}, other);
  await record(2 * minuteMs, 3 * minuteMs);
  await records.gaps.insert(gap(other, span(minuteMs, 2 * minuteMs)));
  assert.deepEqual(await found(), [`I3 camera ${gate.id}`]);
});

test('I3: what may have expired between kept footage needs no gap, what came after does', async (t) => {
  const { gate, record, found } = await house(t);
  await record(0, minuteMs, { retentionClass: 'activity' });
  await record(10 * minuteMs, 11 * minuteMs, { retentionClass: 'activity' });
  assert.deepEqual(await found({ expiredBefore: at(10 * minuteMs) }), []);
  assert.deepEqual(await found({ expiredBefore: at(9 * minuteMs) }), [`I3 camera ${gate.id}`]);
});

test('I3: what a full disk overwrote between evidence needs no gap, what came after the oldest other footage does', async (t) => {
  const { gate, record, found } = await house(t);
  await record(0, minuteMs, { retentionClass: 'incident' });
  await record(5 * minuteMs, 6 * minuteMs, { retentionClass: 'incident' });
  await record(9 * minuteMs, 10 * minuteMs);
  assert.deepEqual(await found(), []);
  await record(12 * minuteMs, 13 * minuteMs);
  assert.deepEqual(await found(), [`I3 camera ${gate.id}`]);
});

test('I3: any time line of touching recordings and gaps holds, and without one of its gaps it does not', async (t) => {
  const piece = fc.record({
    kind: fc.constantFrom('recording', 'gap'),
    ms: fc.integer({ min: 200, max: minuteMs }),
    jitterMs: fc.integer({ min: -40, max: 100 }),
  });
  const property = fc.asyncProperty(
    fc.array(piece, { maxLength: 12 }),
    fc.nat({ max: 20 }),
    async (pieces, omitted) => {
      const { records, gate, record, found } = await house(t);
      let endMs = 0;
      let omittedOne = false;
      await record(0, 1_000);
      endMs = 1_000;
      for (const [index, { kind, ms, jitterMs }] of pieces.entries()) {
        if (kind === 'gap') {
          if (index === omitted) omittedOne = true;
          else await records.gaps.insert(gap(gate, span(endMs, endMs + ms)));
          endMs += ms;
        } else {
          const startMs = pieces[index - 1]?.kind === 'gap' ? endMs : endMs + jitterMs;
          await record(startMs, startMs + ms);
          endMs = startMs + ms;
        }
      }
      await record(endMs, endMs + 1_000);
      assert.deepEqual(await found(), omittedOne ? [`I3 camera ${gate.id}`] : []);
    },
  );
  await fc.assert(property, { numRuns: 40 });
});

test('keys that do not open are told once for each kind and epoch, with a recording to look at', async (t) => {
  const { records, blobs, gate, record } = await house(t);
  const keys = memoryKeys();
  const wrapped = async (startMs: number) => {
    const made = recording(gate, span(startMs, startMs + minuteMs));
    return record(startMs, startMs + minuteMs, {
      id: made.id,
      wrappedKey: await keys.wrap(new Uint8Array(16), recordingKeyContext(made)),
    });
  };
  const destroyed = await wrapped(0);
  await keys.rotate();
  await wrapped(minuteMs);
  const foreign = await record(2 * minuteMs, 3 * minuteMs, { wrappedKey: { epoch: 2, ciphertext: 'AAAA' } });
  const check = async (unwrap: typeof keys.unwrap) => {
    const checking = checkFootage(
      { records, blobs, hash: runningSha256, keys: { unwrap } },
      { openBlobKeys: [] },
    );
    return (await Array.fromAsync(checking)).map(({ subject, problem }) => `${subject}: ${problem}`).sort();
  };
  const [mixed = '', none] = await check(keys.unwrap);
  assert.match(
    mixed,
    new RegExp(`^key epoch 2: .*1 recording are damaged, while 1 others open.*${foreign.id}`),
  );
  assert.equal(none, undefined);
  await keys.destroyEpoch(1);
  const [gone = '', rest] = await check(keys.unwrap);
  assert.match(gone, new RegExp(`^key epoch 1: It was destroyed: 1 recording .*${destroyed.id}`));
  assert.equal(rest, mixed);
  const wrong = await check(memoryKeys().unwrap);
  assert.match(wrong.join(), /key epoch 1: The key file opens none .* of 1 recording/);
});

test('where rows cannot be read, the rest is still looked at, and no object is called ownerless', async (t) => {
  const { records, blobs, record } = await house(t);
  await record(0, minuteMs);
  const broken = {
    ...records,
    recordings: { ...records.recordings, page: () => Promise.reject(new VedetteError('data-damaged')) },
  };
  const checking = checkFootage({ records: broken, blobs, hash: runningSha256 }, { openBlobKeys: [] });
  const findings = await Array.fromAsync(checking);
  assert.deepEqual(
    findings.map(({ invariant, subject }) => `${invariant} ${subject}`),
    ['I1 the rows of recordings'],
  );
  assert.deepEqual([checking.looked.cameras, checking.looked.objects], [1, 1]);
});
