import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import {
  at,
  gap,
  hold,
  household,
  image,
  incident,
  invitation,
  recording,
  span,
  track,
} from '../../test/houses/rows.ts';
import { memoryBallast } from '../adapters/memory/ballast.ts';
import { memoryBlobs } from '../adapters/memory/blobs.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { memoryKeys } from '../adapters/memory/keys.ts';
import { openDatabase } from '../adapters/sql/database.ts';
import { sqlRecords } from '../adapters/sql/records.ts';
import { branded, type EpochMs, type RecordingId, type Sha256 } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import type { Recording, RetentionClass } from '../core/footage/recording.ts';
import type { Blobs } from '../core/ports/blobs.ts';
import type { LiveEvent } from '../core/ports/events.ts';
import { type Log, silentLog } from '../core/ports/log.ts';
import type { Records } from '../core/ports/records.ts';
import { type ExpirySettings, startExpiry } from './expire.ts';
import type { ExpiryTold } from './expire-destroy.ts';
import { storeDoubt } from './expire-doubt.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const sizeBytes = 1_000;
const settings: ExpirySettings = {
  idleDays: 1,
  activityDays: 7,
  incidentDays: 30,
  quotaBytes: null,
  reserveBytes: 0,
};

/** A disk with room for everything. */
const roomy = { capacityBytes: 1e9 };

interface Lines {
  readonly log: Log;
  readonly warnings: string[];
  readonly errors: string[];
  readonly infos: string[];
}

function lines(): Lines {
  const warnings: string[] = [];
  const errors: string[] = [];
  const infos: string[] = [];
  const log: Log = {
    ...silentLog,
    info: (message) => infos.push(message),
    warn: (message) => warnings.push(message),
    error: (message) => errors.push(message),
  };
  return { log, warnings, errors, infos };
}

/** A house with one camera, whose clock stands at `at(0)`. */
async function house(t: TestContext, { capacityBytes }: { capacityBytes?: number } = {}) {
  const clock = manualClock(at(0));
  const { log, warnings, errors, infos } = lines();
  const database = await openDatabase({ path: ':memory:', log });
  t.after(() => database.close());
  const records = sqlRecords({ database, keys: memoryKeys(), clock });
  const blobs = memoryBlobs(capacityBytes === undefined ? {} : { capacityBytes });
  const heard: LiveEvent[] = [];
  const events = { publish: (event: LiveEvent) => heard.push(event), subscribe: () => () => {} };
  const { camera } = await household(records);

  async function store(key: string): Promise<void> {
    const bytes = new Uint8Array(sizeBytes);
    const sha256 = branded<Sha256>(createHash('sha256').update(bytes).digest('hex'));
    await blobs.put(key, bytes, { sizeBytes, sha256 });
  }

  /** A minute of footage from `startMs` on, with its object. */
  async function record(startMs: number, retentionClass: RetentionClass = 'idle'): Promise<Recording> {
    const made = recording(camera, span(startMs, startMs + minuteMs), { retentionClass, sizeBytes });
    await store(made.blobKey);
    await records.recordings.insert(made);
    return made;
  }

  async function left(): Promise<RecordingId[]> {
    return (await records.recordings.page(null, 1_000)).map(({ id }) => id);
  }

  async function objects(): Promise<string[]> {
    return (await Array.fromAsync(blobs.list(''))).map(({ key }) => key);
  }

  const sums: string[] = [];
  const swept: number[] = [];

  function start(
    change: Partial<ExpirySettings> = {},
    store: Blobs = blobs,
    doubt = storeDoubt({ records, blobs: store, clock, log }),
  ) {
    const told: ExpiryTold = {
      destroyed: (what, { count, bytes }) => sums.push(`destroyed ${count} ${what} of ${bytes} bytes`),
      overwrote: ({ count, bytes }) => sums.push(`overwrote ${count} of ${bytes} bytes`),
      swept: ({ totalBytes }) => swept.push(totalBytes),
    };
    const expiry = startExpiry(
      { records, blobs: store, clock, log, events, told, doubt },
      { ...settings, ...change },
    );
    t.after(() => expiry.stop());
    return expiry;
  }

  const said = { heard, log, warnings, errors, infos, sums, swept };
  return { clock, records, blobs, camera, ...said, store, record, left, objects, start };
}

