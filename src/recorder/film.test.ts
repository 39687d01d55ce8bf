import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { always, samplesOf, testCamera } from '../../test/houses/recorder.ts';
import { writeClip } from '../../test/servers/clip.ts';
import { avMedia } from '../adapters/av/media.ts';
import { fsBlobs } from '../adapters/fs/blobs.ts';
import { inprocessEvents } from '../adapters/inprocess/events.ts';
import { memoryCache } from '../adapters/memory/cache.ts';
import { memoryKeys } from '../adapters/memory/keys.ts';
import { openDatabase } from '../adapters/sql/database.ts';
import { sqlRecords } from '../adapters/sql/records.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { branded, type EpochMs, type Sha256 } from '../core/brand.ts';
import { writeFragment } from '../core/footage/cmaf.ts';
import { checkFootage } from '../core/footage/invariants.ts';
import { openPolicy } from '../core/organization/organization.ts';
import { silentLog } from '../core/ports/log.ts';
import type { Packet, YuvPicture } from '../core/ports/media.ts';
import { startRecorder } from './recorder.ts';
import type { CameraWatch } from './watch/watch.ts';
import { neverArmed } from '../core/site/site.ts';

const media = avMedia({ log: silentLog });

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-film-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function packetsOf(path: string): Promise<Packet[]> {
  const input = await media.open({ kind: 'file', path }, new AbortController().signal);
  const packets: Packet[] = [];
  for (let packet = await input.read(); packet !== null; packet = await input.read()) packets.push(packet);
  await input.close();
  return packets;
}

/** What must survive being stored: bytes, order and distances. */
function essence(packets: readonly Packet[]) {
  const [first] = packets;
  return packets.map(({ data, keyFrame, ptsTicks, dtsTicks }) => ({
    sha256: createHash('sha256').update(data).digest('hex'),
    keyFrame,
    pts: ptsTicks - (first?.ptsTicks ?? 0),
    dts: dtsTicks - (first?.dtsTicks ?? 0),
  }));
}

test('another program reads our fragments: packets come back as they went in', async (t) => {
  const path = join(await temporary(t), 'fragments.mp4');
  const encoder = await media.encoder({
    ...{ width: 160, height: 90, framesPerSecond: 10, framesPerKeyFrame: 10, bitsPerSecond: 100_000 },
  });
  const packets: Packet[] = [];
  for (let index = 0; index < 35; index += 1)
    packets.push(...(await encoder.encode(grey(160, 90, index * 7))));
  const durationTicks = encoder.init.timescale / 10;
  // Times as large as those of a camera.
  const startTicks = Math.round(Date.UTC(2026, 0, 1) / 1000) * encoder.init.timescale;
  const groups = [0, 10, 20, 30].map((at) => packets.slice(at, at + 10));
  const fragments = groups.map((group, index) =>
    writeFragment({
      trackId: 1,
      sequence: index + 1,
      decodeTimeTicks: startTicks + index * 10 * durationTicks,
      samples: group.map((packet) => ({ ...packet, durationTicks, compositionOffsetTicks: 0 })),
    }),
  );
  await writeFile(path, Buffer.concat([encoder.init.bytes, ...fragments]));
  encoder.close();
  const read = await packetsOf(path);
  assert.deepEqual(essence(read), essence(packets));
  assert.equal(read[0]?.dtsTicks, startTicks);
});

function grey(width: number, height: number, value: number): YuvPicture {
  const chroma = () => new Uint8Array((width / 2) * (height / 2)).fill(128);
  return { width, height, y: new Uint8Array(width * height).fill(value), u: chroma(), v: chroma() };
}

/** A watch that wants to see everything and remembers when it saw it. */
function attentiveWatch() {
  const seenAt: EpochMs[] = [];
  const eye: CameraWatch = {
    follow: () => {},
    wants: () => true,
    offer: async (picture, at) => {
      seenAt.push(at);
      picture.release();
    },
    end: async () => {},
    stop: async () => {},
    stats: () => ({
      ...{ framesDecoded: 0, framesDetected: seenAt.length, motionFraction: 0 },
      ...{ detection: 'running', active: false },
    }),
  };
  return { camera: () => eye, seenAt };
}

