// Cameras, their newest picture and their time line.

import { z } from 'zod';
import { branded, type CameraId, type EpochMs, type SiteId } from '../../core/brand.ts';
import type { Track } from '../../core/detection/detection.ts';
import { VedetteError } from '../../core/errors.ts';
import { withDrawnPaths } from '../../core/footage/drawn-paths.ts';
import { timeLine } from '../../core/footage/time-line.ts';
import { type Caller, owned } from '../../core/organization/access.ts';
import { callerFields, logSecurity, type SecurityEvent } from '../../core/organization/security-log.ts';
import type { CameraSource, Camera as CoreCamera } from '../../core/site/camera.ts';
import { cameraPictureKey, cameraPictureWantedKey } from '../../core/site/camera-cache.ts';
import {
  addCamera,
  cameraStatus,
  changeCamera,
  listCameras,
  removeCamera,
  withoutRecorder,
} from '../../core/site/cameras.ts';
import { Camera, CameraChange, CameraInput, TimeLine, TimeLineQuery } from '../contract/cameras.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { pictureWantedMs } from '../limits.ts';
import { anyQuery, bare, type Exchange, memberRoute, type Route } from '../route.ts';
import { checkedSpan } from '../span.ts';

const tag = 'cameras';
const params = z.object({ cameraId: id.transform((value) => branded<CameraId>(value)) });
const answer = { status: 200, description: 'The camera.', schema: Camera } as const;

/** Cameras and what is shown of them. */
export function cameraRoutes(deps: HttpDeps): readonly Route[] {
  return [...listRoutes(deps), ...cameraItemRoutes(deps), ...viewRoutes(deps)];
}

function listRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'view',
      {
        ...bare,
        method: 'get',
        path: paths.cameras,
        summary: 'All cameras with their status.',
        tag,
        answer: { status: 200, description: 'The cameras.', schema: z.array(Camera) },
      },
      async ({ caller }) => {
        const cameras = await listCameras(deps, caller);
        return { json: await Promise.all(cameras.map((camera) => wireCamera(deps, caller, camera))) };
      },
    ),
    memberRoute(
      'manage-cameras',
      {
        ...bare,
        body: CameraInput,
        method: 'post',
        path: paths.cameras,
        summary: 'Adds a camera to a site; recording begins at once.',
        tag,
        answer: { ...answer, status: 201 },
        errors: ['not-found', 'source-refused', 'conflict'],
      },
      async ({ caller, body: { siteId, name, source }, exchange }) => {
        const input = { siteId: branded<SiteId>(siteId), name, source };
        const camera = await addCamera(deps, caller, input);
        logCamera(deps, 'camera-added', caller, exchange, camera.id);
        return { json: await wireCamera(deps, caller, camera) };
      },
    ),
  ];
}

function cameraItemRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'view',
      {
        ...bare,
        params,
        method: 'get',
        path: paths.camera('{cameraId}'),
        summary: 'One camera with its status.',
        tag,
        answer,
      },
      async ({ caller, params: { cameraId } }) => ({
        json: await wireCamera(deps, caller, await ownedCamera(deps, caller, cameraId)),
      }),
    ),
    memberRoute(
      'manage-cameras',
      {
        ...bare,
        params,
        body: CameraChange,
        method: 'patch',
        path: paths.camera('{cameraId}'),
        summary: 'Changes name, source or whether it records. A password of null keeps the stored one.',
        tag,
        answer,
        errors: ['source-refused'],
      },
      async ({ caller, params: { cameraId }, body, exchange }) => {
        const changed = await changeCamera(deps, caller, { cameraId, ...body });
        logCamera(deps, 'camera-changed', caller, exchange, cameraId);
        return { json: await wireCamera(deps, caller, changed) };
      },
    ),
    memberRoute(
      'manage-cameras',
      {
        ...bare,
        params,
        method: 'delete',
        path: paths.camera('{cameraId}'),
        summary: 'Removes a camera. Its footage stays until it expires.',
        tag,
        asksProof: true,
        answer: { status: 204, description: 'Removed.' },
      },
      async ({ caller, params: { cameraId }, exchange }) => {
        await removeCamera(deps, caller, { cameraId });
        logCamera(deps, 'camera-removed', caller, exchange, cameraId);
        return null;
      },
    ),
  ];
}

