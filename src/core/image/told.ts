// A pushed image as others are told of it: by the API, and by events.

import type { SiteId } from '../brand.ts';
import { noSite, type PushedImage } from './pushed-image.ts';
import { reasonSentences, wrongHeaderSentence } from './reasons.ts';

/** Where it stands. */
export function toldImage(image: PushedImage) {
  const { id, cameraId, receivedAt, takenAt, destroyedAt, state } = image;
  return {
    ...{ id, siteId: toldSite(image), cameraId, receivedAt, takenAt, destroyedAt, state },
    reason: toldReason(image),
    look: state === 'stored' ? image.look : null,
  };
}

/** Null where it is at none: the site that its sender named and may not use is nobody's to hear of. */
export function toldSite({ siteId, reason }: Pick<PushedImage, 'siteId' | 'reason'>): SiteId | null {
  return siteId === noSite || reason === 'site-not-allowed' ? null : siteId;
}

/** Why it was put aside, in words. */
export function toldReason({ reason, wrongHeader }: Pick<PushedImage, 'reason' | 'wrongHeader'>) {
  if (reason === null) return null;
  const detail = wrongHeader === null ? reasonSentences[reason] : wrongHeaderSentence(wrongHeader);
  return { code: reason, detail };
}
