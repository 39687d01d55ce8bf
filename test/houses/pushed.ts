// A house with one image that was pushed and taken in.

import { branded, type EpochMs, type ImageId } from '../../src/core/brand.ts';
import { newId } from '../../src/core/identifiers.ts';
import { takeIn } from '../../src/core/image/take-in.ts';
import type { House } from './http.ts';
import { smallJpeg } from './stills.ts';

/** Takes one image in that was taken `ageMs` ago, at the site of a house that it sets up. */
export async function withPushedImage(house: House, ageMs = 0) {
  await house.setUp();
  const { deps } = house;
  const [camera] = await deps.records.cameras.all();
  if (camera === undefined) throw new Error('The house has no camera.');
  const { organizationId, siteId } = camera;
  const id = newId<ImageId>(deps.clock);
  const takenAt = branded<EpochMs>(deps.clock.now() - ageMs);
  await takeIn(
    { ...deps, ...deps.intake },
    {
      ...{ id, organizationId, siteId, camera: { kind: 'name', name: 'Gate' }, way: 'http' },
      ...{ pushedBy: newId(deps.clock), takenAt, receivedAt: takenAt, mediaType: 'image/jpeg', strip: false },
    },
    smallJpeg(),
    new AbortController().signal,
  );
  const image = await deps.records.pushedImages.find(branded(id));
  if (image === null) throw new Error('The image was not taken in.');
  return { house, deps, image };
}
