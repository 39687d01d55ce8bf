import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../test/houses/http.ts';
import { withPushedImage } from '../../test/houses/pushed.ts';
import { runningSha256 } from '../adapters/system/hash.ts';
import { checkFootage } from '../core/footage/invariants.ts';
import type { ImageId } from '../core/brand.ts';
import { newId } from '../core/identifiers.ts';
import { imageKey, sha256Of } from '../core/image/image-object.ts';
import { silentLog as log } from '../core/ports/log.ts';
import { newSite } from '../core/site/sites.ts';
import { startExpiry } from './expire.ts';
import { storeDoubt } from './expire-doubt.ts';

const dayMs = 86_400_000;
const settings = { idleDays: 1, activityDays: 7, incidentDays: 30, quotaBytes: null, reserveBytes: 0 };

test('after seven days the key of a pushed image is destroyed, then its bytes; the check has nothing to say before or after', async (t) => {
  const { deps, image, house } = await withPushedImage(await openHouse(), 7 * dayMs - 120_000);
  const { clock, records, blobs, keys, intake } = deps;
  const check = async () => {
    const all = checkFootage({ records, blobs, keys, hash: runningSha256 }, { openBlobKeys: [] });
    const findings = await Array.fromAsync(all);
    return { findings, images: all.looked.images };
  };
  assert.deepEqual(await check(), { findings: [], images: 1 });
  assert.ok(image.object);
  const { object } = image;
  await imageKey(intake.hourKeys, image, object);
  const expiry = startExpiry({ ...deps, log, doubt: storeDoubt({ ...deps, log }) }, settings);
  t.after(() => expiry.stop());
  await clock.advance(60_000);
  assert.equal((await records.pushedImages.find(image.id))?.state, 'stored');
  await clock.advance(180_000);
  await expiry.stop();
  const after = await records.pushedImages.find(image.id);
  assert.deepEqual([after?.state, after?.object], ['destroyed', null]);
  assert.equal(await blobs.head(object.blobKey), null);
  assert.deepEqual(await check(), { findings: [], images: 0 });
  await house.http.stop();
});

test('the check finds an image whose key does not open, and one whose bytes are gone', async () => {
  const { deps, image } = await withPushedImage(await openHouse());
  const { records, blobs, keys } = deps;
  const problems = async (unwrap = keys.unwrap) => {
    const all = checkFootage({ records, blobs, keys: { unwrap }, hash: runningSha256 }, { openBlobKeys: [] });
    return (await Array.fromAsync(all)).map(({ invariant, subject }) => `${invariant} ${subject}`);
  };
  const subject = `I1 image ${image.id}`;
  assert.deepEqual(await problems(() => Promise.reject(new Error('Lost.'))), [subject]);
  await blobs.delete(image.object?.blobKey ?? '');
  assert.deepEqual(await problems(), [subject]);
});

test('what a crash left in the inbox is swept away after eight days, and what waits there is not', async (t) => {
  const { deps } = await openHouse();
  const { clock, blobs, intake } = deps;
  const left = async () => (await Array.fromAsync(blobs.list('images/http/inbox/'))).length;
  const body = new Uint8Array(4);
  const sha256 = await sha256Of(body);
  for (const day of ['2025-12-20', '2025-12-28'])
    await blobs.put(`images/http/inbox/${day}/left`, body, { sizeBytes: 4, sha256 });
  await intake.inbox.put({ id: 'new', headers: {}, body });
  assert.equal(await left(), 3);
  let isForeign = true;
  const expiry = startExpiry({ ...deps, log, doubt: { look: async () => isForeign } }, settings);
  t.after(() => expiry.stop());
  await clock.advance(120_000);
  assert.equal(await left(), 3, 'in a store that may be the wrong one nothing is deleted');
  isForeign = false;
  await clock.advance(120_000);
  await expiry.stop();
  assert.equal(await left(), 2);
});

test('a site that keeps images for a day has them destroyed then, at no other site; never longer than the installation does', async (t) => {
  const { deps, image } = await withPushedImage(await openHouse(), dayMs - 60_000);
  const { clock, records } = deps;
  const other = newSite(clock, { organizationId: image.organizationId, name: 'Store', timeZone: 'UTC' });
  await records.sites.insert(other);
  const object = image.object && { ...image.object, blobKey: 'images/http/other' };
  const elsewhere = { ...image, id: newId<ImageId>(clock), siteId: other.id, object };
  await records.pushedImages.insertNew([elsewhere]);
  await records.sites.update(image.siteId, { pushedDays: 1 });
  await records.sites.update(other.id, { pushedDays: 30 });
  const expiry = startExpiry(
    { ...deps, log, doubt: storeDoubt({ ...deps, log }) },
    { ...settings, pushedDays: 1 + 5 / 1_440 },
  );
  t.after(() => expiry.stop());
  const states = async () => [
    (await records.pushedImages.find(image.id))?.state,
    (await records.pushedImages.find(elsewhere.id))?.state,
  ];
  await clock.advance(30_000);
  assert.deepEqual(await states(), ['stored', 'stored']);
  await clock.advance(120_000);
  assert.deepEqual(await states(), ['destroyed', 'stored']);
  await clock.advance(300_000);
  await expiry.stop();
  assert.deepEqual(await states(), ['destroyed', 'destroyed']);
});