function viewRoutes(deps: HttpDeps): readonly Route[] {
  const { cache } = deps;
  return [
    memberRoute(
      'view',
      {
        ...bare,
        // Who shows the picture has the address say that it is another one.
        query: anyQuery,
        params,
        method: 'get',
        path: paths.picture('{cameraId}'),
        summary: 'The newest picture of a camera. Asking keeps new ones coming for 15 s.',
        tag,
        answer: { status: 200, description: 'The picture.', mediaType: 'image/jpeg' },
      },
      async ({ caller, params: { cameraId } }) => {
        const camera = await ownedCamera(deps, caller, cameraId);
        await cache.set(cameraPictureWantedKey(camera.id), new Uint8Array(1), pictureWantedMs);
        const jpeg = await cache.get(cameraPictureKey(camera.id));
        if (jpeg === null) {
          throw new VedetteError(
            'not-found',
            'There is no picture of this camera yet. Try again in a moment.',
          );
        }
        const headers = { 'content-type': 'image/jpeg', 'cache-control': 'private, no-store' };
        return new Response(new Uint8Array(jpeg), { headers });
      },
    ),
    memberRoute(
      'view-footage',
      {
        ...bare,
        params,
        query: TimeLineQuery,
        method: 'get',
        path: paths.timeline('{cameraId}'),
        summary: 'What a time line draws: footage, gaps with their reason, tracks and incidents.',
        tag,
        answer: { status: 200, description: 'The time line.', schema: TimeLine },
        errors: ['footage-range-too-long'],
      },
      async ({ caller, params: { cameraId }, query }) => {
        const camera = await ownedCamera(deps, caller, cameraId);
        const line = await timeLine(deps, camera, checkedSpan(query));
        const tracks = query.paths === 'true' ? withDrawnPaths(line.tracks) : line.tracks.map(pathless);
        const { from, to } = query;
        return { json: { ...line, cameraId, from, to, ...wholeMs({ ...line, tracks }) } };
      },
    ),
  ];
}

/** The camera, if it is the caller's. Errors: `not-found`. */
export async function ownedCamera(
  { records }: Pick<HttpDeps, 'records'>,
  caller: Caller,
  cameraId: CameraId,
): Promise<CoreCamera> {
  return owned(await records.cameras.find(cameraId), caller);
}

function logCamera(
  { log }: HttpDeps,
  event: SecurityEvent,
  caller: Caller,
  { peerAddress }: Exchange,
  cameraId: CameraId,
): void {
  logSecurity(log, event, { peerAddress, ...callerFields(caller), cameraId });
}

async function wireCamera(deps: HttpDeps, caller: Caller, camera: CoreCamera): Promise<unknown> {
  const source = wireSource(camera.source, caller.permissions.has('manage-cameras'));
  const told = await cameraStatus(deps, camera);
  const gone = deps.standing.missing.find(({ role }) => role === 'record');
  const status = gone === undefined ? told : withoutRecorder(camera, told, gone.since);
  return { ...camera, source, status };
}

/** Passwords never leave. */
function wireSource(source: CameraSource, mayManage: boolean): z.output<typeof Camera>['source'] {
  if (source.kind !== 'rtsp') return source;
  const { kind, username, password } = source;
  const shown = (address: string) => (mayManage ? address : withoutCredentials(address));
  const url = shown(source.url);
  const substreamUrl = source.substreamUrl === null ? null : shown(source.substreamUrl);
  return { kind, url, substreamUrl, username, hasPassword: password !== null };
}

/** Some cameras take user and password in the query, some in the path: both are left out where they may be. */
function withoutCredentials(address: string): string {
  const url = new URL(address);
  url.search = '';
  if (/=|%3d|;|user|pass|pwd|auth|token|key/i.test(url.pathname)) url.pathname = '/';
  return url.href;
}

/** Who draws no paths is not sent any. */
function pathless(track: Track): Track {
  return { ...track, paths: [] };
}

// Media time is finer than a millisecond; the wire is not.
function wholeMs(line: Awaited<ReturnType<typeof timeLine>>) {
  const whole = <T extends { startAt: EpochMs; endAt: EpochMs | null }>(span: T) => ({
    ...span,
    startAt: Math.round(span.startAt),
    endAt: span.endAt === null ? null : Math.round(span.endAt),
  });
  return {
    earliestAt: line.earliestAt === null ? null : Math.round(line.earliestAt),
    footage: line.footage.map(whole),
    gaps: line.gaps.map(whole),
    tracks: line.tracks.map(whole),
    incidents: line.incidents.map(whole),
    images: line.images,
  };
}
