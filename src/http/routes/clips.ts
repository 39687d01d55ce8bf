// Clips: footage taken out as a file that any player opens.

import { z } from 'zod';
import { branded, type CameraId } from '../../core/brand.ts';
import { type Clip, clipBytes, planClip } from '../../core/evidence/clip.ts';
import { attachment, clipName } from '../../core/evidence/clip-name.ts';
import { type Areas, maskedClipBytes, masksOfCamera } from '../../core/evidence/masked-clip.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import type { Span } from '../../core/ports/records.ts';
import { id } from '../contract/common.ts';
import { clipBody } from '../clip-body.ts';
import { ClipQuery } from '../contract/evidence.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';
import { checkedSpan } from '../span.ts';
import { ownedCamera } from './cameras.ts';

const params = z.object({ cameraId: id.transform((value) => branded<CameraId>(value)) });

/** Gaps that a header names, at most: proxies cut headers that are longer than 8 KiB. */
const maxNamedGaps = 50;

/** Clips. */
export function clipRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'export',
      {
        ...bare,
        params,
        query: ClipQuery,
        method: 'get',
        path: paths.clip('{cameraId}'),
        summary:
          'The footage of a span of at most 10 minutes as one MP4, cut at whole fragments, gaps left out. ' +
          'vedette-clip-span says what it holds, vedette-clip-gaps what is missing, vedette-clip-ends-early where ' +
          'it had to end because the picture changed, vedette-clip-bytes about how large it is. With blur=masks the ' +
          'privacy masks of the camera are covered and the pictures encoded anew; vedette-clip-masks says how many, and ' +
          'where it has none the clip is the plain copy.',
        tag: 'footage',
        answer: { status: 200, description: 'The clip.', mediaType: 'video/mp4' },
        errors: [
          'footage-gone',
          'footage-damaged',
          'footage-range-too-long',
          'clips-busy',
          'encoder-missing',
          'key-destroyed',
          'key-unavailable',
        ],
      },
      async ({ caller, params: { cameraId }, query, exchange: { peerAddress, request } }) => {
        const camera = await ownedCamera(deps, caller, cameraId);
        const clip = await planClip(deps, camera, checkedSpan(query));
        const site = await deps.records.sites.find(camera.siteId);
        const areas = query.blur === 'masks' ? await masksOfCamera(deps, cameraId) : [];
        const name = clipName(site ?? { name: '', timeZone: 'UTC' }, camera, clip.span.startAt, {
          isMasked: areas.length > 0,
        });
        // Not the end of this process: a clip that is being loaded has its time.
        const body = await bodyOf(deps, clip, areas, request.signal);
        const { startAt: from, endAt: to } = clip.span;
        logSecurity(deps.log, 'footage-exported', {
          peerAddress,
          ...callerFields(caller),
          cameraId,
          from,
          to,
          masks: areas.length,
        });
        const headers = headersOf(clip, name);
        if (query.blur !== undefined) headers['vedette-clip-masks'] = String(areas.length);
        return new Response(body, { headers });
      },
    ),
  ];
}

function bodyOf(deps: HttpDeps, clip: Clip, areas: Areas, signal: AbortSignal) {
  if (areas.length === 0) return clipBody(clipBytes(deps, clip), { signal });
  const { clock } = deps;
  const pieces = maskedClipBytes(deps, clip, areas, { now: clock.now(), signal });
  return clipBody(inItsPlace(deps, pieces), { signal, clock });
}

function headersOf(clip: Clip, name: string): Record<string, string> {
  const named = clip.skipped.slice(0, maxNamedGaps).map(interval);
  const unnamed = clip.skipped.length - named.length;
  if (unnamed > 0) named.push(`and ${unnamed} more`);
  return {
    'content-type': 'video/mp4',
    'content-disposition': attachment(name),
    'cache-control': 'private, no-store',
    'vedette-clip-span': interval(clip.span),
    'vedette-clip-gaps': named.join(', '),
    'vedette-clip-bytes': String(clip.sizeBytes),
    ...(clip.endsEarlyAt === null
      ? {}
      : { 'vedette-clip-ends-early': new Date(clip.endsEarlyAt).toISOString() }),
  };
}

/** An ISO 8601 interval. */
function interval({ startAt, endAt }: Span): string {
  return `${new Date(startAt).toISOString()}/${new Date(endAt).toISOString()}`;
}

/** The pieces of a masked clip, which has one of the few places for as long as it is made. Errors: `clips-busy`. */
async function* inItsPlace(
  { masking }: Pick<HttpDeps, 'masking'>,
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const leave = masking.enter();
  try {
    yield* pieces;
  } finally {
    leave();
  }
}
