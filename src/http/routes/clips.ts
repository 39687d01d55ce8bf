// Clips: footage taken out as a file that any player opens.

import { z } from 'zod';
import { branded, type CameraId } from '../../core/brand.ts';
import { type Clip, clipBytes, planClip } from '../../core/evidence/clip.ts';
import { attachment, clipName } from '../../core/evidence/clip-name.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import type { Span } from '../../core/ports/records.ts';
import { id, SpanQuery } from '../contract/common.ts';
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
        query: SpanQuery,
        method: 'get',
        path: paths.clip('{cameraId}'),
        summary:
          'The footage of a span of at most 10 minutes as one MP4, cut at whole fragments, gaps left out. ' +
          'vedette-clip-span says what it holds, vedette-clip-gaps what is missing, vedette-clip-ends-early where ' +
          'it had to end because the picture changed, vedette-clip-bytes about how large it is.',
        tag: 'footage',
        answer: { status: 200, description: 'The clip.', mediaType: 'video/mp4' },
        errors: [
          'footage-gone',
          'footage-damaged',
          'footage-range-too-long',
          'key-destroyed',
          'key-unavailable',
        ],
      },
      async ({ caller, params: { cameraId }, query, exchange: { peerAddress, signal } }) => {
        const camera = await ownedCamera(deps, caller, cameraId);
        const clip = await planClip(deps, camera, checkedSpan(query));
        const site = await deps.records.sites.find(camera.siteId);
        const name = clipName(site ?? { name: '', timeZone: 'UTC' }, camera, clip.span.startAt);
        const body = await begun(clipBytes(deps, clip), signal);
        const { startAt: from, endAt: to } = clip.span;
        logSecurity(deps.log, 'footage-exported', {
          peerAddress,
          ...callerFields(caller),
          cameraId,
          from,
          to,
        });
        return new Response(body, { headers: headersOf(clip, name) });
      },
    ),
  ];
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

/**
 * A body that reads the next piece only when the client took the last, and stops when it leaves. The first two, header
 * and first fragment, are read before anything is answered, so that what fails at once is told in a sentence; what fails
 * later cuts the connection, so that nobody takes half a clip for a whole one.
 */
async function begun(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void>,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const ready = [await pieces.next(), await pieces.next()];
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        signal.throwIfAborted();
        const next = ready.shift() ?? (await pieces.next());
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await pieces.return();
      },
    },
    { highWaterMark: 0 },
  );
}
