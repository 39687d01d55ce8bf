// A pushed image as others are told of it: by the API, and by events.

import type { PushedImage } from './pushed-image.ts';
import { reasonSentences } from './reasons.ts';

/** Where it stands. */
export function toldImage(image: PushedImage) {
  const { id, siteId, cameraId, receivedAt, takenAt, destroyedAt, state } = image;
  return {
    ...{ id, siteId, cameraId, receivedAt, takenAt, destroyedAt, state },
    reason: toldReason(image),
    look: state === 'stored' ? image.look : null,
  };
}

/** Why it was put aside, in words. */
export function toldReason({ reason }: Pick<PushedImage, 'reason'>) {
  return reason === null ? null : { code: reason, detail: reasonSentences[reason] };
}