test('an invitation that expired is deleted with the next sweep, and not before', async (t) => {
  const { clock, records, camera, start } = await house(t);
  const open = invitation({ id: camera.organizationId }, { expiresAt: at(minuteMs) });
  await records.invitations.insert(open);
  start();
  await clock.advance(minuteMs);
  assert.deepEqual(await records.invitations.list(camera.organizationId), [open]);
  await clock.advance(minuteMs);
  assert.deepEqual(await records.invitations.list(camera.organizationId), []);
});

test('footage of each class is destroyed, object included, when its days are over and not before', async (t) => {
  const { clock, record, left, objects, start, sums, swept } = await house(t);
  const idle = await record(-dayMs);
  const activity = await record(-dayMs + minuteMs, 'activity');
  const evidence = await record(-dayMs + 2 * minuteMs, 'incident');
  let expiry = start();
  const switchedOffFor = async (ms: number) => {
    await expiry.stop();
    clock.step(ms);
    expiry = start();
  };
  await clock.advance(0);
  assert.deepEqual(await left(), [idle.id, activity.id, evidence.id]);
  await clock.advance(2 * minuteMs);
  assert.deepEqual(await left(), [activity.id, evidence.id]);
  assert.deepEqual(await objects(), [activity.blobKey, evidence.blobKey].sort());
  await switchedOffFor(6 * dayMs);
  await clock.advance(minuteMs);
  assert.deepEqual(await left(), [evidence.id]);
  await switchedOffFor(23 * dayMs - minuteMs);
  await clock.advance(minuteMs);
  assert.deepEqual(await left(), [evidence.id]);
  await clock.advance(minuteMs);
  assert.deepEqual(await left(), []);
  assert.deepEqual(await objects(), []);
  // To whoever counts: each once, and what was left after each sweep.
  assert.deepEqual(
    sums,
    Array.from({ length: 3 }, () => `destroyed 1 footage of ${sizeBytes} bytes`),
  );
  assert.deepEqual([swept[0], swept.at(-1)], [3 * sizeBytes, 0]);
});

/** Puts into another store what one has. */
async function copy(key: string, from: Blobs, to: Blobs): Promise<void> {
  assert.ok(await from.head(key));
  const bytes = new Uint8Array(sizeBytes);
  const sha256 = branded<Sha256>(createHash('sha256').update(bytes).digest('hex'));
  await to.put(key, bytes, { sizeBytes, sha256 });
}

/** A store that is `right` where it is there, and `wrong` before. */
function mounted(right: Blobs, wrong: Blobs) {
  const mount = { isThere: false };
  const over: Blobs = new Proxy(right, {
    get: (_, name: keyof Blobs) => (mount.isThere ? right : wrong)[name],
  });
  return { mount, over };
}

test('in a store that has nothing of what the records know, nothing is deleted and nothing overwritten until it is the right one', async (t) => {
  const { clock, records, record, blobs, left, objects, errors, start } = await house(t);
  const old = await record(-dayMs - minuteMs);
  const newer = await Promise.all([4, 3, 2].map((minutes) => record(-minutes * minuteMs)));
  const { mount, over } = mounted(blobs, memoryBlobs({ capacityBytes: 1 }));
  const expiry = start({ quotaBytes: sizeBytes, reserveBytes: 1_000_000 }, over);
  await clock.advance(2 * minuteMs);
  assert.deepEqual(
    await left(),
    newer.map(({ id }) => id),
    'what expired can be read by nobody',
  );
  assert.equal((await objects()).length, 4);
  assert.deepEqual(await records.garbage.list(10), [old.blobKey], 'what could not be seen is not destroyed');
  assert.equal(await expiry.makeRoom(), false);
  assert.deepEqual(
    await left(),
    newer.map(({ id }) => id),
    'no room is made by it',
  );
  const told = errors.filter((line) =>
    line.includes('none of the 4 newest: is it the right bucket or folder'),
  );
  assert.equal(told.length, 1, errors.join('\n'));
  mount.isThere = true;
  await clock.advance(minuteMs);
  assert.deepEqual(await records.garbage.list(10), []);
  assert.equal(await blobs.head(old.blobKey), null);
});