async function house(t: TestContext) {
  const folder = await temporary(t);
  const clock = systemClock();
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  t.after(() => database.close());
  const keys = memoryKeys();
  const records = sqlRecords({ database, keys, clock });
  const blobs = await fsBlobs({ folder: join(folder, 'blobs') });
  const deps = { records, keys, blobs, clock, media, log: silentLog };
  const watch = attentiveWatch();
  const openDemo = () => Promise.reject(new Error('There is no demo in this test.'));
  const events = inprocessEvents({ log: silentLog });
  return {
    ...{ ...deps, folder, watch },
    start: () =>
      startRecorder(
        { ...deps, events, cache: memoryCache({ clock }), watch, openDemo },
        { spoolFolder: join(folder, 'spool'), pace: 'max', makeRoom: async () => false },
      ),
    async addFile(path: string) {
      const camera = testCamera(clock, { kind: 'file', path, loop: false });
      const { organizationId, siteId, createdAt } = camera;
      await records.organizations.insert({ id: organizationId, name: 'Film', createdAt, policy: openPolicy });
      const site = { id: siteId, organizationId, name: 'Film', timeZone: 'UTC', createdAt };
      await records.sites.insert({ ...site, ...neverArmed(createdAt) });
      await records.cameras.insert(camera);
      return camera;
    },
  };
}

const sha256 = () => {
  const hash = createHash('sha256');
  return {
    update: (bytes: Uint8Array) => void hash.update(bytes),
    digest: () => branded<Sha256>(hash.digest('hex')),
  };
};

test('a film is recorded, sealed and read back picture by picture, and every picture was looked at', async (t) => {
  const { folder, records, blobs, keys, watch, start, addFile } = await house(t);
  const film = join(folder, 'film.mp4');
  const seconds = 130;
  await writeClip(film, { width: 160, height: 90, seconds });
  const camera = await addFile(film);
  const recorder = await start();
  await recorder.settled(camera.id);
  assert.deepEqual(
    [recorder.status(camera.id)?.state, recorder.status(camera.id)?.problem?.code],
    ['ended', 'source-ended'],
  );
  const stats = recorder.stats(camera.id);
  await recorder.stop();

  const rows = await records.recordings.list(camera.id, always);
  assert.deepEqual(
    rows.map(({ startAt, endAt }) => (endAt - startAt) / 1000),
    [60, 60, 10],
  );
  const init = await records.initSegments.find(rows[0]?.initSha256 ?? branded(''));
  assert.ok(init !== null);
  const plain = await Promise.all(rows.map((row) => samplesOf({ blobs, keys }, row)));
  const original = await packetsOf(film);
  assert.deepEqual(
    plain.flat().map(({ data }) => createHash('sha256').update(data).digest('hex')),
    essence(original).map((packet) => packet.sha256),
  );
  assert.deepEqual(
    [stats.framesRecorded, stats.framesDecoded, stats.framesDetected, stats.recordings],
    [original.length, original.length, original.length, 3],
  );
  // Pictures lie on the same time line as the footage.
  assert.equal(watch.seenAt[0], rows[0]?.startAt);
  assert.equal(watch.seenAt.at(-1), (rows.at(-1)?.endAt ?? 0) - 100);

  const check = checkFootage({ records, blobs, hash: sha256 }, { openBlobKeys: [] });
  assert.deepEqual(await Array.fromAsync(check), []);
  assert.equal(check.looked.recordings, 3);
});

test('a file that breaks off is recorded as far as it goes', async (t) => {
  const { folder, records, start, addFile } = await house(t);
  const film = join(folder, 'torn.ts');
  await writeClip(film, { width: 160, height: 90, seconds: 6 });
  const bytes = await readFile(film);
  await writeFile(film, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
  const camera = await addFile(film);
  const recorder = await start();
  await recorder.settled(camera.id);
  assert.equal(recorder.status(camera.id)?.state, 'ended');
  await recorder.stop();
  const rows = await records.recordings.list(camera.id, always);
  assert.ok(rows.length === 1 && (rows[0]?.fragments.length ?? 0) >= 3);
});

test('a file that is no video ends at once, and says why', async (t) => {
  const { folder, start, addFile } = await house(t);
  const path = join(folder, 'letter.mp4');
  await writeFile(path, 'Dear reader');
  const camera = await addFile(path);
  const recorder = await start();
  await recorder.settled(camera.id);
  const status = recorder.status(camera.id);
  assert.equal(status?.state, 'ended');
  assert.match(status?.problem?.code ?? '', /^source-(not-video|corrupt)$/);
  await recorder.stop();
});
