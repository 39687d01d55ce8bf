// Writing rows of images, many in one step, and telling the detector of each.

import { branded, type EpochMs, type ImageId } from '../brand.ts';
import { batches } from '../batches.ts';
import type { Clock } from '../ports/clock.ts';
import type { Queue, QueueMessage } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import type { PushedImage } from './pushed-image.ts';

/** The topic of images that a detector is to look at. */
export const lookTopic = 'images.look';

/** Rows in one step: 100 of them are written in about 5 ms, and hold up nobody for longer. */
const maxBatch = 100;
/** An object is garbage when no row came to own it in this time: far above what taking in may take. */
const adoptionMs = 600_000;

export interface ImageRows {
  /** Lists an object that is about to be stored as garbage-to-be, until its row owns it. */
  willStore(blobKey: string): Promise<void>;
  /** Writes the row, and has a detector look where it is stored. False where the image was there before. */
  insert(image: PushedImage): Promise<boolean>;
  /** Has a detector look at one that was stored in another way. */
  look(imageId: ImageId): Promise<void>;
}

export function imageRows({
  records,
  queue,
  clock,
}: {
  records: Pick<Records, 'garbage' | 'pushedImages'>;
  queue: Pick<Queue, 'publish'>;
  clock: Clock;
}): ImageRows {
  const announce = batches<string, null>(async (blobKeys) => {
    await records.garbage.addAll(blobKeys, branded<EpochMs>(clock.now() + adoptionMs));
    return blobKeys.map(() => null);
  }, maxBatch);
  const write = batches<PushedImage, boolean>(async (images) => {
    // The same image twice in one step would be inserted by neither.
    const unique = [...new Map(images.map((image) => [image.id, image])).values()];
    const inserted = new Set(await records.pushedImages.insertNew(unique));
    // Also of those that were there: the process that wrote them may have died before it told anybody.
    await queue.publish(images.filter(({ state }) => state === 'stored').map(({ id }) => lookMessage(id)));
    return images.map((image) => inserted.has(image.id) && unique.includes(image));
  }, maxBatch);
  return {
    async willStore(blobKey) {
      await announce(blobKey);
    },
    insert: (image) => write(image),
    look: (imageId) => queue.publish([lookMessage(imageId)]),
  };
}

/** Has a detector look at an image: again changes nothing. */
export function lookMessage(imageId: ImageId): QueueMessage {
  return {
    topic: lookTopic,
    key: imageId,
    id: `${lookTopic}/${imageId}`,
    payload: JSON.stringify({ imageId }),
  };
}