test('a wrong store is doubted though what it lacks has expired meanwhile; the right one has that collected', async (t) => {
  const { clock, records, record, blobs, left, objects, infos, start } = await house(t);
  for (const minutes of [5, 4, 3]) await record(-dayMs + minutes * minuteMs);
  const wrong = memoryBlobs(roomy);
  const { mount, over } = mounted(blobs, wrong);
  start({}, over);
  await clock.advance(10 * minuteMs);
  assert.deepEqual(await left(), []);
  assert.equal((await objects()).length, 3);
  assert.equal((await records.garbage.list(10)).length, 3, 'nothing is taken for deleted in the wrong store');
  mount.isThere = true;
  await clock.advance(minuteMs);
  assert.deepEqual(await records.garbage.list(10), []);
  assert.deepEqual(await objects(), []);
  assert.ok(infos.includes('The store of the footage is no longer taken for another one'));
});

test('who leads anew, in the same process, doubts the store on', async (t) => {
  const { clock, records, log, record, blobs, left, start } = await house(t);
  for (const minutes of [4, 3, 2]) await record(-minutes * minuteMs);
  const wrong = memoryBlobs(roomy);
  const { over } = mounted(blobs, wrong);
  const doubt = storeDoubt({ records, blobs: over, clock, log });
  const first = start({}, over, doubt);
  await clock.advance(minuteMs);
  await first.stop();
  const since = await Promise.all([5, 6, 7, 8, 9].map((minutes) => record(minutes * minuteMs)));
  for (const { blobKey } of since) await copy(blobKey, blobs, wrong);
  start({ quotaBytes: sizeBytes }, over, doubt);
  await clock.advance(10 * minuteMs);
  assert.equal((await left()).length, 8, 'nothing is overwritten');
});

for (const [age, unitMs] of [
  ['days', dayMs],
  ['hours', 3_600_000],
] as const) {
  test(`another process sees by footage of ${age} that what was recorded since lies in the wrong store`, async (t) => {
    const { clock, record, blobs, left, errors, start } = await house(t);
    for (const times of [9, 5, 3, 1.5]) await record(-times * unitMs, 'incident');
    const wrong = memoryBlobs(roomy);
    for (const minutes of [9, 8, 7, 6, 5, 4, 3]) {
      const { blobKey } = await record(-minutes * minuteMs);
      await copy(blobKey, blobs, wrong);
      await blobs.delete(blobKey);
    }
    const { mount, over } = mounted(blobs, wrong);
    const first = start({ quotaBytes: sizeBytes }, over);
    await clock.advance(minuteMs);
    assert.equal((await left()).length, 11);
    assert.equal(errors.filter((line) => line.includes('older ones looked for')).length, 1);
    await first.stop();
    // The right one is known by the same, though the newest lie elsewhere.
    mount.isThere = true;
    start({ quotaBytes: sizeBytes }, over);
    await clock.advance(minuteMs);
    assert.equal((await left()).length, 1);
  });
}

test('where footage is lost for good, a restart after half a day of recording ends the doubt', async (t) => {
  const { clock, record, blobs, left, start } = await house(t);
  for (const days of [9, 5, 3, 2]) await record(-days * dayMs, 'incident');
  for (const key of (await Array.fromAsync(blobs.list(''))).map((each) => each.key)) await blobs.delete(key);
  await record(-dayMs / 2 - 2 * minuteMs);
  start({ quotaBytes: sizeBytes });
  await clock.advance(minuteMs);
  assert.equal((await left()).length, 1);
});

test('what a hold keeps outlives its days until the hold is released', async (t) => {
  const { clock, records, camera, record, left, start } = await house(t);
  const kept = await record(-2 * dayMs);
  const beside = await record(-2 * dayMs + minuteMs);
  const open = incident(camera);
  await records.incidents.insert(open);
  await records.holds.insert(hold(camera, open.id, { startAt: kept.startAt, endAt: kept.endAt }));
  start({ quotaBytes: 0 });
  await clock.advance(minuteMs);
  assert.deepEqual(await left(), [kept.id]);
  assert.equal(await records.recordings.find(beside.id), null);
  await records.holds.release(open.id);
  await clock.advance(minuteMs);
  assert.deepEqual(await left(), []);
});

