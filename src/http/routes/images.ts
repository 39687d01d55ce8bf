// Pushed images: taking them, and saying what became of them.

import { z } from 'zod';
import { branded, type CameraId, type EpochMs, type ImageId, type SiteId } from '../../core/brand.ts';
import { errorCode, VedetteError } from '../../core/errors.ts';
import { acceptImage, findReceived, type Received } from '../../core/image/accept.ts';
import type { CameraName } from '../../core/image/accepted.ts';
import { imageMediaTypes } from '../../core/image/pushed-image.ts';
import { toldImage } from '../../core/image/told.ts';
import { type Caller, owned } from '../../core/organization/access.ts';
import { id } from '../contract/common.ts';
import { ImageStatus, PushedReceipt, PushQuery } from '../contract/images.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { maxPushedBytesHeld, pushes } from '../limits.ts';
import { lots } from '../lots.ts';
import { type BodyLease, type BodyRoom, bodyRoom, readPush } from '../push-body.ts';
import { parsedQuery } from '../query.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'images';
const tooManyPushes = `One key pushes at most ${pushes.limit} images in ${pushes.windowMs / 1000} seconds. Send this one again then.`;
const params = z.object({ imageId: id.transform((value) => branded<ImageId>(value)) });

/** Pushing images. */
export function imageRoutes(deps: HttpDeps): readonly Route[] {
  return [pushRoute(deps, bodyRoom(maxPushedBytesHeld)), statusRoute(deps)];
}

function pushRoute(deps: HttpDeps, room: BodyRoom): Route {
  const turns = lots(deps, pushes);
  const accepted = deps.metrics.counter('vedette_images_accepted_total', {});
  return memberRoute(
    'push-images',
    {
      ...bare,
      query: PushQuery,
      method: 'post',
      path: paths.images,
      summary:
        'Takes an image of at most 20 MB: as it is, or as the file of a form whose fields are the parameters. What is ' +
        'answered with 202 is durable. An Idempotency-Key is remembered for 24 hours.',
      tag,
      remembersKeys: true,
      // A thousand bodies a second are not to be held until the inbox finds out what is known already.
      refusedIn: 'images-refused',
      bodyTypes: [...imageMediaTypes, 'multipart/form-data'],
      answer: {
        status: 202,
        description: 'Taken; what becomes of it is at statusUrl.',
        schema: PushedReceipt,
      },
      errors: [
        ...(['request-invalid', 'not-found', 'body-too-large', 'too-many-requests'] as const),
        ...([
          'image-refused',
          'idempotency-mismatch',
          'intake-busy',
          'queue-unavailable',
          'cache-unavailable',
          'data-full',
        ] as const),
      ],
    },
    async ({ caller, query, exchange: { request } }) => {
      let lease: BodyLease | null = null;
      try {
        await turns.take(`images/pushes/${pusherOf(caller)}`, tooManyPushes);
        lease = room.enter();
        const { bytes, mediaType, fields } = await readPush(request, lease);
        const said = { ...query, ...parsedQuery(PushQuery, fields) };
        const received = await acceptImage({ ...deps, ...deps.intake }, caller, pusherOf(caller), {
          siteId: said.siteId === undefined ? null : branded<SiteId>(said.siteId),
          camera: cameraOf(said),
          takenAt: said.takenAt === undefined ? null : branded<EpochMs>(said.takenAt),
          strip: said.strip === 'true',
          idempotencyKey: request.headers.get('idempotency-key'),
          ...{ mediaType, bytes },
        });
        accepted.add();
        const statusUrl = paths.image(received.id);
        return {
          json: { id: received.id, state: 'received', statusUrl },
          headers: new Headers({ location: statusUrl }),
        };
      } catch (error) {
        deps.metrics.counter('vedette_images_refused_total', { code: errorCode(error) }).add();
        throw error;
      } finally {
        lease?.release();
      }
    },
  );
}

/** Errors: `request-invalid` where both are given. */
function cameraOf({ cameraId, camera }: z.output<typeof PushQuery>): CameraName | null {
  if (cameraId !== undefined && camera !== undefined) {
    const sentence = 'Say cameraId or camera, not both.';
    throw new VedetteError('request-invalid', sentence, { fields: { camera: sentence } });
  }
  if (cameraId !== undefined) return { kind: 'id', id: branded<CameraId>(cameraId) };
  return camera === undefined ? null : { kind: 'name', name: camera };
}

function pusherOf({ accessKeyId, member }: Caller): string {
  return accessKeyId ?? member?.id ?? '';
}

function statusRoute(deps: HttpDeps): Route {
  return memberRoute(
    'push-images',
    {
      ...bare,
      params,
      method: 'get',
      path: paths.image('{imageId}'),
      summary: 'What became of a pushed image: received, stored, put aside with the reason, or destroyed.',
      tag,
      answer: { status: 200, description: 'Where it stands.', schema: ImageStatus },
    },
    async ({ caller, params: { imageId } }) => {
      const image = await deps.records.pushedImages.find(imageId);
      if (image !== null) return { json: toldImage(owned(image, caller)) };
      return { json: wireReceived(owned(await findReceived(deps.cache, imageId), caller)) };
    },
  );
}

function wireReceived({ id: imageId, siteId, receivedAt }: Received): z.input<typeof ImageStatus> {
  const unknown = { cameraId: null, takenAt: null, destroyedAt: null, reason: null, look: null };
  return { id: imageId, siteId, receivedAt, state: 'received', ...unknown };
}
