import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCamera, testFragment } from '../../../test/houses/recorder.ts';
import { memoryBlobs } from '../../adapters/memory/blobs.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { openDatabase } from '../../adapters/sql/database.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import type { CameraId } from '../../core/brand.ts';
import { silentLog } from '../../core/ports/log.ts';
import { openFootageContract } from '../../core/ports/open-footage.contract.ts';
import { createFootageWriter, type FootageWriter } from './footage-writer.ts';
import { keepOpenFootage } from './open-footage.ts';

const startMs = Date.UTC(2026, 0, 1);

openFootageContract("the recorder's open footage", async (t) => {
  const spoolFolder = await mkdtemp(join(tmpdir(), 'vedette-open-'));
  const clock = manualClock(startMs);
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const keys = memoryKeys();
  const records = sqlRecords({ database, keys, clock });
  const deps = { records, blobs: memoryBlobs(), keys, clock, log: silentLog };
  const cameras = new Map<CameraId, { writer: FootageWriter; written: () => void; seconds: number }>();
  const footage = keepOpenFootage(cameras);

  function addCamera(): CameraId {
    const camera = testCamera(clock, { kind: 'demo' }, cameras.size + 1);
    const writer = createFootageWriter(deps, {
      ...{ camera, spoolFolder, waiting: [], lastEndAt: null, random: () => 0.5 },
      makeRoom: async () => false,
      isActive: () => false,
      isInUse: () => false,
      onSealed: () => {},
      onWritten() {
        footage.grow(camera.id);
        cameras.get(camera.id)?.written();
      },
      onProblem: () => {},
    });
    cameras.set(camera.id, { writer, written: () => {}, seconds: 0 });
    return camera.id;
  }

  t.after(async () => {
    for (const { writer } of cameras.values()) await writer.stop();
    await database.close();
    await rm(spoolFolder, { recursive: true });
  });
  return {
    footage,
    cameraId: addCamera(),
    otherCameraId: addCamera(),
    async add(cameraId) {
      const camera = cameras.get(cameraId);
      if (camera === undefined) return;
      const written = Promise.withResolvers<void>();
      camera.written = written.resolve;
      camera.writer.add(testFragment(startMs + camera.seconds * 1000));
      camera.seconds += 2;
      await written.promise;
    },
  };
});