test('more expired footage than one batch goes in one sweep, and its cameras are told once a batch', async (t) => {
  const { clock, record, left, objects, heard, records, start } = await house(t);
  for (let i = 0; i < 250; i += 1) await record(-3 * dayMs + i * minuteMs);
  start();
  await clock.advance(0);
  assert.deepEqual(await left(), []);
  assert.deepEqual(await objects(), []);
  assert.deepEqual(await records.garbage.list(10), []);
  assert.deepEqual(new Set(heard.map(({ type }) => type)), new Set(['timeline-grew']));
  assert.equal(heard.length, 3);
});

test('images go after the days of incidents, except those an unresolved incident shows', async (t) => {
  const { clock, records, camera, store, objects, start } = await house(t);
  const [shown, old, recent] = [-31 * dayMs, -31 * dayMs, -29 * dayMs].map((ms) => image(camera, at(ms)));
  assert.ok(shown && old && recent);
  for (const each of [shown, old, recent]) {
    await store(each.blobKey);
    await records.images.insert(each);
  }
  await records.incidents.insert(incident(camera, { snapshotId: shown.id }));
  start();
  await clock.advance(0);
  assert.equal(await records.images.find(old.id), null);
  assert.deepEqual(await objects(), [shown.blobKey, recent.blobKey].sort());
});

test('beyond the quota the oldest footage goes first, whatever its class, and no more than needed', async (t) => {
  const { clock, record, left, warnings, start, sums } = await house(t);
  await record(-10 * minuteMs, 'incident');
  await record(-9 * minuteMs, 'activity');
  const third = await record(-8 * minuteMs);
  const fourth = await record(-7 * minuteMs);
  start({ quotaBytes: 2 * sizeBytes });
  await clock.advance(0);
  assert.deepEqual(await left(), [third.id, fourth.id]);
  assert.equal(warnings.length, 1);
  assert.deepEqual(sums, [`overwrote 2 of ${2 * sizeBytes} bytes`]);
});

test('below the reserve of the disk the oldest footage goes first', async (t) => {
  const { clock, record, left, start } = await house(t, { capacityBytes: 4 * sizeBytes });
  await record(-10 * minuteMs);
  const second = await record(-9 * minuteMs);
  const third = await record(-8 * minuteMs);
  start({ reserveBytes: 2 * sizeBytes });
  await clock.advance(0);
  assert.deepEqual(await left(), [second.id, third.id]);
});

test('overwriting is announced hours before it begins', async (t) => {
  const { clock, record, left, warnings, start } = await house(t);
  start({ quotaBytes: 100 * sizeBytes });
  for (let i = 0; i < 10; i += 1) {
    await record(i * minuteMs);
    await clock.advance(minuteMs);
  }
  assert.equal((await left()).length, 10);
  assert.match(warnings.join('\n'), /^The room for footage ends in about an? hour|in about 2 hours/);
  assert.equal(warnings.length, 1);
});

test('a store that still has months of room is not announced', async (t) => {
  const { clock, record, warnings, start } = await house(t);
  start({ quotaBytes: 1_000_000 * sizeBytes });
  for (let i = 0; i < 10; i += 1) {
    await record(i * minuteMs);
    await clock.advance(minuteMs);
  }
  assert.deepEqual(warnings, []);
});

test('a store without a limit of room loses nothing for a disk that is full elsewhere, and that is said once', async (t) => {
  const { clock, record, left, errors, start } = await house(t);
  const kept = [await record(-10 * minuteMs), await record(-9 * minuteMs)];
  const expiry = start({ reserveBytes: 1e12 });
  await clock.advance(0);
  for (let i = 0; i < 3; i += 1) assert.equal(await expiry.makeRoom(), false);
  assert.deepEqual(
    await left(),
    kept.map(({ id }) => id),
  );
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? '', /nothing was overwritten. Make room on the disk of the recorder/);
});

