import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../../test/houses/http.ts';
import { withPushedImage } from '../../../test/houses/pushed.ts';
import { png, smallJpeg } from '../../../test/houses/stills.ts';
import type { ImageId } from '../brand.ts';
import { newId } from '../identifiers.ts';
import { silentLog as log } from '../ports/log.ts';
import { room } from '../room.ts';
import type { Accepted } from './accepted.ts';
import { takeIn } from './take-in.ts';

const never = new AbortController().signal;

test('an image at which whoever takes it in gives up three times is put aside: others wait behind it', async () => {
  const { deps, image } = await withPushedImage(await openHouse());
  const { organizationId, siteId, way, pushedBy, takenAt, mediaType } = image;
  const id = newId<ImageId>(deps.clock);
  const accepted: Accepted = {
    ...{ id, organizationId, siteId, camera: { kind: 'name', name: 'Gate' }, way, pushedBy },
    ...{ takenAt, receivedAt: takenAt, mediaType, strip: false },
  };
  let tries = 0;
  const stills = {
    async decode(): Promise<never> {
      tries += 1;
      await deps.clock.advance(25_000);
      throw new Error('It took too long.');
    },
  };
  const take = () => takeIn({ ...deps, ...deps.intake, log, stills }, accepted, smallJpeg(), never);
  for (let index = 0; index < 3; index += 1) await assert.rejects(take(), /too long/);
  await take();
  assert.equal(tries, 3);
  assert.equal((await deps.records.pushedImages.find(id))?.reason, 'stops-the-decoder');
});

test('images are decoded at a time only as far as there is room for their pixels, and one that waits is not counted as tried', async () => {
  const { deps, image } = await withPushedImage(await openHouse());
  const { organizationId, siteId, way, pushedBy, takenAt } = image;
  // Room for two and a half of what one takes: 100 × 100 pixels of three bytes.
  const decoding = room(75_000);
  let [now, most, tries] = [0, 0, 0];
  const stills = {
    async decode(...args: Parameters<typeof deps.intake.stills.decode>) {
      tries += 1;
      now += 1;
      most = Math.max(most, now);
      const picture = await deps.intake.stills.decode(...args);
      now -= 1;
      return picture;
    },
  };
  const cache = {
    ...deps.cache,
    increment: (name: string, ttlMs: number) => {
      if (name.startsWith('images/tries/')) assert.ok(now < 2, 'it is counted when its turn has come');
      return deps.cache.increment(name, ttlMs);
    },
  };
  const ids = Array.from({ length: 6 }, () => newId<ImageId>(deps.clock));
  const takes = ids.map((id) =>
    takeIn(
      { ...deps, ...deps.intake, log, stills, decoding, cache },
      {
        ...{ id, organizationId, siteId, camera: { kind: 'name', name: 'Gate' }, way, pushedBy },
        ...{ takenAt, receivedAt: takenAt, mediaType: 'image/png', strip: false },
      },
      png(100, 100),
      never,
    ),
  );
  await Promise.all(takes);
  assert.deepEqual([tries, most], [6, 2]);
});
