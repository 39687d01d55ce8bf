// What everybody who shows open footage keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { branded, type CameraId, type RecordingId } from '../brand.ts';
import type { OpenFootage } from './open-footage.ts';

export interface OpenFootageHarness {
  readonly footage: OpenFootage;
  /** Two cameras of which nothing is open yet. */
  readonly cameraId: CameraId;
  readonly otherCameraId: CameraId;
  /** Adds a fragment to the camera's open recording, or begins one; resolves when it can be read. */
  add(cameraId: CameraId): Promise<void>;
}

type Open = (t: TestContext) => Promise<OpenFootageHarness>;

/** Runs the suite; `open` gives fresh open footage. */
export function openFootageContract(name: string, open: Open): void {
  readContract(name, open);
  grownContract(name, open);
}

function readContract(name: string, open: Open): void {
  test(`${name}: where nothing is open, nothing is found`, async (t) => {
    const { footage, cameraId } = await open(t);
    const none = branded<RecordingId>('00000000-0000-7000-8000-000000000000');
    assert.deepEqual(await footage.of(cameraId), []);
    assert.equal(await footage.find(none), null);
    await assert.rejects(footage.read(none, 0), { code: 'not-found' });
  });

  test(`${name}: every fragment that is listed can be read, and none beyond`, async (t) => {
    const { footage, cameraId, add } = await open(t);
    for (let count = 1; count <= 3; count += 1) {
      await add(cameraId);
      const [recording] = await footage.of(cameraId);
      assert.ok(recording !== undefined);
      assert.equal(recording.cameraId, cameraId);
      assert.equal(recording.fragments.length, count);
      assert.deepEqual(await footage.find(recording.id), recording);
      for (const [index, { sizeBytes }] of recording.fragments.entries()) {
        assert.equal((await footage.read(recording.id, index)).length, sizeBytes);
      }
      await assert.rejects(footage.read(recording.id, count), { code: 'not-found' });
    }
  });

  test(`${name}: what was listed does not change while it grows`, async (t) => {
    const { footage, cameraId, add } = await open(t);
    await add(cameraId);
    const listed = await footage.of(cameraId);
    await add(cameraId);
    assert.equal(listed[0]?.fragments.length, 1);
  });

  test(`${name}: footage of one camera is not another's`, async (t) => {
    const { footage, cameraId, otherCameraId, add } = await open(t);
    await add(cameraId);
    assert.deepEqual(await footage.of(otherCameraId), []);
    await add(otherCameraId);
    const [mine] = await footage.of(cameraId);
    const [other] = await footage.of(otherCameraId);
    assert.notEqual(mine?.id, other?.id);
  });
}

function grownContract(name: string, open: Open): void {
  const never = () => new AbortController().signal;

  test(`${name}: everybody who waits for a camera to grow is woken by its next fragment`, async (t) => {
    const { footage, cameraId, add } = await open(t);
    const waiting = Promise.all(Array.from({ length: 8 }, () => footage.grown(cameraId, never())));
    await add(cameraId);
    await waiting;
    const again = footage.grown(cameraId, never());
    await add(cameraId);
    await again;
  });

  test(`${name}: a fragment of another camera wakes nobody`, async (t) => {
    const { footage, cameraId, otherCameraId, add } = await open(t);
    let woken = false;
    const waiting = footage.grown(cameraId, never()).then(() => {
      woken = true;
    });
    await add(otherCameraId);
    assert.equal(woken, false);
    await add(cameraId);
    await waiting;
  });

  test(`${name}: who gives up waiting is let go, also one who had given up before`, async (t) => {
    const { footage, cameraId } = await open(t);
    const patience = new AbortController();
    const waiting = footage.grown(cameraId, patience.signal);
    patience.abort();
    await waiting;
    await footage.grown(cameraId, patience.signal);
  });
}