test('callers who ask for room at the same time share one overwriting', async (t) => {
  const { clock, record, left, blobs, start } = await house(t, { capacityBytes: 3 * sizeBytes });
  for (let i = 0; i < 3; i += 1) await record(i * minuteMs);
  const expiry = start();
  await clock.advance(0);
  assert.equal(await blobs.freeBytes(), 0);
  assert.deepEqual(await Promise.all([expiry.makeRoom(), expiry.makeRoom()]), [true, true]);
  assert.deepEqual(await left(), []);
  assert.equal(await expiry.makeRoom(), false);
});

test('when all that is left is on hold, there is no room to be made, and the log says so', async (t) => {
  const { clock, records, camera, record, left, errors, start } = await house(t, roomy);
  const kept = await record(0);
  const open = incident(camera);
  await records.incidents.insert(open);
  await records.holds.insert(hold(camera, open.id, span(0, minuteMs)));
  const expiry = start();
  await clock.advance(0);
  assert.equal(await expiry.makeRoom(), false);
  assert.deepEqual(await left(), [kept.id]);
  assert.match(errors.join('\n'), /on hold/);
});

test('where only a quota limits a store, too little room is mended by the quota', async (t) => {
  const { clock, records, camera, record, errors, start } = await house(t);
  await record(0);
  const open = incident(camera);
  await records.incidents.insert(open);
  await records.holds.insert(hold(camera, open.id, span(0, minuteMs)));
  start({ quotaBytes: 1 });
  await clock.advance(0);
  assert.match(errors.join(), /on hold. Resolve incidents, or raise VEDETTE_QUOTA_GB/);
  assert.doesNotMatch(errors.join(), /disk/);
});

test('when nothing is left but what is being recorded, the log says that, not that it is on hold', async (t) => {
  const { clock, errors, start } = await house(t, roomy);
  const expiry = start();
  await clock.advance(0);
  assert.equal(await expiry.makeRoom(), false);
  assert.match(errors.join('\n'), /no footage left to overwrite/);
  assert.doesNotMatch(errors.join('\n'), /on hold/);
});

test('that there is no room is told once, and again when the reason changed or it came back', async (t) => {
  const made = await house(t, roomy);
  const { clock, record, errors, infos, start } = made;
  const expiry = start();
  await clock.advance(0);
  for (let i = 0; i < 5; i += 1) assert.equal(await expiry.makeRoom(), false);
  await clock.advance(2 * minuteMs);
  assert.equal(errors.length, 1);
  await evidence(made, 0, null);
  for (let i = 0; i < 5; i += 1) assert.equal(await expiry.makeRoom(), false);
  assert.equal(errors.length, 2);
  assert.match(errors[1] ?? '', /on hold/);
  await record(minuteMs);
  assert.equal(await expiry.makeRoom(), true);
  assert.match(infos.join('\n'), /room for footage again/);
  assert.equal(await expiry.makeRoom(), false);
  assert.equal(errors.length, 3);
});

test('a reserve larger than the disk is told once, however often it is swept and room is made', async (t) => {
  const { clock, record, errors, infos, start } = await house(t, { capacityBytes: 10 * sizeBytes });
  const expiry = start({ reserveBytes: 100 * sizeBytes });
  await clock.advance(0);
  for (let i = 0; i < 5; i += 1) {
    await record(i * minuteMs);
    assert.equal(await expiry.makeRoom(), true);
    await clock.advance(minuteMs);
  }
  assert.equal(errors.length, 1);
  assert.doesNotMatch(infos.join('\n'), /room for footage again/);
});

test('an object that cannot be removed now is removed by a later sweep, and disturbs no other', async (t) => {
  const { clock, records, blobs, record, left, objects, errors, start } = await house(t);
  const stuck = await record(-3 * dayMs);
  await record(-3 * dayMs + minuteMs);
  let broken = true;
  const store: Blobs = {
    ...blobs,
    delete: (key) =>
      broken && key === stuck.blobKey ? Promise.reject(new Error('no answer')) : blobs.delete(key),
  };
  start({}, store);
  await clock.advance(0);
  assert.deepEqual(await left(), []);
  assert.deepEqual(await objects(), [stuck.blobKey]);
  assert.deepEqual(await records.garbage.list(10), [stuck.blobKey]);
  assert.ok(errors.length > 0);
  broken = false;
  await clock.advance(minuteMs);
  assert.deepEqual(await objects(), []);
  assert.deepEqual(await records.garbage.list(10), []);
});

