// What all records keep of pushed images.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, camera, hash, hold, household, id, incident, span } from '../../../test/houses/rows.ts';
import type { ImageId, IncidentId, SiteId } from '../brand.ts';
import type { PushedImage } from '../image/pushed-image.ts';
import type { Camera } from '../site/camera.ts';
import type { OpenRecords } from './records.contract.ts';

const pushed = (of: Camera, second: number, change: Partial<PushedImage> = {}): PushedImage => {
  const imageId = id<ImageId>();
  return {
    ...{ id: imageId, organizationId: of.organizationId, siteId: of.siteId, cameraId: of.id },
    ...{ way: 'http', pushedBy: 'key', state: 'stored', reason: null, wrongHeader: null, destroyedAt: null },
    ...{ takenAt: at(second * 1_000), receivedAt: at(second * 1_000) },
    ...{ mediaType: 'image/jpeg', width: 640, height: 360, isStripped: false },
    object: {
      ...{ blobKey: `images/http/${imageId}`, sizeBytes: 9, sha256: hash(second) },
      key: { hour: 7, wrappedHourKey: { epoch: 1, ciphertext: 'wrapped' }, sealedKey: 'sealed' },
    },
    ...{ look: 'waiting', detections: [], incidentId: null },
    ...change,
  };
};

export function imagesContract(name: string, open: OpenRecords): void {
  const promise = (
    sentence: string,
    check: (records: Awaited<ReturnType<OpenRecords>>, gate: Camera) => Promise<void>,
  ) =>
    test(`${name}: ${sentence}`, async (t) => {
      const records = await open(t);
      const { site } = await household(records);
      const gate = camera(site);
      await records.cameras.insert(gate);
      await check(records, gate);
    });

  promise('an image is inserted once, and its object is garbage until it is', async (records, gate) => {
    const images = [pushed(gate, 1), pushed(gate, 2)];
    const [first, second] = images;
    assert.ok(first && second);
    const keys = images.map(({ object }) => object?.blobKey ?? '');
    await records.garbage.addAll(keys, at(0));
    await records.garbage.addAll(keys, at(5));
    assert.deepEqual(await records.garbage.list(10), keys);
    assert.deepEqual(await records.pushedImages.insertNew([first]), [first.id]);
    const object = first.object && { ...first.object, blobKey: 'images/http/again' };
    await records.garbage.addAll(['images/http/again'], at(0));
    const inserted = await records.pushedImages.insertNew([{ ...first, object }, second]);
    assert.deepEqual(inserted, [second.id]);
    assert.deepEqual(await records.garbage.list(10), ['images/http/again']);
    assert.deepEqual(await records.pushedImages.find(first.id), first);
    assert.deepEqual(await records.pushedImages.insertNew([]), []);
  });

  promise('images of a camera come by time, the newest where there are too many', async (records, gate) => {
    const images = [3, 1, 2].map((second) => pushed(gate, second));
    await records.pushedImages.insertNew([
      ...images,
      pushed(gate, 2, { state: 'quarantined', reason: 'damaged' }),
    ]);
    const times = async (limit: number) =>
      (await records.pushedImages.list(gate.id, span(0, 3_001), limit)).map(({ takenAt }) => takenAt);
    assert.deepEqual(await times(10), [at(1_000), at(2_000), at(3_000)]);
    assert.deepEqual(await times(2), [at(2_000), at(3_000)]);
    assert.equal((await records.pushedImages.list(gate.id, span(0, 3_000), 10)).length, 2);
    assert.equal(await records.pushedImages.firstAt(gate.id), at(1_000));
  });

  promise(
    'what a hold covers does not expire; what is destroyed has no key and its object is garbage',
    async (records, gate) => {
      const [held, free] = [pushed(gate, 1), pushed(gate, 2)];
      await records.pushedImages.insertNew([held, free]);
      const about = incident(gate);
      await records.incidents.insert(about);
      await records.holds.insert(hold(gate, about.id, span(0, 1_500)));
      const expired = await records.pushedImages.expired(at(10_000), 10);
      assert.deepEqual(
        expired.map(({ id: imageId }) => imageId),
        [free.id],
      );
      // A site that keeps images for a time of its own asks for its own.
      assert.equal((await records.pushedImages.expired(at(10_000), 10, gate.siteId)).length, 1);
      assert.deepEqual(await records.pushedImages.expired(at(10_000), 10, id<SiteId>()), []);
      assert.deepEqual(await records.sites.keepingImagesFor(), []);
      await records.sites.update(gate.siteId, { pushedDays: 2 });
      assert.deepEqual(await records.sites.keepingImagesFor(), [{ siteId: gate.siteId, days: 2 }]);
      await records.pushedImages.destroy(free.id, at(20_000));
      await records.pushedImages.destroy(free.id, at(30_000));
      const after = await records.pushedImages.find(free.id);
      assert.deepEqual([after?.state, after?.object, after?.destroyedAt], ['destroyed', null, at(20_000)]);
      assert.deepEqual(await records.garbage.list(10), [free.object?.blobKey]);
      assert.equal((await records.pushedImages.page(null, 10)).length, 1);
      assert.equal(await records.pushedImages.forget(at(20_000), 10), 0);
      assert.equal(await records.pushedImages.forget(at(20_001), 10), 1);
      assert.equal(await records.pushedImages.find(free.id), null);
    },
  );

  promise('what was put aside is listed by site, and released by one of many', async (records, gate) => {
    const aside = pushed(gate, 1, { state: 'quarantined', reason: 'truncated' });
    await records.pushedImages.insertNew([aside]);
    const { organizationId } = gate;
    const listed = (siteIds?: readonly Camera['siteId'][]) =>
      records.pushedImages.quarantined({ organizationId, ...(siteIds === undefined ? {} : { siteIds }) }, 10);
    assert.deepEqual(await listed(), [aside]);
    assert.deepEqual(await listed([gate.siteId]), [aside]);
    assert.deepEqual(await listed([id()]), []);
    assert.deepEqual(await records.pushedImages.expiredQuarantine(at(1_001), 10), [aside]);
    const object = aside.object && { ...aside.object, blobKey: 'images/http/released' };
    const stored = { ...aside, state: 'stored', reason: null, object } as const;
    assert.equal(await records.pushedImages.release(stored, at(5)), true);
    assert.equal(await records.pushedImages.release(stored, at(5)), false);
    assert.deepEqual(await records.garbage.list(10), [aside.object?.blobKey]);
    assert.deepEqual(await records.pushedImages.find(aside.id), stored);
  });

  promise('what a detector saw is written once', async (records, gate) => {
    const image = pushed(gate, 1);
    await records.pushedImages.insertNew([image]);
    const box = { x: 0.25, y: 0.5, width: 0.125, height: 0.25 };
    const seen = {
      look: 'done',
      detections: [{ kind: 'person', score: 0.75, box }],
      incidentId: id<IncidentId>(),
    } as const;
    assert.equal(await records.pushedImages.looked(image.id, seen), true);
    const again = { look: 'done', detections: [], incidentId: null } as const;
    assert.equal(await records.pushedImages.looked(image.id, again), false);
    assert.deepEqual(await records.pushedImages.find(image.id), { ...image, ...seen });
    const gone = pushed(gate, 2);
    await records.pushedImages.insertNew([gone]);
    await records.pushedImages.destroy(gone.id, at(5));
    assert.equal(await records.pushedImages.looked(gone.id, seen), false);
    assert.deepEqual((await records.pushedImages.find(gone.id))?.detections, []);
  });
}
