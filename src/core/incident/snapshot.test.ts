// Pictures of incidents: sealed, owned, and never worth an alarm.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { email, episode, openScene, picture, type Scene } from '../../../test/houses/incident.ts';
import type { Blobs } from '../ports/blobs.ts';
import { handleSighting } from './handle-sighting.ts';
import { readSnapshot } from './snapshot.ts';

async function armedScene(t: TestContext): Promise<Scene> {
  const scene = await openScene(5);
  t.after(() => scene.close());
  await scene.arm('armed-away', -600);
  return scene;
}

/** Every object of the store that no image owns and no list of garbage names. */
async function unowned({ records, blobs }: Scene): Promise<string[]> {
  const owned = new Set(await records.garbage.list(1000));
  for (const image of await records.images.page(null, 1000)) owned.add(image.blobKey);
  const keys = (await Array.fromAsync(blobs.list(''))).map(({ key }) => key);
  return keys.filter((key) => !owned.has(key));
}

test('a stored picture is not readable without the keys', async (t) => {
  const scene = await armedScene(t);
  await handleSighting(scene.deps, episode(scene, scene.cameras[0], 0)('began', 1));
  const [object] = await Array.fromAsync(scene.blobs.list('images/'));
  assert.ok(object !== undefined);
  const { organizationId, cameras } = scene;
  assert.match(object.key, new RegExp(`^images/${organizationId}/${cameras[0]?.id}/[0-9a-f-]{36}\\.jpg$`));
  const stored = await scene.blobs.get(object.key);
  assert.equal(Buffer.from(stored).includes(Buffer.from(picture(0).subarray(0, 32))), false);
});

test('a clearly better picture replaces the first, which becomes garbage; a slightly better one does not', async (t) => {
  const scene = await armedScene(t);
  const person = episode(scene, scene.cameras[0], 0);
  const { opened } = await handleSighting(scene.deps, person('began', 1, { bestScore: 0.5 }));
  const slightly = person('continues', 3, { bestScore: 0.55, snapshot: picture(2) });
  assert.equal((await handleSighting(scene.deps, slightly)).incident?.snapshotId, opened?.snapshotId);
  const clearly = person('ended', 5, { bestScore: 0.65, snapshot: picture(3) });
  const { incident } = await handleSighting(scene.deps, clearly);
  assert.ok(incident !== null);
  assert.equal(incident.bestScore, 0.65);
  assert.deepEqual(await readSnapshot(scene.deps, incident), Uint8Array.from(picture(3)));
  assert.equal((await scene.records.images.page(null, 10)).length, 1);
  assert.equal((await scene.records.garbage.list(10)).length, 1);
  assert.deepEqual(await unowned(scene), []);
});

test('a crash between the picture and its row leaves no object without an owner', async (t) => {
  const scene = await armedScene(t);
  const records = {
    ...scene.records,
    transaction: () => Promise.reject(new Error('the power went out')),
  };
  const sighting = episode(scene, scene.cameras[0], 0)('began', 1);
  await assert.rejects(handleSighting({ ...scene.deps, records }, sighting), /power/);
  assert.equal((await Array.fromAsync(scene.blobs.list('images/'))).length, 1);
  assert.deepEqual(await unowned(scene), []);
  assert.deepEqual(await scene.incidents(), []);
});

test('a sweep of garbage just before the row does not cost the picture', async (t) => {
  const scene = await armedScene(t);
  const { records, blobs } = scene;
  const sweeping: typeof records.transaction = async (work) => {
    for (const key of await records.garbage.list(10)) await blobs.delete(key);
    return records.transaction(work);
  };
  const deps = { ...scene.deps, records: { ...records, transaction: sweeping } };
  const { opened } = await handleSighting(deps, episode(scene, scene.cameras[0], 0)('began', 1));
  assert.deepEqual(await readSnapshot(deps, opened ?? assert.fail()), Uint8Array.from(picture(0)));
});

test('a full disk costs the picture, not the alarm', async (t) => {
  const scene = await armedScene(t);
  await scene.addChannel(email);
  const blobs: Blobs = { ...scene.blobs, put: () => Promise.reject(new Error('no space left')) };
  const deps = { ...scene.deps, blobs };
  const { opened } = await handleSighting(deps, episode(scene, scene.cameras[0], 0)('began', 1));
  assert.equal(opened?.snapshotId, null);
  assert.equal((await scene.records.alerts.ofIncident(opened?.id ?? assert.fail())).length, 1);
});

test('of the pictures that many cameras take of one intrusion at once, one is kept', async (t) => {
  const scene = await armedScene(t);
  const sightings = Array.from({ length: 20 }, (_, index) =>
    episode(scene, scene.cameras[index % 5], 0)('began', 1),
  );
  await Promise.all(sightings.map((sighting) => handleSighting(scene.deps, sighting)));
  assert.equal((await scene.records.images.page(null, 100)).length, 1);
  assert.equal((await Array.fromAsync(scene.blobs.list(''))).length, 1);
  assert.deepEqual(await unowned(scene), []);
});