test('a hold that comes while footage is being destroyed finds it whole or gone', async (t) => {
  const { clock, records, camera, record, objects, start } = await house(t);
  const all: Recording[] = [];
  for (let i = 0; i < 150; i += 1) all.push(await record(-3 * dayMs + i * minuteMs));
  const open = incident(camera);
  await records.incidents.insert(open);
  start();
  await records.holds.insert(hold(camera, open.id, span(-3 * dayMs, 0)));
  await clock.advance(0);
  const kept = new Set(await objects());
  for (const { id, blobKey } of all) {
    assert.equal((await records.recordings.find(id)) !== null, kept.has(blobKey));
  }
});

test('a failing sweep is in the log and the next one goes on', async (t) => {
  const { clock, blobs, record, left, errors, start } = await house(t);
  await record(-3 * dayMs);
  let failing = true;
  const store: Blobs = {
    ...blobs,
    freeBytes: () => (failing ? Promise.reject(new Error('no disk')) : blobs.freeBytes()),
  };
  start({ quotaBytes: 0 }, store);
  await clock.advance(0);
  assert.equal(errors.length, 1);
  failing = false;
  await record(0);
  await clock.advance(minuteMs);
  assert.deepEqual(await left(), []);
});

test('records that cannot write on a full disk are given the ballast, which is taken again afterwards', async (t) => {
  const { clock, records, blobs, record, left, warnings, log } = await house(t, roomy);
  await record(0);
  const ballast = memoryBallast();
  const full: Records = {
    ...records,
    transaction: (work) =>
      ballast.kept ? Promise.reject(new VedetteError('data-full')) : records.transaction(work),
  };
  const events = { publish: () => {}, subscribe: () => () => {} };
  const doubt = storeDoubt({ records: full, blobs, clock, log });
  const expiry = startExpiry({ records: full, blobs, clock, log, events, ballast, doubt }, settings);
  t.after(() => expiry.stop());
  await clock.advance(0);
  assert.equal(await expiry.makeRoom(), true);
  assert.deepEqual(await left(), []);
  assert.equal(ballast.kept, true);
  assert.match(warnings.join('\n'), /full to the last byte/);
});

test('stopping ends the sweeps', async (t) => {
  const { clock, record, left, start } = await house(t);
  const expiry = start();
  await clock.advance(0);
  await expiry.stop();
  await record(-3 * dayMs);
  await clock.advance(5 * minuteMs);
  assert.equal((await left()).length, 1);
  assert.equal(clock.sleepers, 0);
});

test('setting the clock back keeps everything', async (t) => {
  const { clock, record, left, start } = await house(t);
  const now = clock.now();
  await record(branded<EpochMs>(now - at(0)));
  start();
  clock.step(-10 * dayMs);
  await clock.advance(2 * minuteMs);
  assert.equal((await left()).length, 1);
});

test('setting the clock a year forward destroys nothing, also not after a restart, until the time has passed', async (t) => {
  const { clock, record, left, warnings, start } = await house(t);
  const old = await record(-minuteMs);
  const expiry = start();
  await clock.advance(minuteMs);
  clock.step(365 * dayMs);
  const ahead = await record(clock.now() - at(0));
  await clock.advance(minuteMs);
  assert.match(warnings.join('\n'), /clock is ahead/);
  await expiry.stop();
  const again = start();
  await clock.advance(2 * minuteMs);
  assert.deepEqual(await left(), [old.id, ahead.id]);
  await again.stop();
  clock.step(dayMs - 3 * minuteMs);
  start();
  await clock.advance(0);
  assert.deepEqual(await left(), [ahead.id]);
});

