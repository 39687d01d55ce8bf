// The parts of footage that playlists point to: headers, keys and fragments.

import { z } from 'zod';
import {
  branded,
  type OrganizationId,
  type RecordingId,
  type Sha256,
  type SiteId,
} from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { type Recording, recordingKeyContext } from '../../core/footage/recording.ts';
import { sealedFragment, storedFragment } from '../../core/footage/stored-fragment.ts';
import { type Caller, isOwned } from '../../core/organization/access.ts';
import type { WrappedKey } from '../../core/ports/keys.ts';
import type { OpenRecording } from '../../core/ports/open-footage.ts';
import { listCameras } from '../../core/site/cameras.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'footage';
const recordingId = id.transform((value) => branded<RecordingId>(value));
const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((value) => branded<Sha256>(value));
const index = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number);

/** Never changed once written; encrypted, so a copy in the browser's cache is worth nothing without its key. */
const immutable = 'private, max-age=31536000, immutable';

/** What a playlist names: headers, keys and fragments. */
export function footageRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'view-footage',
      {
        ...bare,
        params: z.object({ sha256 }),
        method: 'get',
        path: paths.init('{sha256}'),
        summary: 'The header that fragments need to be decoded, in the clear.',
        tag,
        answer: { status: 200, description: 'ftyp and moov.', mediaType: 'video/mp4' },
      },
      async ({ caller, params }) =>
        bytes(await initBytes(deps, caller, params.sha256), 'video/mp4', immutable),
    ),
    memberRoute(
      'view-footage',
      {
        ...bare,
        params: z.object({ recordingId }),
        method: 'get',
        path: paths.key('{recordingId}'),
        summary: 'The AES-128 key of a recording.',
        tag,
        answer: { status: 200, description: '16 bytes.', mediaType: 'application/octet-stream' },
        errors: ['footage-gone', 'key-destroyed', 'key-unavailable'],
      },
      async ({ caller, params }) => {
        const { organizationId, wrappedKey } = await ownedFootage(deps, caller, params.recordingId);
        const context = recordingKeyContext({ organizationId, id: params.recordingId });
        const key = await deps.keys.unwrap(wrappedKey, context);
        return bytes(key, 'application/octet-stream', 'private, no-store');
      },
    ),
    memberRoute(
      'view-footage',
      {
        ...bare,
        params: z.object({ recordingId, index }),
        method: 'get',
        path: fragmentPath,
        summary: 'One fragment as stored: encrypted.',
        tag,
        answer: { status: 200, description: 'AES-128-CBC of moof and mdat.', mediaType: 'video/iso.segment' },
        errors: ['footage-gone', 'footage-damaged'],
      },
      async ({ caller, params }) => {
        const footage = await ownedFootage(deps, caller, params.recordingId);
        const fragment = await fragmentBytes(deps, footage, params.recordingId, params.index);
        return bytes(fragment, 'video/iso.segment', immutable);
      },
    ),
  ];
}

// The contract wants a number; a template wants a name.
const fragmentPath = paths.fragment('{recordingId}', 0).replace('/0.m4s', '/{index}.m4s');

interface Footage {
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly wrappedKey: WrappedKey;
  readonly sealed: Recording | null;
}

/**
 * The recording, open or sealed, if it is the caller's. Errors: `footage-gone`, for what was deleted and for
 * what belongs to others alike: deleted footage leaves no trace by which the two could be told apart.
 */
async function ownedFootage(deps: HttpDeps, caller: Caller, recordingId: RecordingId): Promise<Footage> {
  const { records, openFootage } = deps;
  // Open first: one that is sealed between the two reads is then found at the second.
  const open = await openFootage.find(recordingId);
  const found = open === null ? await sealedFootage(deps, recordingId) : await openOwner(records, open);
  if (found === null || !isOwned(found, caller)) throw new VedetteError('footage-gone');
  return found;
}

async function sealedFootage({ records }: HttpDeps, recordingId: RecordingId): Promise<Footage | null> {
  const sealed = await records.recordings.find(recordingId);
  if (sealed === null) return null;
  const { organizationId, siteId, wrappedKey } = sealed;
  return { organizationId, siteId, wrappedKey, sealed };
}

async function openOwner(records: HttpDeps['records'], open: OpenRecording): Promise<Footage | null> {
  const camera = await records.cameras.find(open.cameraId);
  if (camera === null) return null;
  const { organizationId, siteId } = camera;
  return { organizationId, siteId, wrappedKey: open.wrappedKey, sealed: null };
}

/** As stored, of the row that was found, or of what is being written. */
async function fragmentBytes(
  deps: HttpDeps,
  { sealed }: Footage,
  recordingId: RecordingId,
  index: number,
): Promise<Uint8Array> {
  return sealed === null ? storedFragment(deps, recordingId, index) : sealedFragment(deps, sealed, index);
}

/**
 * A header, if footage of a camera that the caller reaches needs it. It says how pictures are coded and nothing of
 * what they show, but also that somebody has such a camera.
 */
async function initBytes(
  deps: Pick<HttpDeps, 'records' | 'openFootage'>,
  caller: Caller,
  sha256: Sha256,
): Promise<Uint8Array> {
  const { records, openFootage } = deps;
  const cameraIds = (await listCameras(deps, caller)).map(({ id }) => id);
  // Open first: one that is sealed between the two reads is then found at the second.
  for (const id of cameraIds) {
    const open = (await openFootage.of(id)).find(({ init }) => init.sha256 === sha256);
    if (open !== undefined) return open.init.bytes;
  }
  const isTheirs = await records.recordings.needsInit(sha256, cameraIds);
  const stored = isTheirs ? await records.initSegments.find(sha256) : null;
  if (stored === null) throw new VedetteError('not-found');
  return stored.bytes;
}

function bytes(body: Uint8Array, mediaType: string, cacheControl: string): Response {
  return new Response(new Uint8Array(body), {
    headers: { 'content-type': mediaType, 'cache-control': cacheControl },
  });
}
