// Pushed images as they are shown: which there are of a camera, each as it is, and each small.

import { z } from 'zod';
import { branded, type CameraId, type EpochMs, type ImageId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { orWithoutCache } from '../../core/guarded.ts';
import { readPushedImage } from '../../core/image/image-object.ts';
import { maxPreviewsAtOnce, previewOf } from '../../core/image/preview.ts';
import type { PreviewSize } from '../../core/image/preview-sizes.ts';
import { maxAheadMs, type PushedImage } from '../../core/image/pushed-image.ts';
import { type Caller, owned } from '../../core/organization/access.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { room } from '../../core/room.ts';
import { id } from '../contract/common.ts';
import { CameraImages, CameraImagesQuery, NewestImage, PreviewQuery } from '../contract/images.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { maxListedPushes, previews, tilesNotedMs } from '../limits.ts';
import { lots } from '../lots.ts';
import { anyQuery, bare, type Exchange, memberRoute, type Route } from '../route.ts';
import { checkedSpan } from '../span.ts';
import { ownedCamera } from './cameras.ts';

const tag = 'images';
const params = z.object({ imageId: id.transform((value) => branded<ImageId>(value)) });
const cameraParams = z.object({ cameraId: id.transform((value) => branded<CameraId>(value)) });
const errors = ['footage-damaged', 'key-destroyed', 'key-unavailable'] as const;
const tooMany = `One person looks at no more than ${previews.limit} small images in ${previews.windowMs / 1000} seconds. Wait a moment.`;

/** Looking at pushed images. */
export function imageViewRoutes(deps: HttpDeps): readonly Route[] {
  return [listRoute(deps), newestRoute(deps), fileRoute(deps), previewRoute(deps)];
}

function listRoute(deps: HttpDeps): Route {
  return memberRoute(
    'view-footage',
    {
      ...bare,
      params: cameraParams,
      query: CameraImagesQuery,
      method: 'get',
      path: paths.cameraImages('{cameraId}'),
      summary: 'The images that were pushed of a camera, by the time they were taken.',
      tag,
      answer: { status: 200, description: 'The images.', schema: CameraImages },
      errors: ['footage-range-too-long'],
    },
    async ({ caller, params: { cameraId }, query }) => {
      const camera = await ownedCamera(deps, caller, cameraId);
      const { pushedImages } = deps.records;
      const images = await pushedImages.list(camera.id, checkedSpan(query), maxListedPushes);
      return { json: { images, isWhole: images.length < maxListedPushes } };
    },
  );
}

function newestRoute({ records, clock, ...deps }: HttpDeps): Route {
  return memberRoute(
    'view-footage',
    {
      ...bare,
      params: cameraParams,
      method: 'get',
      path: paths.newestImage('{cameraId}'),
      summary: 'The newest image that was pushed of a camera, by the time it was taken.',
      tag,
      answer: { status: 200, description: 'The image; null where none is stored.', schema: NewestImage },
    },
    async ({ caller, params: { cameraId } }) => {
      const camera = await ownedCamera({ ...deps, records }, caller, cameraId);
      // Cameras whose clocks run fast are ahead of us.
      const ever = { startAt: branded<EpochMs>(0), endAt: branded<EpochMs>(clock.now() + 2 * maxAheadMs) };
      const [image] = await records.pushedImages.list(camera.id, ever, 1);
      return { json: { image: image ?? null } };
    },
  );
}

function fileRoute(deps: HttpDeps): Route {
  return memberRoute(
    'view-footage',
    {
      ...bare,
      // Who could not see it tries again at an address that the browser does not remember as broken.
      query: anyQuery,
      params,
      method: 'get',
      path: paths.imageFile('{imageId}'),
      summary: 'A pushed image. Each look at one is written down.',
      tag,
      answer: { status: 200, description: 'The image.', mediaType: 'image/*' },
      errors,
    },
    async ({ caller, params: { imageId }, exchange }) => {
      const image = await shownImage(deps, caller, imageId);
      const bytes = await readPushedImage({ blobs: deps.blobs, hourKeys: deps.intake.hourKeys }, image);
      noteLook(deps, caller, exchange, image);
      return shown(bytes, image.mediaType);
    },
  );
}

function previewRoute(deps: HttpDeps): Route {
  const turns = lots(deps, previews);
  const making = room(maxPreviewsAtOnce);
  const { records, blobs, intake } = deps;
  return memberRoute(
    'view-footage',
    {
      ...bare,
      query: PreviewQuery,
      params,
      method: 'get',
      path: paths.imagePreview('{imageId}'),
      summary:
        'A pushed image, small: with size=strip at most 320 pixels wide, with tile 640, both with the privacy masks of its ' +
        'camera covered; with screen 1600, and written down as a look at it.',
      tag,
      answer: { status: 200, description: 'The preview.', mediaType: 'image/*' },
      errors: [...errors, 'too-many-requests'],
    },
    async ({ caller, params: { imageId }, query: { size }, exchange }) => {
      await turns.take(`images/previews/${viewerOf(caller)}`, tooMany);
      const image = await shownImage(deps, caller, imageId);
      const made = await previewOf({ records, blobs, ...intake, making }, image, size, exchange.signal);
      await noteSmallLook(deps, caller, { exchange, image, size });
      return shown(made.bytes, made.mediaType);
    },
  );
}

/** What was put aside is nothing to be shown. Errors: `not-found`. */
async function shownImage(
  { records }: Pick<HttpDeps, 'records'>,
  caller: Caller,
  imageId: ImageId,
): Promise<PushedImage> {
  const image = owned(await records.pushedImages.find(imageId), caller);
  if (image.state !== 'stored') throw new VedetteError('not-found');
  return image;
}

function noteLook({ log }: HttpDeps, caller: Caller, { peerAddress }: Exchange, image: PushedImage): void {
  const { id: imageId, cameraId } = image;
  logSecurity(log, 'image-viewed', { peerAddress, ...callerFields(caller), imageId, cameraId });
}

interface SmallLook {
  readonly exchange: Exchange;
  readonly image: PushedImage;
  readonly size: PreviewSize;
}

/** What fills a screen is a look as any other. Tiles come by the hundred: who saw which camera is said now and then. */
async function noteSmallLook(
  deps: HttpDeps,
  caller: Caller,
  { exchange, image, size }: SmallLook,
): Promise<void> {
  if (size === 'screen') return noteLook(deps, caller, exchange, image);
  const { cameraId } = image;
  const key = `images/tiles/${viewerOf(caller)}/${cameraId}`;
  const isFirst = () => deps.cache.setIfAbsent(key, new Uint8Array(1), tilesNotedMs);
  if (!(await orWithoutCache(isFirst, true))) return;
  const { peerAddress } = exchange;
  logSecurity(deps.log, 'image-tiles-viewed', { peerAddress, ...callerFields(caller), cameraId });
}

function viewerOf({ accessKeyId, member }: Caller): string {
  return accessKeyId ?? member?.id ?? '';
}

function shown(bytes: Uint8Array<ArrayBuffer>, mediaType: string): Response {
  const headers = {
    'content-type': mediaType,
    'cache-control': 'private, no-store',
    'content-disposition': 'inline',
  };
  return new Response(bytes, { headers });
}