test('with a wrong clock a full disk is overwritten all the same', async (t) => {
  const { clock, record, left, start } = await house(t);
  start({ quotaBytes: sizeBytes });
  await record(0);
  await clock.advance(minuteMs);
  clock.step(365 * dayMs);
  const newest = await record(minuteMs);
  await clock.advance(minuteMs);
  assert.deepEqual(await left(), [newest.id]);
});

test('while nothing says that the clock is right, time in which nothing was recorded does not count', async (t) => {
  const { clock, records, blobs, record, left, log } = await house(t);
  const kept = await record(0);
  const events = { publish: () => {}, subscribe: () => () => {} };
  clock.step(100 * dayMs);
  const unsure = { ...clock, quality: async () => 'unsynchronized' as const };
  const doubt = storeDoubt({ records, blobs, clock: unsure, log });
  const expiry = startExpiry({ records, blobs, clock: unsure, log, events, doubt }, settings);
  t.after(() => expiry.stop());
  await clock.advance(minuteMs);
  assert.deepEqual(await left(), [kept.id]);
});

/** Footage of a minute that an incident holds, resolved when `resolvedMs` is given. */
async function evidence(
  { records, camera, record, store }: Awaited<ReturnType<typeof house>>,
  startMs: number,
  resolvedMs: number | null,
) {
  const kept = await record(startMs, 'incident');
  const picture = image(camera, kept.startAt);
  await store(picture.blobKey);
  await records.images.insert(picture);
  const state = resolvedMs === null ? 'open' : 'resolved';
  const held = incident(camera, { state, snapshotId: picture.id });
  await records.incidents.insert(held);
  await records.holds.insert(hold(camera, held.id, { startAt: kept.startAt, endAt: kept.endAt }));
  if (resolvedMs !== null) {
    const step = { incidentId: held.id, at: at(resolvedMs), memberId: null, detail: '' };
    await records.incidents.addStep({ ...step, action: 'resolved' });
  }
  return { kept, picture };
}

test('evidence and its picture go thirty days after the incident was resolved, and stay until it is', async (t) => {
  const made = await house(t);
  const { clock, records, left, start } = made;
  const open = await evidence(made, -90 * dayMs, null);
  const closed = await evidence(made, -60 * dayMs, -30 * dayMs + minuteMs);
  start();
  await clock.advance(minuteMs);
  assert.deepEqual(await left(), [open.kept.id, closed.kept.id]);
  assert.ok(await records.images.find(closed.picture.id));
  await clock.advance(minuteMs);
  assert.deepEqual(await left(), [open.kept.id]);
  assert.equal(await records.images.find(closed.picture.id), null);
  assert.ok(await records.images.find(open.picture.id));
});

test('a disk full of evidence overwrites that of resolved incidents, loudly, and never of others', async (t) => {
  const made = await house(t, roomy);
  const { clock, left, warnings, start } = made;
  const open = await evidence(made, -9 * minuteMs, null);
  await evidence(made, -8 * minuteMs, -minuteMs);
  const expiry = start({ quotaBytes: 0 });
  await clock.advance(0);
  assert.equal((await left()).length, 2, 'a quota takes no evidence');
  assert.equal(await expiry.makeRoom(), true);
  assert.deepEqual(await left(), [open.kept.id]);
  assert.match(warnings.join('\n'), /full of evidence/);
  assert.equal(await expiry.makeRoom(), false);
  assert.deepEqual(await left(), [open.kept.id]);
});

test('tracks and gaps go with the footage of their time', async (t) => {
  const { clock, records, camera, record, start } = await house(t);
  await record(-40 * dayMs);
  const kept = await record(-minuteMs);
  const old = span(-40 * dayMs, -40 * dayMs + minuteMs);
  for (const each of [old, { startAt: kept.startAt, endAt: kept.endAt }]) {
    await records.tracks.put(track(camera, each));
    await records.gaps.insert(gap(camera, each));
  }
  start();
  await clock.advance(0);
  const always = span(-99 * dayMs, dayMs);
  assert.equal((await records.tracks.list(camera.id, always)).length, 1);
  assert.equal((await records.gaps.list(camera.id, always)).length, 1);
});
