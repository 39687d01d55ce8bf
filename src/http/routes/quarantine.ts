// What was put aside of pushed images: a list for managers, who try again or destroy.

import { z } from 'zod';
import { branded, type ImageId } from '../../core/brand.ts';
import { destroyQuarantined, listQuarantine, tryAgain } from '../../core/image/put-back.ts';
import type { PushedImage } from '../../core/image/pushed-image.ts';
import { toldImage, toldReason, toldSite } from '../../core/image/told.ts';
import type { Caller } from '../../core/organization/access.ts';
import { callerFields, logSecurity, type SecurityEvent } from '../../core/organization/security-log.ts';
import { id } from '../contract/common.ts';
import { ImageStatus, QuarantinedImage, QuarantineRetry } from '../contract/images.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { maxListedQuarantine } from '../limits.ts';
import { bare, type Exchange, memberRoute, type Route } from '../route.ts';

const tag = 'images';
const params = z.object({ imageId: id.transform((value) => branded<ImageId>(value)) });

/** Images that were put aside. */
export function quarantineRoutes(deps: HttpDeps): readonly Route[] {
  const log = (event: SecurityEvent, caller: Caller, { peerAddress }: Exchange, imageId: ImageId) =>
    logSecurity(deps.log, event, { peerAddress, ...callerFields(caller), imageId });
  return [
    memberRoute(
      'manage-cameras',
      {
        ...bare,
        method: 'get',
        path: paths.quarantine,
        summary: `The images that were put aside, newest first; at most ${maxListedQuarantine}.`,
        tag,
        answer: { status: 200, description: 'What was put aside.', schema: z.array(QuarantinedImage) },
      },
      async ({ caller }) => ({
        json: (await listQuarantine(deps, caller, maxListedQuarantine)).map(wireQuarantined),
      }),
    ),
    memberRoute(
      'manage-cameras',
      {
        ...bare,
        params,
        body: QuarantineRetry,
        method: 'post',
        path: paths.quarantineRetry('{imageId}'),
        summary: 'Looks at an image that was put aside again, with strip without what is around the picture.',
        tag,
        answer: { status: 200, description: 'Where it stands now.', schema: ImageStatus },
        errors: ['conflict', 'key-destroyed', 'key-unavailable'],
      },
      async ({ caller, params: { imageId }, body: { strip }, exchange }) => {
        const { signal } = exchange;
        const image = await tryAgain({ ...deps, ...deps.intake }, caller, { imageId, strip, signal });
        log('image-put-back', caller, exchange, imageId);
        return { json: toldImage(image) };
      },
    ),
    memberRoute(
      'manage-cameras',
      {
        ...bare,
        params,
        method: 'delete',
        path: paths.quarantined('{imageId}'),
        summary: 'Destroys an image that was put aside: its key at once, its bytes with the next sweep.',
        tag,
        answer: { status: 204, description: 'Destroyed.' },
      },
      async ({ caller, params: { imageId }, exchange }) => {
        await destroyQuarantined(deps, caller, { imageId });
        log('image-destroyed', caller, exchange, imageId);
        return null;
      },
    ),
  ];
}

function wireQuarantined(image: PushedImage) {
  return {
    ...image,
    siteId: toldSite(image),
    reason: toldReason(image),
    sizeBytes: image.object?.sizeBytes ?? 0,
  };
}
