// HLS playlists: any span of a camera, growing while its end lies ahead, and the live window.

import { z } from 'zod';
import { branded, type CameraId, type EpochMs } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { openEndAt, type PlayableFragment, playableFragments } from '../../core/footage/footage.ts';
import { liveWindowMs } from '../../core/footage/live-window.ts';
import { fromStart, mediaPlaylist, type PlaylistAddresses } from '../../core/footage/playlist.ts';
import type { Span } from '../../core/ports/records.ts';
import { id, SpanQuery } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { untilGrown } from '../growth.ts';
import { settleMs } from '../limits.ts';
import { type LiveNumbers, liveNumbers } from '../live-numbers.ts';
import { bare, memberRoute, type Route } from '../route.ts';
import { checkedSpan } from '../span.ts';
import { ownedCamera } from './cameras.ts';

const tag = 'footage';
const params = z.object({ cameraId: id.transform((value) => branded<CameraId>(value)) });
/** RFC 8216bis §6.2.5.2: the number of a fragment that must be in the answer. */
const reload = { _HLS_msn: z.coerce.number().int().min(0).optional() };
const mediaType = 'application/vnd.apple.mpegurl';
const answer = { status: 200, description: 'The playlist.', mediaType } as const;

const addresses: PlaylistAddresses = { init: paths.init, key: paths.key, fragment: paths.fragment };

// Footage is dated by the camera's own pace, which may run a little ahead of our clock.
const aheadMs = 60_000;

/** Playlists of footage. */
export function playlistRoutes(deps: HttpDeps): readonly Route[] {
  const numbers = liveNumbers(deps.cache);
  return [
    memberRoute(
      'view-footage',
      {
        ...bare,
        params,
        query: SpanQuery.extend(reload),
        method: 'get',
        path: withoutQuery(paths.playlist('{cameraId}', 0, 0)),
        summary: 'The footage of a span as HLS. While its end lies ahead, the playlist grows.',
        tag,
        answer,
        errors: ['footage-range-too-long', 'footage-gone'],
      },
      async ({ caller, params: { cameraId }, query, exchange }) => {
        const camera = await ownedCamera(deps, caller, cameraId);
        return playlist(
          await spanPlaylist(deps, camera.id, checkedSpan(query), query._HLS_msn, exchange.signal),
        );
      },
    ),
    memberRoute(
      'view-live',
      {
        ...bare,
        params,
        query: z.object(reload),
        method: 'get',
        path: paths.live('{cameraId}'),
        summary: 'The last seconds of a camera as HLS, sliding on.',
        tag,
        answer,
      },
      async ({ caller, params: { cameraId }, query, exchange }) => {
        const camera = await ownedCamera(deps, caller, cameraId);
        return playlist(await livePlaylist(deps, numbers, camera.id, query._HLS_msn, exchange.signal));
      },
    ),
  ];
}

async function spanPlaylist(
  deps: HttpDeps,
  cameraId: CameraId,
  span: Span,
  wanted: number | undefined,
  signal: AbortSignal,
): Promise<string> {
  const { fragments, complete } = await untilGrown(
    deps,
    cameraId,
    signal,
    async () => {
      const fragments = await playableFragments(deps, cameraId, span);
      return { fragments, complete: await isComplete(deps, cameraId, span, fragments) };
    },
    ({ fragments, complete }) => complete || fragments.length > (wanted ?? 0),
  );
  if (fragments.length === 0) throw await nothingToPlay(deps, cameraId, span);
  return mediaPlaylist(fragments, addresses, { kind: complete ? 'vod' : 'event', ...fromStart });
}

/** Whether nothing can come any more. */
async function isComplete(
  { clock, openFootage }: Pick<HttpDeps, 'clock' | 'openFootage'>,
  cameraId: CameraId,
  span: Span,
  fragments: readonly PlayableFragment[],
): Promise<boolean> {
  // Footage may be dated ahead of the wall clock, where that was set back.
  const last = fragments.at(-1);
  const reached = last !== undefined && last.startAt + last.durationMs >= span.endAt;
  const now = clock.now();
  if (!reached && now < span.endAt) return false;
  // The fragment that covers the end is written only when its last frame is there.
  return reached || now >= span.endAt + settleMs || (await openFootage.of(cameraId)).length === 0;
}

async function nothingToPlay(
  { records }: Pick<HttpDeps, 'records'>,
  cameraId: CameraId,
  span: Span,
): Promise<VedetteError> {
  const gaps = await records.gaps.list(cameraId, span);
  const last = await records.recordings.last(cameraId);
  // Neither footage nor a gap, yet there is later footage: there was some, and it is gone.
  const gone = gaps.length === 0 && last !== null && last.startAt >= span.endAt;
  return gone
    ? new VedetteError('footage-gone')
    : new VedetteError('not-found', 'There is no footage in this span. The time line says why.');
}

async function livePlaylist(
  deps: HttpDeps,
  numbers: LiveNumbers,
  cameraId: CameraId,
  wanted: number | undefined,
  signal: AbortSignal,
): Promise<string> {
  const window = await untilGrown(
    deps,
    cameraId,
    signal,
    async () => {
      const now = await liveAt(deps, cameraId);
      const startAt = branded<EpochMs>(Math.max(0, now - liveWindowMs));
      const span = { startAt, endAt: branded<EpochMs>(now + aheadMs) };
      return numbers.number(cameraId, await playableFragments(deps, cameraId, span));
    },
    (window) => (window.at(-1)?.mediaSequence ?? -1) >= (wanted ?? 0),
  );
  const [first] = window;
  if (first === undefined) {
    throw new VedetteError('not-found', 'There is no live picture. The status of the camera says why.');
  }
  const { mediaSequence, discontinuitySequence } = first;
  const fragments = window.map(({ fragment }) => fragment);
  return mediaPlaylist(fragments, addresses, { kind: 'live', mediaSequence, discontinuitySequence });
}

/**
 * Now on the time line of a camera: where its open footage ends, for after a step of the wall clock the two differ.
 * Where nothing is being recorded, the wall clock, or past what was recorded ahead of it: that is not live.
 */
async function liveAt(
  { records, openFootage, clock }: Pick<HttpDeps, 'records' | 'openFootage' | 'clock'>,
  cameraId: CameraId,
): Promise<EpochMs> {
  const ends = (await openFootage.of(cameraId)).map(openEndAt);
  if (ends.length > 0) return branded<EpochMs>(Math.ceil(Math.max(...ends)));
  const now = clock.now();
  const last = await records.recordings.last(cameraId);
  const isAhead = last !== null && last.endAt > now + aheadMs;
  return isAhead ? branded<EpochMs>(last.endAt + liveWindowMs + aheadMs) : now;
}

function playlist(text: string): Response {
  return new Response(text, { headers: { 'content-type': mediaType, 'cache-control': 'private, no-store' } });
}

function withoutQuery(address: string): string {
  return address.split('?', 1)[0] ?? address;
}
