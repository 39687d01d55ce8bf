import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../../test/houses/http.ts';
import { withPushedImage } from '../../../test/houses/pushed.ts';
import { smallJpeg } from '../../../test/houses/stills.ts';
import type { ImageId } from '../brand.ts';
import { newId } from '../identifiers.ts';
import { silentLog as log } from '../ports/log.ts';
import type { Accepted } from './accepted.ts';
import { takeIn } from './take-in.ts';

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
  const take = () => takeIn({ ...deps, ...deps.intake, log, stills }, accepted, smallJpeg());
  for (let index = 0; index < 3; index += 1) await assert.rejects(take(), /too long/);
  await take();
  assert.equal(tries, 3);
  assert.equal((await deps.records.pushedImages.find(id))?.reason, 'stops-the-decoder');
});
